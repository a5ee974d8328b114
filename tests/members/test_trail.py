"""The audit trail is one chain, whoever writes at once, and shows every kind of damage."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.members.trail import Deed, audit_trail, record, search

DAMAGE = {
    "an entry edited": ("update trail set subject_id = 8 where number = 2", "entry 2 is not as"),
    "an entry's time moved": (
        "update trail set at = at - interval '1 microsecond' where number = 3",
        "entry 3 is not as",
    ),
    "an entry removed": ("delete from trail where number = 2", "entries 1 and 3 is missing"),
    "the first removed": ("delete from trail where number = 1", "entries 0 and 2 is missing"),
    "the last removed": ("delete from trail where number = 4", "it ends at entry 3"),
    "all removed": ("delete from trail", "it ends at entry 0"),
    "two put in another order": (
        "update trail set number = 9 where number = 2; update trail set number = 2"
        " where number = 3; update trail set number = 3 where number = 9",
        "entry 2 is not as",
    ),
    "one edited and its own sum with it": (
        "update trail set subject_id = 8 where number = 2;"
        " update trail set hash = trail_hash(trail) where number = 2",
        "entry 3 does not follow from entry 2",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_check_finds_every_kind_of_damage_and_names_the_entry(
    server: EmbeddedServer, url: str, database: Database, damage: str
) -> None:
    for _ in range(4):
        write(database, 1, fails=False)
    with database.transaction() as connection:
        assert audit_trail(connection, 1) == []
    query, told = DAMAGE[damage]
    name = url.partition("@/")[2].partition("?")[0]
    planted = server.admin_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(planted) as admin:
        admin.execute("set session_replication_role = replica")  # past the triggers
        admin.execute(query.encode())

    with database.transaction() as connection:
        assert told in audit_trail(connection, 1)[0]


@pytest.mark.parametrize("query", ["update trail set verb = 'x'", "delete from trail"])
def test_an_entry_can_be_neither_changed_nor_removed(database: Database, query: str) -> None:
    write(database, 1, fails=False)
    with (
        pytest.raises(psycopg.errors.RestrictViolation),
        database.transaction() as connection,
    ):
        connection.execute(query.encode())


@given(st.lists(st.tuples(st.sampled_from((1, 2)), st.booleans()), max_size=24))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_writers_at_once_leave_one_chain_a_community_without_those_who_failed(
    database: Database, writers: list[tuple[int, bool]]
) -> None:
    with database.transaction() as connection:
        before = {one: newest(connection, one) for one in (1, 2)}

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda writer: write(database, writer[0], fails=writer[1]), writers))

    with database.transaction() as connection:
        for one in (1, 2):
            assert audit_trail(connection, one) == []
            assert newest(connection, one) - before[one] == writers.count((one, False))


def newest(connection: psycopg.Connection, community_id: int) -> int:
    return max((entry.number for entry in search(connection, community_id)), default=0)


def write(database: Database, community_id: int, *, fails: bool) -> None:
    with suppress(ZeroDivisionError), database.transaction() as connection:
        deed = Deed(
            community_id, "look at", "statement", {"member_id": 7}, 3, "operator", subject_id=7
        )
        record(connection, deed)
        assert 1 / (not fails)
