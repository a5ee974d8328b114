"""How fast energy is read: of a household and of a community, in the database and over HTTP.

README.md beside it says what each figure is.
"""

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from homes import START, analyze, found, one
from ingest import serving
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database import binary
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.energy import INTERVALS_PER_DAY, local_day, month_start
from peergrid.members.credentials import set_password
from peergrid.meters.days import COPY, Days, pack
from peergrid.meters.kept_sums import fold
from peergrid.meters.overlap import COLUMNS, columns_of
from peergrid.meters.ranking import By, highest
from peergrid.meters.roster import Rosters
from peergrid.meters.store import day_of
from peergrid.meters.sums import Step, sums_of_community, sums_of_member
from peergrid.migrations.migrate import migrate

SEED = 2026
YEAR_DAYS = 365
OPEN_DAYS = 3  # as many as are not sealed yet, after the year
ROUNDS = 400
CALLERS = 10  # who ask over HTTP, by turns
AT_ONCE = 5_000  # rows of a COPY
PASSWORD = "three odd words to measure with"  # noqa: S105
FIRST_DAY = local_day(START)
END_DAY = FIRST_DAY + timedelta(YEAR_DAYS + OPEN_DAYS)
MAKE_MONTHS = "select open_months(array(select %s::date + n from generate_series(0, %s) n))"
MAKE_DAY = "select open_days(%s)"
CHANGES = """
insert into community_change
select %s, day_start(%s::date) + n * interval '30 min', %s, %s, %s, %s, %s
from generate_series(0, %s * 48 - 1) n"""
MILLION = """
insert into connection_month
select community_id, %s, meter_id, 1488, meter_id, meter_id %% 1009,
  (meter_id * 7919::bigint) %% 1000003, 0
from meter where community_id = %s"""
MEMBERS = "select member_id from meter where community_id = %s order by meter_id limit %s"
SHARE_CREDENTIAL = """
insert into credential select m.member_id, c.password_hash
from member m, credential c where m.member_id = any(%s)
on conflict do nothing"""
EMAILS = "select email from member where member_id = any(%s) order by member_id"
SIZE = """
select sum(pg_total_relation_size(inhrelid)) from pg_inherits
where inhparent = 'sealed_day'::regclass"""

type Ask = Callable[[int], object]


@dataclass(frozen=True)
class World:
    """A community of ``homes``, its members in the order of their meters, and one of a million."""

    community_id: int
    members: list[int]
    nation_id: int
    homes: int


def load(database: Database, community_id: int, meters: Sequence[int]) -> None:
    """A year of sealed days of all meters, and some open days after it.

    What they draw and make is drawn evenly: an assumption that stands for no place.
    """
    dice = np.random.default_rng(SEED)
    first = (FIRST_DAY - date(1970, 1, 1)).days
    with database.transaction() as connection:
        connection.execute(MAKE_MONTHS, (FIRST_DAY, YEAR_DAYS))
        roster = Rosters().of(connection, community_id, None)
    for day in range(first, first + YEAR_DAYS + OPEN_DAYS):
        is_open = day >= first + YEAR_DAYS
        with database.transaction() as connection:
            if is_open:
                connection.execute(MAKE_DAY, ([day_of(day)],))
            for place in range(0, len(meters), AT_ONCE):
                days = _drawn(dice, meters[place : place + AT_ONCE], day)
                if is_open:
                    batch = days.batch_of(roster)
                    batch = batch.rows(np.argsort(batch.number, kind="stable"))
                    binary.store(connection, "reading", COLUMNS, [columns_of(batch)])
                    continue
                with connection.cursor().copy(COPY.encode()) as copy:
                    for part in (binary.HEADER, pack(days), binary.TRAILER):
                        copy.write(part)
    of_all = [len(meters)] * 5
    with database.transaction() as connection:
        asked = (community_id, FIRST_DAY, *of_all, YEAR_DAYS + OPEN_DAYS)
        connection.execute(CHANGES, asked)
        fold(connection)


def _drawn(dice: np.random.Generator, meters: Sequence[int], day: int) -> Days:
    ids = np.array(meters)
    shape = (len(ids), INTERVALS_PER_DAY)
    import_wh, generation_wh = (dice.integers(0, top, shape, np.int32) for top in (1_500, 2_500))
    export_wh = np.maximum(generation_wh - import_wh, 0)
    return Days(ids, np.full(len(ids), day), import_wh, export_wh, generation_wh)


def timed(ask: Ask) -> dict[str, float]:
    """Milliseconds until an answer is here, warm."""
    took_ms = []
    for number in range(-10, ROUNDS):
        begun = time.perf_counter()
        ask(number)
        if number >= 0:
            took_ms.append(1e3 * (time.perf_counter() - begun))
    took_ms.sort()
    return {
        "p50_ms": round(took_ms[ROUNDS // 2], 3),
        "p95_ms": round(took_ms[int(ROUNDS * 0.95)], 3),
    }


def measure(readings: int, million: int) -> dict[str, Any]:
    """All figures, by name."""
    before = load_average()
    homes = max(CALLERS, readings // (YEAR_DAYS * INTERVALS_PER_DAY))
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, ExitStack() as stack:
        postgres = EmbeddedServer(Path(folder) / "server")
        postgres.start()
        stack.callback(postgres.stop, at_once=True)
        migrate(postgres.url)
        database = stack.enter_context(opened(postgres.url))
        community_id, meters = found(database, "homes", homes)
        nation_id, _ = found(database, "nation", million)
        begun = time.perf_counter()
        load(database, community_id, meters)
        stored = homes * (YEAR_DAYS + OPEN_DAYS) * INTERVALS_PER_DAY
        load_s = time.perf_counter() - begun
        with database.transaction() as connection:
            connection.execute("set local statement_timeout = 0")
            size = one(connection, SIZE)
            connection.execute(MILLION, (month_start(FIRST_DAY), nation_id))
            members = [row[0] for row in connection.execute(MEMBERS, (community_id, homes))]
        for table in ("sealed_day", "reading", "connection_month", "community_sum"):
            database.vacuum(table)  # as upkeep or PostgreSQL itself does
        analyze(database)
        world = World(community_id, members, nation_id, homes)
        sealed = homes * YEAR_DAYS * INTERVALS_PER_DAY
        figures = {
            "sealed_readings": sealed,
            "open_readings": stored - sealed,
            "load_readings_per_s": round(stored / load_s),
            "bytes_per_sealed_reading": round(size / sealed, 2),
            "bytes_per_household_year": round(size / homes),
            "in_database": _queries(database, world),
            "over_http": _requests(database, postgres.url, Path(folder), world),
        }
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {**figures, **facts(), **loads}


def _queries(database: Database, world: World) -> dict[str, Any]:
    dice = np.random.default_rng(SEED)
    members = dice.choice(world.members, ROUNDS + 10).tolist()
    offsets = dice.integers(0, YEAR_DAYS - 31, ROUNDS + 10).tolist()
    last = END_DAY - timedelta(30)
    with database.transaction() as connection:

        def own(days: int, step: Step, begin: date | None = None) -> Ask:
            def ask(number: int) -> object:
                first = begin or FIRST_DAY + timedelta(offsets[number])
                span = (first, first + timedelta(days), step)
                return sums_of_member(connection, members[number], *span)

            return ask

        def of_all(days: int, step: Step, begin: date | None = None) -> Ask:
            def ask(number: int) -> object:
                first = begin or FIRST_DAY + timedelta(offsets[number])
                span = (first, first + timedelta(days), step)
                return sums_of_community(connection, world.community_id, *span)

            return ask

        def top(number: int) -> object:
            by = list(By)[number % len(By)]
            return highest(connection, world.nation_id, month_start(FIRST_DAY), by, 10)

        asked = {
            "household_day": own(1, Step.HOUR),
            "household_month": own(30, Step.DAY),
            "household_year": own(YEAR_DAYS, Step.MONTH, FIRST_DAY),
            "household_month_with_open_days": own(30, Step.DAY, last),
            "household_open_day": own(1, Step.HOUR, END_DAY - timedelta(1)),
            "community_day": of_all(1, Step.HOUR),
            "community_month": of_all(30, Step.DAY),
            "community_year": of_all(YEAR_DAYS, Step.MONTH, FIRST_DAY),
            "top_10_of_a_million": top,
        }
        return {name: timed(ask) for name, ask in asked.items()}


def _requests(database: Database, url: str, folder: Path, world: World) -> dict[str, Any]:
    """Members ask by turns, over one connection that stays open."""
    callers = world.members[:CALLERS]
    with database.transaction() as connection:
        set_password(connection, callers[0], PASSWORD)
        connection.execute(SHARE_CREDENTIAL, (callers,))
        emails = [row[0] for row in connection.execute(EMAILS, (callers,))]
    with serving(url, folder) as (port, _):
        line = http.client.HTTPConnection("127.0.0.1", port)
        tokens = [signed_in(line, email) for email in emails]

        def get(path: str, **query: object) -> Ask:
            def ask(number: int) -> object:
                held = {"Authorization": f"Bearer {tokens[number % CALLERS]}"}
                line.request("GET", f"/api/v1/energy/{path}?{urlencode(query)}", headers=held)
                return read(line)

            return ask

        day, month, year = (FIRST_DAY + timedelta(days) for days in (1, 30, YEAR_DAYS))
        asked = {
            "household_day": get("sums", step="hour", first=FIRST_DAY, end=day),
            "household_month": get("sums", step="day", first=FIRST_DAY, end=month),
            "household_year": get("sums", step="month", first=FIRST_DAY, end=year),
            "household_day_with_money": get("day", day=FIRST_DAY),
        }
        return {name: timed(ask) for name, ask in asked.items()}


def signed_in(line: http.client.HTTPConnection, email: str) -> str:
    body = json.dumps({"email": email, "password": PASSWORD})
    line.request("POST", "/api/v1/sign-in", body, {"Content-Type": "application/json"})
    return str(json.loads(read(line))["access_token"])


def read(line: http.client.HTTPConnection) -> bytes:
    answer = line.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise SystemExit(f"the server says {answer.status}: {body.decode()}")
    return body


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--readings", type=int, default=100_000_000)
    asked.add_argument("--million", type=int, default=1_000_000, help="connections to rank")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    figures = measure(options.readings, options.million)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name, json.dumps(figure))


if __name__ == "__main__":
    main()
