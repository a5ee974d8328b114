"""How fast readings become books: one interval of many meters, and a month of a few.

    uv run benchmarks/settlement.py --meters 100_000 --json

A plain ``insert … select`` of the very rows into tables with the same columns and primary keys,
but without foreign keys and triggers, is what the ratio is to.
"""

import json
import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clocks import clocks
from machine import load_average
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.ledger.book import open_accounts
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import add_community
from peergrid.migrations.migrate import migrate
from peergrid.settlement.settle import settle
from peergrid.settlement.tariffs import add_tariff

START = datetime(2026, 8, 31, 22, tzinfo=UTC)  # midnight of 1 September in Harare
MONTH = 30 * 48
MONTHS_METERS = 200

MEMBERS = """
insert into member (community_id, name, email, role)
select %(community)s, 'Home ' || n, n || '@' || %(name)s || '.example', 'producer'
from generate_series(1, %(meters)s) n"""
METERS = """
insert into meter (community_id, member_id, serial, has_panels, connection_w, active_from)
select community_id, member_id, email, true, 13800, %(start)s
from member where community_id = %(community)s"""
OWNERS = """
insert into connection_owner (connection_id, member_id, from_interval)
select meter_id, member_id, '-infinity' from meter where community_id = %(community)s"""
ACCOUNTS = """
insert into account (community_id, kind, meter_id, member_id, unit)
select community_id, 'meter', meter_id, member_id, unit
from meter, unnest(enum_range(null::unit)) as unit where community_id = %(community)s"""
READINGS = """
insert into reading
  (interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision)
select instant, meter_id, case when meter_id %% 3 = 0 then 0 else 100 + meter_id %% 700 end,
  case when meter_id %% 3 = 0 then 50 + meter_id %% 900 else 0 end, 1000, 0, 0
from meter, generate_series(%(first)s, %(first)s + (%(intervals)s - 1) * interval '30 min',
  interval '30 min') as instant
where community_id = %(community)s"""
OPEN = """
select open_days(array(select distinct local_day(%(first)s + n * interval '30 min')
  from generate_series(0, %(intervals)s - 1) n))"""
LATEST = """
insert into community_clock
values (%(community)s, %(first)s + (%(intervals)s - 1) * interval '30 min')"""
TABLES = ("share", "transfer")
PLAIN = "create table plain_{0} (like {0} including indexes)"
AGAIN = """
insert into plain_{0} select t.* from {0} t join settlement s using (settlement_id)
where s.community_id = %(community)s"""
COUNT = """
select count(*) from {0} join settlement s using (settlement_id)
where s.community_id = %(community)s"""

SIZE = """
select sum(pg_total_relation_size(t))::bigint
from unnest(array['share', 'transfer', 'settlement']::regclass[]) t"""


def main() -> None:
    asked = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--meters", type=int, default=100_000)
    asked.add_argument("--scheme", default="mid_market")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = EmbeddedServer(Path(folder) / "server")
        server.start()
        try:
            migrate(server.url)
            with opened(server.url) as database:
                figures = {
                    "scheme": options.scheme,
                    "load_average": load_average(),
                    "interval": measure(database, "one", options.scheme, options.meters, 1),
                    "month": measure(database, "few", options.scheme, MONTHS_METERS, MONTH),
                }
        finally:
            server.stop(at_once=True)
    print(json.dumps(figures) if options.json else told(figures))


def measure(
    database: Database, name: str, scheme: str, meters: int, intervals: int
) -> dict[str, Any]:
    """Settle ``intervals`` of ``meters``, and write the same rows plainly."""
    community_id = founded(database, name, scheme, meters, intervals)
    asked, before = {"community": community_id}, size(database)
    with clocks(database) as settling:
        settled = settle(database, community_id).settled
    added = size(database) - before
    with database.transaction() as connection:
        rows = 0
        for table in TABLES:
            connection.execute(PLAIN.format(table).encode())
            found = connection.execute(COUNT.format(table).encode(), asked).fetchone()
            rows += found[0] if found else 0
    with clocks(database) as plain, database.transaction() as connection:
        connection.execute("set local statement_timeout = 0")
        for table in TABLES:
            connection.execute(AGAIN.format(table).encode(), asked)
    with database.transaction() as connection:
        for table in TABLES:
            connection.execute(f"drop table plain_{table}".encode())
    return {
        "load_average": load_average(),
        "meters": meters,
        "intervals": settled,
        "rows": rows,
        "bytes_per_meter_and_interval": round(added / meters / settled, 1),
        "settle_s": round(settling.wall_s, 2),
        "settle_client_cpu_s": round(settling.client_cpu_s, 2),
        "settle_server_cpu_s": round(settling.server_cpu_s, 2),
        "rows_per_s": round(rows / settling.wall_s),
        "rows_per_cpu_s": round(rows / settling.cpu_s),
        "plain_insert_s": round(plain.wall_s, 2),
        "plain_insert_cpu_s": round(plain.cpu_s, 2),
        "ratio_to_plain_insert": round(settling.wall_s / plain.wall_s, 2),
        "ratio_of_cpu": round(settling.cpu_s / plain.cpu_s, 2),
    }


def size(database: Database) -> int:
    """What settlements, shares and transfers take on disk, indexes included [B]."""
    with database.transaction() as connection:
        row = connection.execute(SIZE).fetchone()
    return int(row[0]) if row else 0


def founded(database: Database, name: str, scheme: str, meters: int, intervals: int) -> int:
    """A community with all its readings, ready to be settled."""
    with database.transaction() as connection:
        community_id = add_community(connection, name, name, START).community_id
        open_accounts(connection, community_id, {})
        add_tariff(connection, community_id, zetdc_tariff(scheme))
        first = START.replace(day=1, month=9, hour=10) if intervals == 1 else START
        given = {
            "community": community_id,
            "name": name,
            "meters": meters,
            "start": START,
            "first": first,
            "intervals": intervals,
        }
        connection.execute("set local statement_timeout = 0")
        for statement in (MEMBERS, METERS, OWNERS, ACCOUNTS, OPEN, READINGS, LATEST):
            connection.execute(statement, given)
        connection.execute("update community set settled_until = %s", (first,))
    with database.transaction() as connection:
        connection.execute("analyze")
    return community_id


def told(figures: dict[str, Any]) -> str:
    """The figures, one a line."""
    lines = [f"scheme {figures['scheme']}, load {figures['load_average']}"]
    for name in ("interval", "month"):
        lines += [f"{name} {key} {value}" for key, value in figures[name].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
