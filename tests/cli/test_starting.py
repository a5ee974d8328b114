"""What is wrong from the start: one sentence that says what to do, and nothing is half done."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from peergrid.cli.storage import with_secret
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import connect
from peergrid.errors import Invalid, Unavailable
from peergrid.migrations.migrate import migrate
from peergrid.migrations.schema import newest, schema_of
from peergrid.settings import Settings
from tests.cli.test_commands import peergrid, refused
from tests.conftest import SECRET, free_port, new_database
from tests.crash.disk import fill, small_disk
from tests.database.tls import before, certificate
from tests.migrations.test_migrate import A_HOME, of_the_first_schema

TABLES = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"


def weak_login(server: EmbeddedServer, url: str, grants: str = "") -> str:
    """The same database, signed in to as somebody who was given nothing but ``grants``."""
    place = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        if admin.execute("select 1 from pg_roles where rolname = 'weak'").fetchone():
            for (other,) in admin.execute("select datname from pg_database where datallowconn"):
                with psycopg.connect(server.admin_url.replace("/postgres?", f"/{other}?")) as there:
                    there.execute("drop owned by weak")
            admin.execute("drop role weak")
        admin.execute("create role weak login password 'weak'")
    if grants:
        with psycopg.connect(server.admin_url.replace("/postgres?", f"/{place}?")) as admin:
            admin.execute(grants.encode())
    return "postgresql://weak:weak@/" + url.partition("@/")[2]


def tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(TABLES).fetchone()
    assert row
    return int(row[0])


def test_a_secret_that_nobody_gave_stops_who_serves_a_database_of_many(
    url: str, tmp_path: Path
) -> None:
    told = ("serve", "--port", str(free_port()), "--data-dir", str(tmp_path / "none"))

    done = peergrid(*told, url=url)

    assert refused(done, 2, "PEERGRID_SECRET is missing: set it to 32 random characters or more")
    assert not (tmp_path / "none").exists()


def test_a_secret_that_cannot_be_kept_or_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "secret").touch()

    with pytest.raises(Invalid, match=r"none can be kept in .*Not a directory.*set it to 32"):
        with_secret(Settings(tmp_path / "file" / "folder"))
    with pytest.raises(Invalid, match="holds no secret: bring it back from a backup"):
        with_secret(Settings(tmp_path))


@pytest.mark.parametrize("command", ["migrate", "check", "settle"])
def test_a_login_that_may_not_read_is_told_who_helps(
    server: EmbeddedServer, url: str, command: str
) -> None:
    done = peergrid(command, url=weak_login(server, url))

    assert refused(done, 1, "weak may not read PeerGrid's tables")
    assert "peergrid admit weak" in done.stderr


def test_a_login_that_may_not_make_tables_leaves_an_empty_database_empty(
    server: EmbeddedServer,
) -> None:
    url = new_database(server, empty=True)

    done = peergrid("migrate", url=weak_login(server, url))

    assert refused(done, 1, "weak may not change PeerGrid's tables")
    assert tables(url) == 0


def test_who_serves_has_to_own_the_tables(server: EmbeddedServer, url: str) -> None:
    enough_to_answer = "grant peergrid_api to weak; grant select on alembic_version to weak"
    weak = weak_login(server, url, enough_to_answer)

    done = peergrid("serve", "--port", str(free_port()), url=weak, PEERGRID_SECRET=SECRET)

    assert refused(done, 1, "weak does not own PeerGrid's tables")
    assert "sign in as peergrid" in done.stderr


@pytest.mark.parametrize("command", ["migrate", "check", "settle"])
def test_another_time_zone_is_refused(url: str, command: str) -> None:
    done = peergrid(command, url=url, PGTZ="Africa/Harare")

    assert refused(done, 1, "speaks in the time of Africa/Harare, not in UTC: unset PGTZ")


def test_a_certificate_that_has_expired_is_told_and_a_good_one_is_taken(
    url: str, tmp_path: Path
) -> None:
    known = conninfo_to_dict(url)
    file = Path(str(known["host"])) / ".s.PGSQL.5432"
    now = datetime.now(UTC)
    for days, is_good in ((30, True), (-1, False)):
        shown = certificate(tmp_path, now + timedelta(days=days))
        with before(file, shown) as port:
            place = f"{known['user']}:{known['password']}@localhost:{port}/{known['dbname']}"
            secured = f"postgresql://{place}?sslmode=verify-full&sslrootcert={shown.file}"
            done = peergrid("check", url=secured)
        if is_good:
            assert done.exit_code == 0, done.stderr
        else:
            assert refused(done, 1, "Renew the server's certificate if it has expired")


def test_an_older_schema_an_empty_database_and_a_newer_schema_stop_the_start(
    server: EmbeddedServer, url: str
) -> None:
    older, empty = of_the_first_schema(server), new_database(server, empty=True)
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    cures = {
        older: f"older schema, 0001, and this PeerGrid works with {newest()}: run `peergrid migr",
        empty: "The database is empty: run `peergrid migrate` first",
        url: "Update PeerGrid",
    }

    for database_url, cure in cures.items():
        serve = ("serve", "--port", str(free_port()))
        assert refused(peergrid(*serve, url=database_url, PEERGRID_SECRET=SECRET), 1, cure)


def test_a_migration_that_fails_in_the_middle_leaves_all_as_it_was(server: EmbeddedServer) -> None:
    url = of_the_first_schema(server, A_HOME, "create table retention (kept text)")
    there = tables(url)

    with pytest.raises(psycopg.errors.DuplicateTable, match="already exists"):
        migrate(url)

    assert (schema_of(url), tables(url)) == ("0001", there)


def test_on_a_full_disk_a_migration_changes_nothing_and_once_there_is_room_it_goes_on(
    short_dir: Path,
) -> None:
    with small_disk(short_dir / "full") as disk:
        server = EmbeddedServer(disk / "server")
        server.start()
        try:
            url = of_the_first_schema(server, A_HOME)
            ballast = fill(disk)
            with pytest.raises(Unavailable, match="make room and run `peergrid migrate` again"):
                migrate(url)
            ballast.unlink()
            server.start()  # unless it lives
            assert schema_of(url) == "0001"
            migrate(url)
            with connect(url) as connection:
                assert connection.execute("select count(*) from meter").fetchone() == (1,)
        finally:
            server.stop(at_once=True)


def test_without_room_the_embedded_server_is_not_begun(short_dir: Path) -> None:
    with small_disk(short_dir / "narrow") as disk:
        fill(disk)

        done = peergrid("migrate", "--data-dir", str(disk / "server"))

        assert refused(done, 1, "0 MB left, and the database needs 64 MB to start: make room")
        assert not (disk / "server" / "postgres").exists()
