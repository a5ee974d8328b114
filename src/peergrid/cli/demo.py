"""The whole of PeerGrid on one machine: simulated homes, backend, books, dashboards."""

import asyncio
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from peergrid.cli.account import account_of
from peergrid.cli.founding import Founded, found, load
from peergrid.cli.pay import provider_of
from peergrid.cli.serve import check_port, create_platform, serving
from peergrid.cli.storage import opened, server, with_secret
from peergrid.cli.transmission import Meters, end_of_history
from peergrid.cli.words import progress
from peergrid.client import Client
from peergrid.database.pool import Database
from peergrid.energy import INTERVAL
from peergrid.errors import Conflict
from peergrid.members.mail import CONSOLE
from peergrid.members.membership import Community, community_named
from peergrid.meters.latest import latest_by_meter
from peergrid.meters.registry import meters_of_community
from peergrid.migrations.migrate import migrate
from peergrid.payments.check import audit_payouts
from peergrid.payments.run import pay_held
from peergrid.settings import Settings, read_cache_dir
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from peergrid.simulation.outbox import Outbox
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.transmit import Transmitter

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Demo:
    """What to show: ``interval_s`` is how long a simulated half hour takes when live."""

    scenario: Scenario
    port: int
    interval_s: float
    once: bool


def run(demo: Demo, settings: Settings, console: Console) -> bool:
    """Run until interrupted (or, if ``once``, until all is settled); True if the books add up.

    Everything started here is stopped at the end, whatever happened. Raises Conflict for a
    port or a data directory in use.
    """
    check_port(HOST, demo.port)
    provider = settings.payout_provider or "sandbox"
    settings = replace(settings, simulated_time=True, payout_provider=provider)
    settings = with_secret(replace(settings, second_factor=False, mail=settings.mail or CONSOLE))
    with _alone(settings.data_dir), server(settings) as url:
        console.print(f"database   {_place(settings)}")
        migrate(url)
        with opened(url) as database:
            founded = _founded(demo.scenario, database, settings.data_dir)
            with database.transaction() as connection:
                community = community_named(connection, demo.scenario.name)
            poll_s = min(max(demo.interval_s / 2, 1.0), 5.0)
            app = create_platform(settings, url, demo.port, poll_s)
            worker = nullcontext() if demo.once else _laboratory(settings, url)
            with serving(app, HOST, demo.port), worker:
                console.print(f"dashboards http://localhost:{demo.port}")
                asyncio.run(_live(demo, settings, database, community, founded, console))
            return _summary(database, community, console)


async def _live(
    demo: Demo,
    settings: Settings,
    database: Database,
    community: Community,
    founded: Founded,
    console: Console,
) -> None:
    def say(sentence: str) -> None:
        console.print(sentence, style="yellow")

    async with Client(f"http://{HOST}:{demo.port}") as client:
        with Outbox(settings.data_dir / f"{community.name}.outbox") as outbox:
            transmitter = Transmitter(client, founded.keys, outbox, on_wait=say)
            meters = Meters.of(demo.scenario, transmitter, read_cache_dir(os.environ))
            meters.skip_to(_first_incomplete(database, community))
            await _catch_up(meters, demo.scenario, database, community, console)
            if demo.once:
                return
            for sign_in in founded.sign_ins:
                console.print(f"sign in    {sign_in.role:<9} {sign_in.email}  {sign_in.password}")
            console.print(f"live       half an hour every {demo.interval_s:g} s; Ctrl-C ends it")

            provider = provider_of(settings, database)

            async def settle_interval(_: int) -> None:
                await asyncio.to_thread(settle, database, community.community_id)
                await asyncio.to_thread(pay_held, database, provider)

            await meters.live(demo.interval_s, settle_interval)


async def _catch_up(
    meters: Meters,
    scenario: Scenario,
    database: Database,
    community: Community,
    console: Console,
) -> None:
    end = end_of_history(scenario)
    left = max((end - meters.model.interval.end) // INTERVAL, 0)
    with progress(console) as bar:
        task = bar.add_task("half hours simulated, sent and settled", total=left)

        async def settle_day(count: int) -> None:
            await asyncio.to_thread(settle, database, community.community_id)
            bar.advance(task, count)

        await meters.transmitter.flush()  # what an earlier run could not send
        await meters.catch_up(end, settle_day)
    await asyncio.to_thread(settle, database, community.community_id)


def _founded(scenario: Scenario, database: Database, data_dir: Path) -> Founded:
    """The keys and sign-ins of this data directory, made afresh if it has none."""
    file = data_dir / f"{scenario.name}.json"
    founded = load(file)
    if founded and len(founded.keys) != scenario.households:
        raise Conflict(
            f"{data_dir} holds {scenario.name} with {len(founded.keys)} homes, not"
            f" {scenario.households}: give the same number, or another --data-dir."
        )
    if founded is None:
        with database.transaction() as connection:
            founded = found(connection, scenario, datetime.now(UTC))
        founded.save(file)
    return founded


def _first_incomplete(database: Database, community: Community) -> datetime:
    """The first interval that some meter has not reported: from there on it is sent again."""
    with database.transaction() as connection:
        meters = meters_of_community(connection, community.community_id)
        latest_of = latest_by_meter(connection, community.community_id)
    return min(
        latest + INTERVAL if (latest := latest_of.get(m.meter_id)) else m.active_from
        for m in meters
    )


def _summary(database: Database, community: Community, console: Console) -> bool:
    with database.transaction() as connection:
        community = community_named(connection, community.name)
        console.print(account_of(connection, community))
        result = audit(connection, community)
        findings = result.findings + audit_payouts(connection, community)
    for finding in findings:
        console.print(finding, style="red")
    if not findings:
        console.print(f"books      {result.intervals} half hours settled; they add up to 0")
    return not findings


@contextmanager
def _laboratory(settings: Settings, url: str) -> Iterator[None]:
    """A worker of the laboratory beside the demo: its runs must not make the pages wait."""
    command = [sys.executable, "-c", "from peergrid.cli.main import app; app()", "laboratory"]
    command += ["--data-dir", str(settings.data_dir)]
    environment = {**os.environ, "PEERGRID_DATABASE_URL": url}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, env=environment, stdout=quiet, stderr=quiet
    ) as worker:
        try:
            yield
        finally:
            worker.terminate()


def _place(settings: Settings) -> str:
    return "given by PEERGRID_DATABASE_URL" if settings.database_url else str(settings.data_dir)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One demo a data directory."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    with (data_dir / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                f"A demo runs on {data_dir} already: stop it, or give another --data-dir."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
