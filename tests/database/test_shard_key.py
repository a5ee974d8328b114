"""Every query of the hot path says of which meter or community it is: so it could be sharded.

What meters count and what it is worth is sharded by meter, what is a community's by community
(docs/scaling.md). A town is ingested, settled and looked at over HTTP; the statements are those
that PostgreSQL's log tells, and the SQL functions that they call.
"""

import re
from dataclasses import dataclass
from datetime import date

import httpx
import numpy as np
import psycopg
import pyarrow as pa
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.seal import seal
from peergrid.settlement.settle import settle
from tests.api.routes import MEMBERS, OWN, ROUTES
from tests.api.test_access import World, a_place
from tests.bulk import as_arrow, reading_rows
from tests.community import FIRST, START
from tests.conftest import Backend, new_database
from tests.database.keyed import Columns, unkeyed
from tests.database.sent import log_all_of, sent_to

METER, COMMUNITY = ("meter_id",), ("community_id",)
BIG: dict[str, tuple[str, ...]] = {  # and views of them
    **dict.fromkeys(("reading", "sealed_day", "reading_version", "register", "cut_day"), METER),
    **dict.fromkeys(("share", "transfer", "entry", "every_reading"), METER),
    **dict.fromkeys(("settlement", "standing_settlement", "correction"), COMMUNITY),
    **dict.fromkeys(("community_sum", "community_change", "community_day"), COMMUNITY),
    **dict.fromkeys(("community_interval", "connection_month", "changed_month"), COMMUNITY),
    "ingest_batch": ("sender",),
}
LEADING: dict[
    str, tuple[str, ...]
] = {  # who is where: small enough to be on every shard, and themselves asked for by name
    "meter": ("meter_id", "community_id", "member_id", "connection_id", "serial"),
    "account": ("account_id", "meter_id", "member_id", "community_id"),
    "connection_owner": ("connection_id", "member_id"),
    "member": ("member_id", "community_id", "email"),
    "community": ("community_id", "name"),
}
WITHOUT = {  # a part of the statement, and why it may do without
    "lock table only reading in share mode": "holds ingest off while days are put in whole",
    "create temp table if not exists sent": "makes a table of the connection's own",
    "with folded as (delete from community_change": "upkeep: each shard folds what it has",
    "delete from ingest_batch where received_at": "upkeep: each shard forgets old keys",
    "analyze reading, settlement, share, transfer": "counts rows for the planner",
    "from account a left join entry e using (account_id) where a.community_id": (
        "the sum of all books, for an operator: grid and pool have transfers with every meter"
    ),
}
# It holds all against all, when somebody asks: each shard would audit its own.
AUDIT = "GET /api/v1/operator/audit"
NAMED_ELSEWHERE = {  # unique keys without the shard key
    ("settlement", "settlement_id"): "a number that is never given twice, by one sequence",
    ("settlement", "reverses"): "the number of what is undone, which is of the same community",
}
UNIQUE = """
select t.relname, string_agg(a.attname, ',' order by a.attnum)
from pg_index i join pg_class t on t.oid = i.indrelid
join pg_attribute a on a.attrelid = t.oid
  and a.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1])
where i.indisunique and t.relname = any(%s) group by i.indexrelid, 1"""
LEADS_TO = """
select conrelid::regclass::text, confrelid::regclass::text from pg_constraint
where contype = 'f' and confrelid::regclass::text = any(%s)"""
COLUMNS = """
select table_name, array_agg(column_name::text) from information_schema.columns
where table_schema = 'public' group by 1"""
FUNCTIONS = """
select prosrc from pg_proc join pg_language l on l.oid = prolang
where pronamespace = 'public'::regnamespace and lanname = 'sql'"""
PARTITIONED = "select relname from pg_class where relkind = 'p'"


@dataclass(frozen=True)
class Town:
    """What was sent while a town was ingested, settled and looked at, and what it was sent to."""

    statements: frozenset[str]
    columns: Columns
    functions: list[str]


@pytest.fixture
def url(server: EmbeddedServer) -> str:
    url = new_database(server)
    log_all_of(server, url)
    return url


@pytest.fixture
def town(server: EmbeddedServer, url: str, backend: Backend) -> Town:
    with backend.database.transaction() as connection:
        here = a_place(connection, "street")
    with httpx.Client(base_url=backend.url, timeout=120) as http:
        world = World(http, backend.database, here, here)
        with sent_to(server) as statements:
            ingest(world)
            look_at(world)
    with psycopg.connect(url) as connection:
        bodies = [body for (body,) in connection.execute(FUNCTIONS)]
    return Town(frozenset(statements), columns_of(url), bodies)


def columns_of(url: str) -> Columns:
    with psycopg.connect(url) as connection:
        found: dict[str, list[str]] = dict(connection.execute(COLUMNS).fetchall())
    return found


def ingest(world: World) -> None:
    """Half hours and days in bulk, twice and anew; single ones, totals, a correction; settled."""
    street = world.here.street
    both = [street.ada_meter.meter_id, street.ben_meter.meter_id]
    for number, count in ((0, 600), (0, 700), (700, 10)):
        parts = [reading_rows(one, FIRST.number + number, count) for one in both]
        send(world, {name: np.concatenate([one[name] for one in parts]) for name in parts[0]})
    values = pa.FixedSizeListArray.from_arrays(pa.array(np.full(96, 5, np.int32)), 48)
    whole = dict.fromkeys(("import_wh", "export_wh", "generation_wh"), values)
    for _ in range(2):
        send(
            world, {"meter_id": pa.array(both, pa.int32()), "day": [date(2026, 9, 20)] * 2} | whole
        )
    settle(world.database, street.community_id)
    seal(world.database, keep_open_days=1)
    first = {"meter": street.ada_meter.serial, "interval_start": START.isoformat()}
    corrected = {"readings": [first | {"import_wh": 3, "export_wh": 4, "revision": 1}]}
    answer = world.ask("POST", "/api/v1/readings", street.ada_key, json=corrected)
    assert answer.json()["corrected"] == 1
    assert world.call("POST /api/v1/registers", "meter", OWN).status_code == 200
    settle(world.database, street.community_id)


def send(world: World, columns: dict[str, object]) -> None:
    """As a collector; each time under another key."""
    with world.database.transaction() as connection:
        community_id = world.here.street.community_id
        _, key = issue_collector_key(connection, community_id, "head-end", START)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": ARROW_STREAM}
    answer = world.http.post(
        "/api/v1/readings/bulk",
        content=as_arrow(columns),
        headers=headers | {"Idempotency-Key": key[-20:]},
    )
    assert answer.status_code == 200, answer.text


def look_at(world: World) -> None:
    """Whatever members, operators and auditors may look at."""
    for name, row in ROUTES.items():
        if name.startswith("GET") and row.ok == 200 and name != AUDIT:
            for role in sorted(row.roles & MEMBERS):
                assert world.call(name, role, OWN).status_code == 200, name


def in_one_line(statement: str) -> str:
    return " ".join(statement.split())


def is_of_big_tables(statement: str) -> bool:
    return any(re.search(rf"\b{table}\b", statement) for table in BIG)


def without_key(statement: str, columns: Columns) -> set[str]:
    return unkeyed(statement, BIG | LEADING, columns) & BIG.keys()


def test_every_statement_names_the_key_of_each_big_table_it_touches(town: Town) -> None:
    looked_at, spared = 0, set()
    for statement in filter(is_of_big_tables, town.statements):
        reason = [part for part in WITHOUT if part in in_one_line(statement)]
        if reason:
            spared.update(reason)
            continue
        missing = without_key(statement, town.columns)
        assert not missing, f"say of which shard {missing} is, or why not:\n{statement}"
        looked_at += 1

    assert looked_at >= 40, "the hot path was not walked"
    assert spared == WITHOUT.keys(), f"nobody asks so any more: {WITHOUT.keys() - spared}"
    told = [body for body in town.functions if is_of_big_tables(body)]
    assert told
    for body in told:
        assert not without_key(body.strip().rstrip(";"), town.columns), body


def test_every_unique_key_of_a_big_table_holds_its_shard_key(url: str) -> None:
    with psycopg.connect(url) as connection:
        unique = connection.execute(UNIQUE, (list(BIG),)).fetchall()
        partitioned = {table for (table,) in connection.execute(PARTITIONED)}
        leads = set(connection.execute(LEADS_TO, (list(BIG),)).fetchall())
    bare = {(table, key) for table, key in unique if not set(BIG[table]) & set(key.split(","))}

    assert len(unique) >= 14
    assert bare == NAMED_ELSEWHERE.keys()
    assert partitioned <= BIG.keys()
    assert leads == {("settlement", "settlement")}, "no row of a big table points at another's"


PLANTED = (
    "select sum(import_wh) from reading where interval_start = $1",
    "select from share h join settlement s using (settlement_id) where s.community_id = $1",
    "select from share h join meter m using (meter_id) where h.settlement_id = $1",
    "select from transfer t where t.meter_id = $1 or t.settlement_id = $2",
    "select from transfer t where t.meter_id <> $1",
    "select from meter m where m.meter_id = $1 and exists (select from share where sold_wh > 0)",
    "select from share where meter_id = debit_of(settlement_id)",
    "update reading set quality = 1 where interval_start = $1",
    "delete from sealed_day d using share h where d.meter_id = h.meter_id",
    "insert into share (settlement_id, interval_start) values ($1, $2)",
    "insert into transfer select t.* from transfer t where t.settlement_id = $1",
    "copy transfer (interval_start, settlement_id) from stdin (format binary)",
    "declare c cursor for select * from entry where account_id = $1",
    "select from community join community_sum using (community_id)",
    "select from meter_key k join reading r on r.meter_id = k.meter_id",
    "with old as (select meter_id from share) select * from old where meter_id = $1",
)


@pytest.mark.parametrize("statement", PLANTED)
def test_a_statement_without_the_key_is_found(statement: str, url: str) -> None:
    assert without_key(statement, columns_of(url))


KEYED = (
    "select from reading where meter_id = any($1) and interval_start = $2",
    "select from share h join meter m using (meter_id) where m.community_id = $1",
    "select from unnest($1::int[]) as n (meter_id) join sealed_day using (meter_id)",
    "select from share h where (h.meter_id, h.interval_start) = ($1, $2)",
    "select from meter m where m.serial = $1 and exists"
    " (select from share h where h.meter_id = m.meter_id)",
    "copy reading (interval_start, meter_id) from stdin (format binary)",
)


@pytest.mark.parametrize("statement", KEYED)
def test_a_statement_with_the_key_is_let_through(statement: str, url: str) -> None:
    assert not without_key(statement, columns_of(url))
