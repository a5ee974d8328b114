"""Real PostgreSQL, real HTTP: what tests share."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Connection, Database
from peergrid.members.mail import CONSOLE
from peergrid.migrations.migrate import migrate
from peergrid.settings import Settings
from tests.community import Street, found_street

# A busy machine is slow now and then: that says nothing about the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SECRET = "only-for-tests-and-long-enough-to-sign"  # noqa: S105
NAMES = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's event loop stays, and suffers no other beside it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder with a short path, as sockets need."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(short_dir: Path) -> Iterator[EmbeddedServer]:
    """One PostgreSQL for all tests; its first database is migrated and serves as the mould."""
    server = EmbeddedServer(short_dir / "server")
    server.start()
    migrate(server.url)
    yield server
    server.stop(at_once=True)


def new_database(server: EmbeddedServer, *, empty: bool = False) -> str:
    """A database of its own: a copy of the migrated one, or an empty one."""
    name = f"test_{os.getpid()}_{next(NAMES)}"
    mould = "template0" if empty else "peergrid"
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} owner peergrid template {mould}".encode())
    return server.url.replace("/peergrid?", f"/{name}?")


@pytest.fixture
def url(server: EmbeddedServer) -> str:
    return new_database(server)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with opened(url) as database:
        yield database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection whose work is committed at the end of the test, if it succeeds."""
    with database.transaction() as connection:
        yield connection


@pytest.fixture
def street(database: Database) -> Street:
    """Ada with panels, Ben without, and their operator; nothing reported yet."""
    with database.transaction() as connection:
        return found_street(connection, "street")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Backend:
    """A backend that runs, and the database behind it."""

    url: str
    database: Database


@pytest.fixture
def backend(url: str, database: Database, tmp_path: Path) -> Iterator[Backend]:
    settings = Settings(
        tmp_path, url, SECRET, simulated_time=True, second_factor=False, mail=CONSOLE
    )
    port = free_port()
    with serving(create_app(settings, url), "127.0.0.1", port):
        yield Backend(f"http://127.0.0.1:{port}", database)


PEERGRID = Path(sys.executable).parent / "peergrid"


@dataclass(frozen=True)
class Demo:
    """`peergrid demo` as a newcomer starts it; ``sign_ins`` are (e-mail, password) by role."""

    url: str
    sign_ins: dict[str, tuple[str, str]]


@pytest.fixture(scope="session")
def demo(short_dir: Path) -> Iterator[Demo]:
    """Two days of a street in Harare, and a new half hour every two seconds."""
    port = free_port()
    command = [str(PEERGRID), "demo", "--days", "2", "--interval-seconds", "2"]
    command += ["--port", str(port), "--data-dir", str(short_dir / "demo")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    sign_ins = {}
    assert process.stdout is not None
    for line in process.stdout:
        word, *rest = line.split()
        if word == "sign":
            _, role, email, password = rest
            sign_ins[role] = (email, password)
        if word == "live":
            break
    assert process.poll() is None, "the demo ended before it went live"
    yield Demo(f"http://127.0.0.1:{port}", sign_ins)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
