"""A database is brought to this schema, or left alone with a sentence."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.roles import HOUSEHOLD, Asking, enter
from peergrid.errors import Conflict, Unavailable
from peergrid.ledger.payouts import open_payout_accounts
from peergrid.migrations import migrate as migrating
from peergrid.migrations.migrate import migrate
from peergrid.migrations.schema import KNOWN, check_current, newest, schema_of
from peergrid.migrations.upgrade import chain
from tests.conftest import new_database

A_HOME = """
insert into community (name, title, settled_until)
values ('street', 'A street', '2026-08-31T22:00Z');
insert into member (community_id, name, email, role)
values (1, 'Ada', 'ada@street.example', 'producer');
insert into meter (community_id, member_id, serial, has_panels, connection_w, active_from)
values (1, 1, 'ada-1', true, 13800, '2026-08-31T22:00Z');
insert into refresh_token (token_hash, family, member_id, expires_at, revoked_at)
values (sha256('a'), gen_random_uuid(), 1, '2026-10-01T00:00Z', null),
  (sha256('b'), gen_random_uuid(), 1, '2026-10-01T00:00Z', '2026-09-02T00:00Z');
insert into meter_key (key_hash, meter_id, revoked_at)
values (sha256('a'), 1, null), (sha256('b'), 1, '2026-09-02T00:00Z');
insert into account (community_id, kind, meter_id, member_id, unit)
values (1, 'meter', 1, 1, 'USD'), (1, 'meter', 1, 1, 'WH')"""  # by the first schema

BOOKED = """
insert into account (community_id, kind, unit) values (1, 'grid', 'USD'), (1, 'pool', 'USD');
insert into tariff (community_id, valid_from, terms) values (1, '2026-09-01', '{}');
insert into settlement (community_id, interval_start, revision, tariff_id, demand_wh, supply_wh,
  shared_wh, estimated, transfers) values (1, '2026-08-31T22:00Z', 0, 1, 0, 500, 0, 0, 1);
insert into share values (1, 1, '2026-08-31T22:00Z', 0, 500, 0, 0, 0, 0, 0, 0, 0, 32000, 0, 0);
insert into transfer
values (1, '2026-08-31T22:00Z', 1, 'feed_in', 1, 3, 'USD', 32000, 500, false)"""


def test_an_empty_database_is_migrated_once(server: EmbeddedServer) -> None:
    url = new_database(server, empty=True)
    assert schema_of(url) is None

    migrate(url)
    migrate(url)

    assert schema_of(url) == newest()
    check_current(url)


def test_schemas_are_numbered_as_they_follow_each_other() -> None:
    assert list(KNOWN) == chain()


def test_a_current_database_is_opened_without_alembic(url: str) -> None:
    code = (
        f"from peergrid.migrations.migrate import migrate; migrate({url!r});"
        "import sys; print({'alembic', 'sqlalchemy'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "set()\n"


def test_a_database_that_was_never_migrated_is_told_so(server: EmbeddedServer) -> None:
    with pytest.raises(Conflict, match="peergrid migrate"):
        check_current(new_database(server, empty=True))


def test_a_newer_schema_is_refused_and_left_alone(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    with pytest.raises(Conflict, match="Update PeerGrid"):
        migrate(url)

    assert schema_of(url) == "9999"


def test_a_database_that_is_away_is_told_so() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        migrate("postgresql://nobody@127.0.0.1:1/none")


def of_the_first_schema(server: EmbeddedServer, *statements: str) -> str:
    """A database as the first release left it."""
    url = new_database(server, empty=True)
    first = Path(migrating.__file__).parent / "versions" / "0001_first.sql"
    with psycopg.connect(url) as connection:
        connection.execute(first.read_text().encode())
        connection.execute("create table alembic_version (version_num varchar(32) primary key)")
        connection.execute("insert into alembic_version values ('0001')")
        for statement in statements:
            connection.execute(statement.encode())
    return url


def test_what_the_first_schema_booked_stays_and_cannot_be_booked_again(
    server: EmbeddedServer,
) -> None:
    url = of_the_first_schema(server, A_HOME, BOOKED)

    migrate(url)

    with psycopg.connect(url, autocommit=True) as connection:
        lines = connection.execute("select account_id, kind, change from entry order by 1")
        assert lines.fetchall() == [(1, "feed_in", 32_000), (3, "feed_in", -32_000)]
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into transfer select * from transfer")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into share select * from share")


def test_a_database_of_the_first_schema_keeps_its_homes_and_learns_of_payouts(
    server: EmbeddedServer,
) -> None:
    url = of_the_first_schema(server, A_HOME)

    migrate(url)

    assert schema_of(url) == newest()
    with psycopg.connect(url) as connection:
        open_payout_accounts(connection, 1)
        owners = connection.execute(
            "select connection_id, serial, o.member_id from meter"
            " join connection_owner o using (connection_id)"
        ).fetchall()
        assert owners == [(1, "ada-1", 1)]
        kinds = connection.execute("select kind::text from account where unit = 'USD'").fetchall()
        lasting = (
            "select token_hash = sha256('a') from session join refresh_token using (session_id)"
        )
        good = "select key_hash = sha256('a') from meter_key"
        assert connection.execute(f"{lasting} where ended_at is null").fetchall() == [(True,)]
        assert connection.execute(f"{good} where ends_at = 'infinity'").fetchall() == [(True,)]
    assert {"meter", "payout", "provider"} <= {kind for (kind,) in kinds}


def test_a_database_from_before_the_walls_keeps_its_rows_and_shows_each_their_own(
    server: EmbeddedServer,
) -> None:
    url = of_the_first_schema(server, A_HOME, BOOKED)
    versions = Path(migrating.__file__).parent / "versions"
    before = [file for file in sorted(versions.glob("*.sql")) if "0002" <= file.stem < "0017"]
    with psycopg.connect(url) as connection:
        for file in before:
            connection.execute(file.read_text().encode())
        connection.execute("update alembic_version set version_num = '0016'")
        there = connection.execute("select count(*) from transfer").fetchone()
    assert (there, before[-1].stem[:4]) == ((1,), "0016")

    migrate(url)

    for member_id, seen in ((1, 1), (2, 0)):
        with psycopg.connect(url) as connection:
            enter(connection, Asking(HOUSEHOLD, 1, member_id))
            for table in ("transfer", "share", "meter"):
                found = connection.execute(f"table {table}".encode())
                assert len(found.fetchall()) == seen, (table, member_id)
