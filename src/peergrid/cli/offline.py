"""The command that runs a scenario without a backend: simulate."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.asked import scenario_at
from peergrid.cli.bars import speed_bar
from peergrid.cli.kept import OutDir, Readings, check_asked, run_and_keep
from peergrid.cli.options import FAILED, Days, Homes, ScenarioPath, Seed, err, out, told
from peergrid.cli.sharded import Shards, ShardWorkers, in_shards
from peergrid.cli.stopping import stoppable
from peergrid.cli.words import energy_and_money, kwh
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.settings import read_cache_dir
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.figures import indicators_told
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import Summary, summary_of


def simulate(
    scenario: ScenarioPath,
    days: Days = None,
    seed: Seed = None,
    households: Homes = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    out_dir: OutDir = None,
    readings: Readings = False,
    shards: Shards = None,
    executor: ShardWorkers = "processes",
) -> None:
    """Run a scenario offline: energy, money, and that the books add up."""
    with told():
        check_asked(out_dir, readings=readings, shards=shards)
        asked = scenario_at(scenario, days, seed, households)
        run: Run | None = None
        if shards:
            summary = in_shards(asked, shards, executor, out_dir)
        else:
            run = _run(asked, out_dir, readings=readings)
            summary = summary_of(run)
        if not as_json:
            out.print(report_of(asked.title, summary), markup=False)
            if out_dir:
                out.print(
                    f"  {out_dir / ('summary.json' if shards else 'report.html')} shows it",
                    markup=False,
                )
        elif out_dir:
            typer.echo((out_dir / "summary.json").read_text(encoding="utf-8"), nl=False)
        else:
            of_homes = indicators_told(run) if run else {}  # in shards, homes stay where they are
            typer.echo(json.dumps(summary.as_json() | of_homes))
        if summary.intervals < asked.days * INTERVALS_PER_DAY:
            done = f"{summary.intervals // INTERVALS_PER_DAY} of {asked.days} days"
            kept = f"; they are kept in {out_dir}" if out_dir else ""
            err.print(f"stopped after {done}{kept}", markup=False)
            raise typer.Exit(FAILED)
        if not summary.adds_up:
            raise typer.Exit(FAILED)


def _run(scenario: Scenario, out_dir: Path | None, *, readings: bool) -> Run:
    """Run it with a bar; after Ctrl-C it ends with the day, and what was done counts."""
    speed = ("household-steps/s", scenario.households * INTERVALS_PER_DAY)
    with speed_bar("days", scenario.days, *speed) as (bar, task), stoppable() as check:

        def on_day(day: int) -> None:
            bar.update(task, completed=day)
            check()

        cache = read_cache_dir(os.environ)
        return run_and_keep(scenario, out_dir, on_day, readings=readings, cache=cache)


def report_of(title: str, summary: Summary) -> str:
    """A run of the model, as a person reads it."""
    lines = energy_and_money(lambda name: int(getattr(summary, name)))
    return "\n".join(
        (
            f"{title}: {summary.households:,} home{'s' if summary.households != 1 else ''},"
            f" {summary.producers:,} with panels,"
            f" {summary.intervals:,} half hours, {summary.scheme}",
            *lines,
            f"  outages: {kwh(summary.unserved_wh)} kWh asked for and not served,"
            f" {kwh(summary.lost_wh)} kWh that could not be shared;"
            f" {kwh(summary.curtailed_wh)} kWh curtailed in all",
            f"  unaccounted for: {summary.unaccounted_wh} Wh;"
            f" the books add up to {summary.unbalanced_micros}",
        )
    )
