"""Ten minutes of a country's half-hour traffic, dashboards open beside it: how long, how much.

README.md beside it says what each figure is.
"""

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from homes import START, found
from ingest import cpu_s_of, serving
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.ledger.book import open_accounts
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import member_by_id
from peergrid.members.sessions import ACCESS_LIFE, issue
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.registry import KEY_PREFIX
from peergrid.migrations.migrate import migrate
from peergrid.settlement.tariffs import add_tariff
from running import PEERGRID
from traffic import Concentrator, Seen, Single, Traffic, Viewer, at_once, evenly, percentiles_ms

SECRET = "only-for-a-benchmark-and-long-enough"  # noqa: S105 - as backend.py has it
HALF_HOUR_S = 1_800
# Assumptions: 1 meter in 50 speaks for itself, 1 reading in 10 comes on the stroke of :00 or :30.
SINGLES, ON_THE_STROKE = 0.02, 0.1
HOMES_A_COMMUNITY = 10_000
BATCH = 1_000
FIRST = Interval(START)
SAMPLE_S = 1.0
WARM = 0.2  # of the time, before memory is looked at for the first time
MIB = 2**20
CHECK_TIMEOUT_S = 3_600
KEYS = "insert into meter_key (key_hash, meter_id, created_at) values (%s, %s, %s)"
SERIALS = """
select meter_id, serial, member_id from meter where meter_id = any(%s) order by 1"""
STORED = """
select meter_id, (extract(epoch from interval_start) / 1800)::int, import_wh from every_reading"""
SUMMED = "select coalesce(sum(readings), 0)::bigint from community_interval"


@dataclass
class Country:
    """Who sends, and who looks on."""

    concentrators: Sequence[Concentrator]
    singles: Sequence[Single]
    viewers: Sequence[Viewer]


class Token:
    """A member's access token, made anew before it runs out, as a dashboard would."""

    def __init__(self, database: Database, member_id: int) -> None:
        self._database, self._member_id = database, member_id
        self._good_until, self._token = 0.0, ""

    def __call__(self) -> str:
        if time.monotonic() > self._good_until:
            with self._database.transaction() as connection:
                member = member_by_id(connection, self._member_id)
                assert member is not None  # noqa: S101 - found when the country was founded
                pair = issue(connection, member, SECRET, datetime.now(UTC))
            self._token = pair.access_token
            self._good_until = time.monotonic() + ACCESS_LIFE.total_seconds() / 2
        return self._token


def found_country(database: Database, meters: int, dashboards: int) -> Country:
    """Communities of at most HOMES_A_COMMUNITY, each with a collector.

    In each the first few meters send for themselves, and of those the first have dashboards open.
    """
    concentrators, singles, viewers = [], [], []
    for place in range(0, meters, HOMES_A_COMMUNITY):
        homes = min(HOMES_A_COMMUNITY, meters - place)
        community_id, ids = found(database, f"feeder{place // HOMES_A_COMMUNITY}", homes)
        alone = round(homes * SINGLES)
        with database.transaction() as connection:
            add_tariff(connection, community_id, zetdc_tariff("mid_market"))
            _, key = issue_collector_key(connection, community_id, "head-end", START)
            rows = connection.execute(SERIALS, (ids[:alone],)).fetchall()
            each = -(-dashboards * homes // meters)
            owners = {meter_id: member_id for meter_id, _, member_id in rows[:each]}
            open_accounts(connection, community_id, owners)
            keys = [KEY_PREFIX + secrets.token_urlsafe(32) for _ in rows]
            connection.cursor().executemany(
                KEYS,
                [
                    (hashlib.sha256(one.encode()).digest(), row[0], START)
                    for one, row in zip(keys, rows, strict=True)
                ],
            )
        singles += [Single(row[0], row[1], one) for one, row in zip(keys, rows, strict=True)]
        concentrators.append(Concentrator(key, np.array(ids[alone:])))
        viewers += [Viewer(row[1], Token(database, row[2])) for row in rows[:each]]
    return Country(concentrators, singles, viewers[:dashboards])


type Job = Callable[[], Awaitable[None]]


def bulk_jobs(traffic: Traffic, country: Country) -> Iterator[Job]:
    """All meters of all concentrators in batches, half hour after half hour."""
    for number in count(FIRST.number):
        for each in country.concentrators:
            for at in range(0, len(each.meters), BATCH):
                yield partial(traffic.bulk, each, each.meters[at : at + BATCH], number)


def single_jobs(traffic: Traffic, country: Country) -> Iterator[Job]:
    for number in count(FIRST.number):
        for each in country.singles:
            yield partial(traffic.single, each, number)


async def _drive(traffic: Traffic, country: Country, seconds: float) -> None:
    """The steady stream, and the stroke of :00 and :30 at a quarter and three quarters of it."""
    until = asyncio.get_running_loop().time() + seconds
    bulk, single = bulk_jobs(traffic, country), single_jobs(traffic, country)
    in_batches = sum(-(-len(each.meters) // BATCH) for each in country.concentrators)
    alone = len(country.singles)

    async def stroke(after_s: float) -> None:
        await asyncio.sleep(after_s)
        jobs = list(islice(bulk, max(1, round(in_batches * ON_THE_STROKE))))
        jobs += islice(single, max(1, round(alone * ON_THE_STROKE)))
        await at_once(jobs)

    steady = (1 - ON_THE_STROKE) / HALF_HOUR_S
    async with asyncio.TaskGroup() as group:
        group.create_task(evenly(bulk, in_batches * steady, until))
        group.create_task(evenly(single, alone * steady, until))
        for quarter in (1, 3):
            group.create_task(stroke(quarter * seconds / 4))
        for place, viewer in enumerate(country.viewers):
            spread = place / len(country.viewers)
            group.create_task(traffic.view(viewer, FIRST, until, spread))
            group.create_task(traffic.listen(viewer, until))


async def _driven(
    traffic: Traffic, country: Country, seconds: float, server: psutil.Process
) -> list[float]:
    """The backend's resident memory meanwhile [MiB], a sample a second."""
    memory: list[float] = []

    async def sample() -> None:
        while True:
            memory.append(server.memory_info().rss / MIB)
            await asyncio.sleep(SAMPLE_S)

    sampling = asyncio.create_task(sample())
    await _drive(traffic, country, seconds)
    sampling.cancel()
    return memory


def held_against(database: Database, seen: Seen) -> dict[str, int]:
    """What is stored, against what was acknowledged: readings."""
    with database.transaction() as connection:
        connection.execute("set local statement_timeout = 0")
        stored = np.array(connection.execute(STORED).fetchall(), np.int64).reshape(-1, 3)
        (summed,) = connection.execute(SUMMED).fetchone() or (0,)
    kept = np.concatenate(seen.kept or [np.empty((0, 3), np.int64)])
    there = {tuple(row) for row in stored.tolist()}
    places = {row[:2] for row in there}
    return {
        "acknowledged": len(kept),
        "lost": sum(tuple(row) not in there for row in kept.tolist()),
        "doubled": len(stored) - len(places) + abs(int(summed) - len(places)),
        "never_acknowledged": len(stored) - len(kept),
    }


def measure(meters: int, minutes: float, dashboards: int) -> dict[str, Any]:
    """So many minutes of the traffic of so many meters, and what became of it."""
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, ExitStack() as stack:
        postgres = EmbeddedServer(Path(folder) / "server")
        postgres.start()
        stack.callback(postgres.stop, at_once=True)
        migrate(postgres.url)
        database = stack.enter_context(opened(postgres.url))
        begun = time.perf_counter()
        country = found_country(database, meters, dashboards)
        founded_s = time.perf_counter() - begun
        port, server = stack.enter_context(serving(postgres.url, Path(folder) / "data"))
        seen = Seen()
        used_s = cpu_s_of(server)[0]
        begun = time.perf_counter()
        memory = asyncio.run(_driven(Traffic(port, seen), country, 60 * minutes, server))
        took_s, used_s = time.perf_counter() - begun, cpu_s_of(server)[0] - used_s
        figures = held_against(database, seen)
        check = subprocess.run(
            [str(PEERGRID), "check", "--data-dir", folder],
            env=os.environ | {"PEERGRID_DATABASE_URL": postgres.url},
            capture_output=True,
            text=True,
            timeout=CHECK_TIMEOUT_S,
            check=False,
        )
    wrong = seen.wrong + ([check.stdout[-2_000:] + check.stderr] if check.returncode else [])
    in_bulk = sum(len(each.meters) for each in country.concentrators)
    return {
        "meters": meters,
        "minutes": minutes,
        "meters_by_bulk": in_bulk,
        "meters_alone": len(country.singles),
        "dashboards": len(country.viewers),
        **figures,
        "readings_per_min": round(60 * figures["acknowledged"] / took_s),
        "server_cpu_share": round(used_s / took_s, 3),
        "by_kind": {kind: percentiles_ms(took) for kind, took in sorted(seen.took_s.items())},
        "memory_start_mib": round(memory[int(WARM * len(memory))], 1),
        "memory_by_minute_mib": [round(each, 1) for each in memory[59::60]],
        "memory_end_mib": round(memory[-1], 1),
        "memory_most_mib": round(max(memory), 1),
        "news_heard": seen.news,
        "answers": dict(sorted(seen.answers.items())),
        "wrong": wrong[:10],
        "founded_s": round(founded_s, 1),
        "took_s": round(took_s, 1),
        "load_average_before": before,
        "load_average_after": load_average(),
        **facts(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--meters", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=1.0, help="10 for the long run.")
    parser.add_argument("--dashboards", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    figures = measure(asked.meters, asked.minutes, asked.dashboards)
    if asked.json:
        print(json.dumps(figures))
    else:
        for name in ("acknowledged", "lost", "doubled", "readings_per_min", "news_heard"):
            print(f"{name:20}{figures[name]:>12,}")
        for name in ("memory_start_mib", "memory_end_mib", "memory_most_mib"):
            print(f"{name:20}{figures[name]:>12,}")
        for kind, times in figures["by_kind"].items():
            print(f"{kind:20}{times}")
        print("\n".join(figures["wrong"]) or "nothing wrong")
    sys.exit(1 if figures["lost"] or figures["doubled"] or figures["wrong"] else 0)


if __name__ == "__main__":
    main()
