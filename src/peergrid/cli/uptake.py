"""The command that tells how many homes come to have panels, scheme by scheme."""

import os
from collections.abc import Iterator
from typing import Annotated

import typer

from peergrid.cli.asked import scenario_at
from peergrid.cli.options import (
    FAILED,
    Days,
    Homes,
    ScenarioPath,
    Seed,
    err,
    out,
    told,
)
from peergrid.cli.stopping import stoppable
from peergrid.cli.words import progress
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.settings import read_cache_dir
from peergrid.simulation.adoption.uptake import Uptake, check_adopts, uptake_of, varied_by
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import run_of

PART = 0.2  # by which a term is lowered and raised
USUAL = ("net_metering", "mid_market")  # the rule in force, and the pilot it is held against


def adoption(
    scenario: ScenarioPath,
    against: Annotated[
        str | None, typer.Option(help="Another scheme; default: net_metering and mid_market.")
    ] = None,
    days: Days = None,
    seed: Seed = None,
    households: Homes = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Each term 20 % lower and higher, one by one.")
    ] = False,
) -> None:
    """How many homes come to have panels, year by year, under one scheme and another."""
    with told():
        asked = scenario_at(scenario, days, seed, households)
        check_adopts(asked)
        others = [against] if against else [name for name in USUAL if name != asked.scheme]
        told_of = {name: _run(asked.under(name)) for name in (asked.scheme, *others)}
        out.print(f"{asked.title}: {asked.households:,} homes; with panels, and able to export")
        out.print("\n".join(_by_year(told_of)), markup=False)
        if sensitivity:
            after = told_of[asked.scheme][-1]
            out.print(f"{asked.scheme}, with panels at the end: {after.owners:,}; with a term")
            for line in _by_term(asked, after):
                out.print(line, markup=False)


def _run(scenario: Scenario) -> list[Uptake]:
    """Live the scenario; leave the command if it was stopped."""
    with progress(err) as bar, stoppable() as check:
        task = bar.add_task(f"days, {scenario.scheme}", total=scenario.days)

        def on_day(day: int) -> None:
            bar.update(task, completed=day)
            check()

        run = run_of(scenario, on_day, cache=read_cache_dir(os.environ))
    if run.intervals < scenario.days * INTERVALS_PER_DAY:
        err.print("stopped")
        raise typer.Exit(FAILED)
    return uptake_of(run)


def _by_year(told_of: dict[str, list[Uptake]]) -> Iterator[str]:
    yield f"  {'year':>4}" + "".join(f"{name:>24}" for name in told_of)
    for rows in zip(*told_of.values(), strict=True):
        cells = (f"{row.owners:>15,} {row.exporters:>8,}" for row in rows)
        yield f"  {rows[0].year:>4}" + "".join(cells)


def _by_term(scenario: Scenario, usual: Uptake) -> Iterator[str]:
    yield f"  {'':24}{-PART:>8.0%}{PART:>+8.0%}"
    for name, ends in varied_by(scenario, PART):
        low, high = (_run(end)[-1].owners - usual.owners for end in ends)
        yield f"  {name:24}{low:>+8,}{high:>+8,}"
