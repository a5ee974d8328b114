"""How fast energy is read: of a household and of a community, from sealed days.

README.md beside it says what each figure is.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from homes import START, analyze, found, one
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVALS_PER_DAY, local_day
from peergrid.meters.days import COPY, Days, pack
from peergrid.meters.sums import Step, sums_of_community, sums_of_meters
from peergrid.migrations.migrate import migrate

SEED = 2026
YEAR_DAYS = 365
ROUNDS = 200
AT_ONCE = 5_000  # rows of a COPY
FIRST_DAY = local_day(START)
OPEN_MONTHS = "select open_months(array(select %s::date + n from generate_series(0, %s) n))"
SUMS = """
insert into community_sum
select %s, day_start(%s::date) + n * interval '30 min', %s, %s, %s, %s, %s
from generate_series(0, %s * 48 - 1) n"""
TOP = """
select meter_id, generation_wh from sealed_day where day = %s order by 2 desc limit 10"""
TOP_INDEX = "create index on sealed_day (day, generation_wh desc)"
DAY = """
select imports_wh, exports_wh, generations_wh from sealed_day where meter_id = %s and day = %s"""


def load(database: Database, community_id: int, meters: Sequence[int], readings: int) -> int:
    """A year of as many homes as ``readings`` fill; how many homes that are.

    What they draw and make is drawn evenly: an assumption that stands for no place.
    """
    homes = max(1, readings // (YEAR_DAYS * INTERVALS_PER_DAY))
    dice = np.random.default_rng(SEED)
    first = (FIRST_DAY - date(1970, 1, 1)).days
    with database.transaction() as connection:
        connection.execute(OPEN_MONTHS, (FIRST_DAY, YEAR_DAYS))
    for day in range(first, first + YEAR_DAYS):
        with database.transaction() as connection:
            for place in range(0, homes, AT_ONCE):
                ids = np.array(meters[place : min(place + AT_ONCE, homes)])
                shape = (len(ids), INTERVALS_PER_DAY)
                import_wh, generation_wh = (
                    dice.integers(0, top, shape, np.int32) for top in (1_500, 2_500)
                )
                export_wh = np.maximum(generation_wh - import_wh, 0)
                days = Days(ids, np.full(len(ids), day), import_wh, export_wh, generation_wh)
                with connection.cursor().copy(COPY.encode()) as copy:
                    copy.write(pack(days))
    with database.transaction() as connection:
        connection.execute(
            SUMS, (community_id, FIRST_DAY, homes, homes, homes, homes, homes, YEAR_DAYS)
        )
    return homes


def timed(database: Database, ask: Callable[[Connection, int], object]) -> dict[str, float]:
    """Milliseconds of an answer in the database and on its way here, warm."""
    took_ms = []
    with database.transaction() as connection:
        for number in range(-10, ROUNDS):
            begun = time.perf_counter()
            ask(connection, number)
            if number >= 0:
                took_ms.append(1e3 * (time.perf_counter() - begun))
    took_ms.sort()
    return {
        "p50_ms": round(took_ms[ROUNDS // 2], 3),
        "p95_ms": round(took_ms[int(ROUNDS * 0.95)], 3),
    }


def measure(readings: int) -> dict[str, Any]:
    """All figures, by name."""
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, ExitStack() as stack:
        postgres = EmbeddedServer(Path(folder) / "server")
        postgres.start()
        stack.callback(postgres.stop, at_once=True)
        migrate(postgres.url)
        database = stack.enter_context(opened(postgres.url))
        wanted = max(1, readings // (YEAR_DAYS * INTERVALS_PER_DAY))
        community_id, meters = found(database, "homes", wanted)
        begun = time.perf_counter()
        homes = load(database, community_id, meters, readings)
        load_s = time.perf_counter() - begun
        with database.transaction() as connection:
            connection.execute("set local statement_timeout = 0")
            stored = homes * YEAR_DAYS * INTERVALS_PER_DAY
            query = "select sum(pg_total_relation_size(inhrelid)) from pg_inherits"
            size = one(connection, f"{query} where inhparent = 'sealed_day'::regclass")
            connection.execute(TOP_INDEX)
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("vacuum sealed_day")  # so that a key is enough to answer from
        analyze(database)
        figures = {
            "readings": stored,
            "load_readings_per_s": round(stored / load_s),
            "bytes_per_reading": round(size / stored, 2),
            "bytes_per_household_year": round(size / homes),
            **_queries(database, community_id, meters[:homes]),
        }
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {**figures, **facts(), **loads}


def _queries(database: Database, community_id: int, meters: Sequence[int]) -> dict[str, Any]:
    dice = np.random.default_rng(SEED)
    ids = dice.choice(meters, ROUNDS + 10).tolist()
    offsets = dice.integers(0, YEAR_DAYS - 31, ROUNDS + 10).tolist()

    def of_meter(days: int, step: Step) -> Callable[[Connection, int], object]:
        def ask(connection: Connection, number: int) -> object:
            first = FIRST_DAY + timedelta(offsets[number] if days < YEAR_DAYS else 0)
            return sums_of_meters(connection, [ids[number]], first, first + timedelta(days), step)

        return ask

    def of_all(days: int, step: Step) -> Callable[[Connection, int], object]:
        def ask(connection: Connection, number: int) -> object:
            first: date = FIRST_DAY + timedelta(offsets[number])
            return sums_of_community(connection, community_id, first, first + timedelta(days), step)

        return ask

    def of_day(connection: Connection, number: int) -> object:
        return connection.execute(
            DAY, (ids[number], FIRST_DAY + timedelta(offsets[number]))
        ).fetchone()

    def top(connection: Connection, number: int) -> object:
        return connection.execute(TOP, (FIRST_DAY + timedelta(offsets[number]),)).fetchall()

    return {
        "household_day": timed(database, of_day),
        "household_month": timed(database, of_meter(30, Step.DAY)),
        "household_year": timed(database, of_meter(YEAR_DAYS, Step.MONTH)),
        "community_day": timed(database, of_all(1, Step.HOUR)),
        "community_month": timed(database, of_all(30, Step.DAY)),
        "top_10_of_a_day": timed(database, top),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--readings", type=int, default=100_000_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    figures = measure(options.readings)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name, json.dumps(figure))


if __name__ == "__main__":
    main()
