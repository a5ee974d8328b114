"""The embedded PostgreSQL starts, stops, and comes back after being killed."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database, connect
from peergrid.errors import Unavailable


def postmaster_pid(server: EmbeddedServer) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


@pytest.fixture
def own_server(short_dir: Path) -> EmbeddedServer:
    return EmbeddedServer(short_dir / "own")


def test_it_survives_a_kill_and_keeps_what_was_committed(own_server: EmbeddedServer) -> None:
    assert own_server.start()
    with psycopg.connect(own_server.url) as connection:
        connection.execute("create table if not exists kept (n int)")
        connection.execute("insert into kept values (7)")
    os.kill(postmaster_pid(own_server), signal.SIGKILL)

    with own_server.running() as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("select max(n) from kept").fetchone()
        assert row == (7,)

    with pytest.raises(Unavailable, match="does not answer"):
        connect(own_server.url)


def test_a_start_that_was_cut_off_is_done_again(short_dir: Path) -> None:
    server = EmbeddedServer(short_dir / "cut")
    (short_dir / "cut" / "postgres.unfinished" / "base").mkdir(parents=True)
    server.start()
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("drop database peergrid")
        admin.execute("alter role peergrid password 'another'")

    assert not server.start()

    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    server.stop(at_once=True)


def test_a_second_starter_uses_the_server_that_runs(own_server: EmbeddedServer) -> None:
    with own_server.running():
        assert not own_server.start()


def test_everything_that_makes_data_durable_is_on(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url) as connection:
        names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
        settings = [connection.execute(f"show {name}".encode()).fetchone() for name in names]

    assert settings == [("on",)] * 4


def test_nobody_enters_without_the_password_or_over_the_network(server: EmbeddedServer) -> None:
    password = (server.data_dir / "peergrid.password").read_text().strip()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(password, "guess"))
    with psycopg.connect(server.url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        superuser = "select rolsuper from pg_roles where rolname = current_user"
        assert connection.execute(superuser).fetchone() == (False,)


def test_secrets_are_for_their_owner_alone(server: EmbeddedServer) -> None:
    for file in server.data_dir.glob("*.password"):
        assert file.stat().st_mode & 0o077 == 0


def test_a_statement_that_takes_too_long_is_stopped_and_told(database: Database) -> None:
    with (
        pytest.raises(Unavailable, match="took too long; nothing was changed"),
        database.transaction() as connection,
    ):
        connection.execute("set local statement_timeout = '50ms'; select pg_sleep(5)")


def test_a_database_that_goes_away_is_told_so(server: EmbeddedServer) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none", timeout_s=0.5)
    database.open()

    with pytest.raises(Unavailable, match="nothing was changed"), database.transaction():
        pass

    database.close()
