"""Commands that live simulated homes: demo, simulate, register, send."""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli import demo as demonstration
from peergrid.cli.founding import found, read_keys
from peergrid.cli.kept import OutDir, Readings, check_asked, keep
from peergrid.cli.options import (
    DEFAULT_SCENARIO,
    FAILED,
    DataDir,
    Days,
    Homes,
    Once,
    Port,
    ScenarioPath,
    Seconds,
    Seed,
    err,
    out,
    settings_for,
    told,
)
from peergrid.cli.stopping import stoppable
from peergrid.cli.storage import migrated, opened
from peergrid.cli.transmission import Meters, end_of_history
from peergrid.cli.words import energy_and_money, kwh, progress
from peergrid.client import Client
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.settings import read_cache_dir
from peergrid.simulation.outbox import Outbox
from peergrid.simulation.scenario import Scenario, read_scenario
from peergrid.simulation.summary import Summary
from peergrid.simulation.summary import simulate as run_offline
from peergrid.simulation.transmit import Transmitter

KeysFile = Annotated[
    Path | None,
    typer.Option(help="The meters' keys; default: the scenario's in the data directory."),
]


def demo(
    scenario: Annotated[Path, typer.Option(help="A TOML file.")] = DEFAULT_SCENARIO,
    days: Annotated[int, typer.Option(min=1, help="History before it goes live.")] = 7,
    households: Homes = None,
    port: Port = 8000,
    data_dir: DataDir = None,
    once: Once = False,
    interval_seconds: Seconds = 5.0,
) -> None:
    """Everything on this machine: database, backend, simulated homes, dashboards."""
    with told():
        show = demonstration.Demo(
            community_at(scenario, days, households), port, interval_seconds, once
        )
        try:
            adds_up = demonstration.run(show, settings_for(data_dir), out)
        except KeyboardInterrupt:
            out.print("\nstopped    everything that was started; the data is kept")
            return
        if not adds_up:
            raise typer.Exit(FAILED)


def simulate(
    scenario: ScenarioPath,
    days: Days = None,
    seed: Seed = None,
    households: Homes = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    out_dir: OutDir = None,
    readings: Readings = False,
) -> None:
    """Run a scenario offline: energy, money, and that the books add up."""
    with told():
        check_asked(out_dir, readings=readings)
        asked = scenario_at(scenario, days, seed, households)
        if out_dir is not None:
            keep(asked, out_dir, readings=readings, as_json=as_json)
            return
        with progress(err) as bar, stoppable() as check:
            task = bar.add_task("days", total=asked.days)

            def on_day(day: int) -> None:
                bar.update(task, completed=day)
                check()

            summary = run_offline(asked, on_day, cache=read_cache_dir(os.environ))
        if as_json:
            typer.echo(json.dumps(summary.as_json()))
        else:
            out.print(report_of(asked.title, summary), markup=False)
        if summary.intervals < asked.days * INTERVALS_PER_DAY:
            err.print(
                f"stopped after {summary.intervals // INTERVALS_PER_DAY} of {asked.days} days"
            )
            raise typer.Exit(FAILED)
        if not summary.adds_up:
            raise typer.Exit(FAILED)


def register(
    scenario: ScenarioPath,
    keys: KeysFile = None,
    households: Homes = None,
    data_dir: DataDir = None,
) -> None:
    """Make a scenario's homes members of the platform, with a key for each meter.

    Keys and sign-ins are written to a file that only you can read; those before them end.
    """
    with told():
        asked = community_at(scenario, households=households)
        settings = settings_for(data_dir)
        file = keys or settings.data_dir / f"{asked.name}.json"
        with (
            migrated(settings) as url,
            opened(url) as database,
            database.transaction() as connection,
        ):
            founded = found(connection, asked, datetime.now(UTC))
            founded.save(file)
        out.print(f"{asked.title}: {len(founded.keys)} meters; keys and sign-ins in {file}")


def send(
    scenario: ScenarioPath,
    to: Annotated[str, typer.Option(help="The backend, such as http://localhost:8000")],
    keys: KeysFile = None,
    days: Days = None,
    households: Homes = None,
    data_dir: DataDir = None,
    live: Annotated[bool, typer.Option(help="Go on living after the days are over.")] = False,
    interval_seconds: Seconds = 5.0,
) -> None:
    """Act as the scenario's meters: send every reading, and again until it is acknowledged.

    What cannot be sent waits on disk, beside the keys.
    """
    with told():
        asked = community_at(scenario, days, households)
        file = keys or settings_for(data_dir).data_dir / f"{asked.name}.json"
        waiting = file.with_suffix(".outbox")
        try:
            refused = asyncio.run(
                _send(asked, to, file, waiting, interval_seconds if live else None)
            )
        except KeyboardInterrupt:
            out.print(f"stopped; what was not sent waits in {waiting}")
            return
        if refused:
            raise typer.Exit(FAILED)


async def _send(
    scenario: Scenario, to: str, keys: Path, waiting: Path, pace_s: float | None
) -> int:
    """Send all of it and say how many readings the backend would not take."""

    def say(sentence: str) -> None:
        err.print(sentence, style="yellow", markup=False)

    sent = 0
    async with Client(to) as client:
        with Outbox(waiting) as outbox, progress(err) as bar:
            meters = Meters.of(
                scenario,
                Transmitter(client, read_keys(keys), outbox, on_wait=say),
                read_cache_dir(os.environ),
            )
            await meters.transmitter.flush()
            task = bar.add_task("half hours sent", total=scenario.days * INTERVALS_PER_DAY)

            async def advance(count: int) -> None:
                nonlocal sent
                sent += count
                bar.advance(task, count)

            await meters.catch_up(end_of_history(scenario), advance)
            out.print(f"sent       {sent} half hours of {len(meters.households)} meters")
            for refusal in outbox.refused():
                say(f"refused: {refusal.sentence}")
            if pace_s is not None:
                await meters.live(pace_s, advance)
            return len(outbox.refused())


def report_of(title: str, summary: Summary) -> str:
    """A run of the model, as a person reads it."""
    lines = energy_and_money(lambda name: int(getattr(summary, name)))
    return "\n".join(
        (
            f"{title}: {summary.households:,} homes, {summary.producers:,} with panels,"
            f" {summary.intervals:,} half hours, {summary.scheme}",
            *lines,
            f"  outages: {kwh(summary.unserved_wh)} kWh asked for and not served,"
            f" {kwh(summary.lost_wh)} kWh that could not be shared;"
            f" {kwh(summary.curtailed_wh)} kWh curtailed in all",
            f"  unaccounted for: {summary.unaccounted_wh} Wh;"
            f" the books add up to {summary.unbalanced_micros}",
        )
    )


def scenario_at(
    path: Path, days: int | None = None, seed: int | None = None, households: int | None = None
) -> Scenario:
    """The scenario of a file, with what was asked for instead."""
    scenario = read_scenario(path)
    scenario = scenario if days is None else scenario.lasting(days)
    scenario = scenario if seed is None else scenario.seeded(seed)
    return scenario if households is None else scenario.resized(households)


def community_at(path: Path, days: int | None = None, households: int | None = None) -> Scenario:
    """As ``scenario_at``, for the platform: Invalid if the scenario has several communities."""
    scenario = scenario_at(path, days, None, households)
    scenario.check_one_community()
    return scenario
