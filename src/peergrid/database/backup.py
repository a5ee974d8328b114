"""Back a database up as of one instant, and bring it back into an empty one."""

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from peergrid.database.archive import CHUNK_BYTES, DUMP, FORMAT, MANIFEST, Manifest, copy
from peergrid.database.pool import Connection, connect
from peergrid.database.programs import SERVICE, program, service
from peergrid.database.roles import make_roles
from peergrid.errors import Conflict, Unavailable
from peergrid.files.new_file import new_file

ENDING = ".backup.zip"
AT_ONE_INSTANT = (  # however long it takes
    "set transaction isolation level repeatable read, read only",
    "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
)
SNAPSHOT = "select pg_export_snapshot()"
TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
order by 1, 2"""
THINGS = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'"""
IS_OURS = "select to_regclass('alembic_version') is not null"
SCHEMA = "select version_num, now()::text from alembic_version"


def back_up(url: str, to: Path, on_bytes: Callable[[int], None] | None = None) -> Path:
    """Write the database at ``url`` to a new file, or into a folder that is there; its path.

    What is committed when it begins is in it, what comes later is not; nobody waits for it.
    ``on_bytes`` hears how many bytes were written. The file is under its name only once it is
    whole and on disk. Raises Conflict if there is one of that name, NotFound for a folder that
    is not there, and Unavailable if pg_dump is missing, too old, or fails.
    """
    file = to / f"peergrid-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}" if to.is_dir() else to
    with new_file(file) as output, zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        manifest = _write_dump(url, archive, on_bytes)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1) + "\n")
    return file


def restore(url: str, file: Path, manifest: Manifest) -> None:
    """Bring a backup back into an empty database, all of it or nothing.

    Raises Conflict if something is in the database or if other rows came out than went in, and
    Unavailable if pg_restore is missing, too old, or fails.
    """
    with connect(url) as connection:
        check_empty(connection)
        make_roles(connection)  # what is granted to them comes back with the tables
        connection.commit()
        command = [program("pg_restore", connection.info), f"--dbname=service={SERVICE}"]
        command += ["--no-owner", "--no-password", "--single-transaction", "--exit-on-error"]
        with service(connection.info) as environment, zipfile.ZipFile(file) as archive:
            connection.rollback()
            with _running(command, environment, stdin=subprocess.PIPE) as process:
                _feed(archive, process)
    with connect(url) as connection:
        _begin(connection)
        _check_rows(_rows(connection), manifest.rows)


def check_empty(connection: Connection) -> None:
    """Raises Conflict if anything of anybody's is in the database."""
    row = connection.execute(THINGS).fetchone()
    if row is None or row[0]:
        raise Conflict("The database is not empty: a backup is restored into an empty one only.")


def _write_dump(
    url: str, archive: zipfile.ZipFile, on_bytes: Callable[[int], None] | None
) -> Manifest:
    with connect(url) as connection:
        _begin(connection)
        schema, made_at = _schema(connection)
        command = [program("pg_dump", connection.info), f"--dbname=service={SERVICE}"]
        command += ["--format=custom", "--no-password", f"--snapshot={_snapshot(connection)}"]
        with (
            service(connection.info) as environment,
            _running(command, environment, stdout=subprocess.PIPE) as process,
            archive.open(DUMP, "w", force_zip64=True) as member,
        ):
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            size_bytes, sha256 = copy(process.stdout, member, on_bytes)
        version, rows = connection.info.server_version, _rows(connection)
    return Manifest(FORMAT, made_at, schema, version, rows, size_bytes, sha256)


def _begin(connection: Connection) -> None:
    for statement in AT_ONE_INSTANT:
        connection.execute(statement)


def _schema(connection: Connection) -> tuple[str, str]:
    """The migration the database is at, and the server's time."""
    is_ours = connection.execute(IS_OURS).fetchone()
    row = connection.execute(SCHEMA).fetchone() if is_ours and is_ours[0] else None
    if row is None:
        raise Conflict("The database holds no PeerGrid: there is nothing to back up.")
    return row[0], row[1]


def _snapshot(connection: Connection) -> str:
    """What another session can see the same instant by."""
    row = connection.execute(SNAPSHOT).fetchone()
    assert row is not None  # noqa: S101 - a function's answer is one row
    return str(row[0])


def _rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    for schema, table in connection.execute(TABLES).fetchall():
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{table}"] = row[0] if row else 0
    return counts


def _check_rows(found: dict[str, int], wanted: dict[str, int]) -> None:
    for table in sorted(found.keys() | wanted.keys()):
        if found.get(table) != wanted.get(table):
            raise Conflict(
                f"{table} has {found.get(table)} rows, the backup had {wanted.get(table)}:"
                " do not use this database."
            )


def _feed(archive: zipfile.ZipFile, process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 - a pipe was asked for
    with archive.open(DUMP) as dump, suppress(BrokenPipeError):  # it ended early, and says why
        while chunk := dump.read(CHUNK_BYTES):
            process.stdin.write(chunk)
    with suppress(BrokenPipeError):
        process.stdin.close()


@contextmanager
def _running(
    command: list[str],
    environment: Mapping[str, str],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that must end well. Raises Unavailable with what it said if it does not."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, no shell
            command,
            env=environment,
            stdin=stdin,
            stdout=stdout,
            stderr=said,
            start_new_session=True,  # Ctrl-C is for us, who end it below
        )
        with process, ExitStack() as otherwise:
            otherwise.callback(process.terminate)
            yield process
            otherwise.pop_all()
        if process.returncode:
            said.seek(0)
            sentence = " ".join(said.read().decode(errors="replace").split())
            raise Unavailable(f"{Path(command[0]).name} failed: {sentence}")
