"""Commands that let simulated homes meet the platform: demo, register, send."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli import demo as demonstration
from peergrid.cli.asked import community_at
from peergrid.cli.founding import found, read_collector_key, read_keys
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
    err,
    out,
    settings_for,
    told,
)
from peergrid.cli.storage import migrated, opened
from peergrid.cli.transmission import Meters, end_of_history
from peergrid.cli.words import progress
from peergrid.client import Client
from peergrid.energy import INTERVAL
from peergrid.settings import read_cache_dir
from peergrid.simulation.collect import Collector
from peergrid.simulation.outbox import Outbox
from peergrid.simulation.scenario import Scenario
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
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Act as a collector: all meters' readings together.")
    ] = False,
) -> None:
    """Act as the scenario's meters: send every reading, and again until it is acknowledged.

    What cannot be sent waits on disk, beside the keys. A collector keeps there until when all is
    acknowledged, and goes on from then.
    """
    with told():
        asked = community_at(scenario, days, households)
        file = keys or settings_for(data_dir).data_dir / f"{asked.name}.json"
        pace_s = interval_seconds if live else None
        waiting = file.with_suffix(".sent" if bulk else ".outbox")
        try:
            refused = asyncio.run((_collect if bulk else _send)(asked, to, file, waiting, pace_s))
        except KeyboardInterrupt:
            out.print(
                "stopped; the same command goes on from here"
                if bulk
                else f"stopped; what was not sent waits in {waiting}"
            )
            return
        if refused:
            raise typer.Exit(FAILED)


async def _send(
    scenario: Scenario, to: str, keys: Path, waiting: Path, pace_s: float | None
) -> int:
    """Send all of it and say how many readings the backend would not take."""
    async with Client(to) as client:
        with Outbox(waiting) as outbox:
            transmitter = Transmitter(client, read_keys(keys), outbox, on_wait=_say)
            await transmitter.flush()
            meters = Meters.of(scenario, transmitter, read_cache_dir(os.environ))
            await _catch_up(meters, scenario)
            for refusal in outbox.refused():
                _say(f"refused: {refusal.sentence}")
            if pace_s is not None:
                await meters.live(pace_s, _nobody_listens)
            return len(outbox.refused())


async def _collect(
    scenario: Scenario, to: str, keys: Path, place: Path, pace_s: float | None
) -> int:
    """As ``_send``, as a collector of all meters, from where it was on."""
    async with Client(to) as client:
        key = read_collector_key(keys)
        collector = Collector(client, scenario.name, key, place, on_wait=_say)
        meters = Meters.of(scenario, collector, read_cache_dir(os.environ))
        if collector.sent_until:
            meters.skip_to(collector.sent_until)
        await _catch_up(meters, scenario)
        if pace_s is not None:
            await meters.live(pace_s, _nobody_listens)
        return len(collector.refused)


async def _catch_up(meters: Meters, scenario: Scenario) -> None:
    """Live and send what is left of a scenario's days, with a bar, and say how much it was."""
    end = end_of_history(scenario)
    left = max(0, (end - meters.model.interval.end) // INTERVAL)
    with progress(err) as bar:
        task = bar.add_task("half hours sent", total=left)

        async def advance(count: int) -> None:
            bar.advance(task, count)

        await meters.catch_up(end, advance)
    out.print(f"sent       {left} half hours of {len(meters.households)} meters")


async def _nobody_listens(_: int) -> None:
    """Live half hours are not counted."""


def _say(sentence: str) -> None:
    err.print(sentence, style="yellow", markup=False)
