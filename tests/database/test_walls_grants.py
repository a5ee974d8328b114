"""Which role may do what to which table; and that nobody may change what is final."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.database.roles import (
    API,
    AUDIT,
    HOUSEHOLD,
    INGEST,
    OPERATOR,
    OVERSEER,
    ROLES,
    SETTLEMENT,
    Asking,
    check_role,
    enter,
    statements,
)
from peergrid.errors import Conflict
from peergrid.migrations.migrate import migrate
from tests.conftest import new_database
from tests.database.grants import GRANTS

TABLES = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p', 'v') and not c.relispartition order by 1"""
RIGHTS = """
select string_agg(case when has_table_privilege(%(role)s, %(table)s::regclass, right_name)
    then letter else upper(letter) end, '' order by place)
from (values (1, 'r', 'select'), (2, 'a', 'insert'), (3, 'w', 'update'), (4, 'd', 'delete'),
  (5, 't', 'truncate')) as known (place, letter, right_name)
where has_table_privilege(%(role)s, %(table)s::regclass, right_name)
  or case when letter in ('r', 'a', 'w')
    then has_any_column_privilege(%(role)s, %(table)s::regclass, right_name) end"""
FINAL = (
    *("transfer", "payout_transfer", "share", "settlement", "account", "tariff", "trail"),
    *("trail_head", "register", "reading_version", "limit_price", "exchange_rate"),
)
UNGUARDED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and not c.relispartition
  and has_any_column_privilege(%s, c.oid, 'select')
  and case when c.relkind = 'v' then not coalesce(c.reloptions::text like %s, false)
    else c.relkind in ('r', 'p') and not c.relrowsecurity end"""
INVOKERS = "%security_invoker=true%"


def rights(database: Database) -> dict[str, str]:
    """Of each table, what the roles may, in the order of ROLES; - for nothing."""
    found = {}
    with database.transaction() as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            each = (
                connection.execute(RIGHTS, {"role": role, "table": table}).fetchone()
                for role in ROLES
            )
            found[table] = " ".join((row and row[0]) or "-" for row in each)
    return found


def test_every_role_may_do_what_the_table_says_and_no_more(database: Database) -> None:
    """A new table needs a row in ``tests/database/grants.py``."""
    assert rights(database) == GRANTS


def test_nobody_may_change_what_is_final() -> None:
    changing = {
        (table, role): said
        for table in FINAL
        for role, said in zip(ROLES, GRANTS[table].split(), strict=True)
        if set(said.lower()) & set("wdt")
    }
    assert changing == {}


@pytest.mark.parametrize("role", [HOUSEHOLD, OVERSEER, OPERATOR])
def test_whatever_a_members_request_may_read_is_read_row_by_row(
    database: Database, role: str
) -> None:
    with database.transaction() as connection:
        assert connection.execute(UNGUARDED, (role, INVOKERS)).fetchall() == []


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (API, "select from reading"),
        (API, "select from transfer"),
        (INGEST, "select from member"),
        (INGEST, "select from transfer"),
        (INGEST, "select from payout"),
        (SETTLEMENT, "select from credential"),
        (AUDIT, "select from meter_key"),
        (AUDIT, "insert into correction values (1, '2026-09-01T00:00Z')"),
        (OPERATOR, "delete from trail"),
        (OPERATOR, "update transfer set amount = 1"),
        (OPERATOR, "insert into transfer select * from transfer"),
        (HOUSEHOLD, "select from credential where password_hash = ''"),
        (HOUSEHOLD, "update member set role = 'operator'"),
        (HOUSEHOLD, "update trail_head set number = 0"),
        (HOUSEHOLD, "select drop_day('2026-09-01')"),
        (HOUSEHOLD, "create table mine ()"),
    ],
)
def test_what_a_role_may_not_is_refused(database: Database, role: str, statement: str) -> None:
    with database.transaction() as connection:
        enter(connection, Asking(role, 1, 1))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(statement.encode())


def test_a_connection_that_comes_back_has_forgotten_whom_it_worked_for(url: str) -> None:
    database = Database(url, role=API)
    database.open()
    whom = "select current_user, nullif(current_setting('peergrid.member', true), '')"
    try:
        with database.transaction() as connection:
            enter(connection, Asking(HOUSEHOLD, 1, 7))
            assert connection.execute(whom).fetchone() == (HOUSEHOLD, "7")
        with database.transaction() as connection:
            assert connection.execute(whom).fetchone() == (API, None)
    finally:
        database.close()


def test_an_owner_who_may_not_make_roles_is_told_what_a_superuser_has_to_run(
    server: EmbeddedServer,
) -> None:
    empty = new_database(server, empty=True)
    name = conninfo_to_dict(empty)["dbname"]
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("create role plain login password 'plain'")
        try:
            admin.execute(f"alter database {name} owner to plain".encode())
            plain = f"postgresql://plain:plain@/{name}?{empty.split('?')[1]}"  # its socket

            with pytest.raises(Conflict, match="let a superuser") as told:
                migrate(plain)
            for line in str(told.value).splitlines()[1:]:
                admin.execute(line.encode())
            migrate(plain)

            with psycopg.connect(plain) as connection:
                check_role(connection, API)
                with pytest.raises(Conflict, match="grant peergrid_ingest"):
                    check_role(connection, "peergrid_ingest_of_nobody")
        finally:
            admin.execute(f"drop database {name} with (force)".encode())
            admin.execute("drop role plain")


def test_roles_that_are_there_are_made_again_without_a_word(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_url) as admin:
        for statement in [*statements("peergrid"), *statements("peergrid")]:
            admin.execute(statement)
