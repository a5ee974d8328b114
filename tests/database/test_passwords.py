"""A token is asked for at each sign-in, and who has none is told so."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.listening import AsyncConnection, listen
from peergrid.database.passwords import conninfo_of
from peergrid.database.pool import Database, connect
from peergrid.errors import Unavailable

LOGIN = "of_an_identity"
CUT = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'of_an_identity'"


class Platform(ThreadingHTTPServer):
    """Hands out tokens as a container app's platform does; ``token`` None: it is out of order."""

    token: str | None = "first"  # noqa: S105 - a stand-in's
    asked: int = 0


class Answer(BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        self.server.asked += 1
        query = parse_qs(urlsplit(self.path).query)
        is_right = (
            self.headers["X-IDENTITY-HEADER"] == "turned-over"
            and query["resource"] == ["https://ossrdbms-aad.database.windows.net"]
            and query["client_id"] == ["the-api-s"]
            and self.server.token is not None
        )
        self.send_response(200 if is_right else 400)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": self.server.token}).encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as it is called
        """Nobody reads it."""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    with Platform(("127.0.0.1", 0), Answer) as platform:
        threading.Thread(target=platform.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{platform.server_address[1]}/msi/token"
        monkeypatch.setenv("IDENTITY_ENDPOINT", endpoint)
        monkeypatch.setenv("IDENTITY_HEADER", "turned-over")
        monkeypatch.setenv("AZURE_CLIENT_ID", "the-api-s")
        yield platform
        platform.shutdown()


@contextmanager
def login_of(server: EmbeddedServer, password: str) -> Iterator[psycopg.Connection]:
    """Somebody who may change passwords, and a login whose password is what the server takes."""
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(f"create role {LOGIN} login password '{password}'".encode())
        try:
            yield admin
        finally:
            admin.execute(f"drop role {LOGIN}".encode())


def url_of(server: EmbeddedServer) -> str:
    host = conninfo_to_dict(server.url)["host"]
    return f"postgresql://{LOGIN}@/peergrid?host={host}&password_from=azure"


def test_each_new_connection_asks_for_a_token_of_its_own(
    server: EmbeddedServer, platform: Platform
) -> None:
    with login_of(server, "first") as admin:
        database = Database(url_of(server), timeout_s=10)
        database.open()
        try:
            with database.transaction() as connection:
                connection.execute("select 1")
            admin.execute(f"alter role {LOGIN} password 'second'".encode())
            platform.token = "second"  # noqa: S105
            asked = platform.asked
            admin.execute(CUT)

            with database.transaction() as connection:
                connection.execute("select 1")

            assert platform.asked > asked
            connect(url_of(server)).close()
        finally:
            database.close()


def test_who_listens_asks_too(server: EmbeddedServer, platform: Platform) -> None:
    looked = asyncio.Event()

    async def look(connection: AsyncConnection) -> None:
        looked.set()

    async def heard() -> None:
        listening = asyncio.create_task(listen(url_of(server), "news", look))
        async with asyncio.timeout(20):
            await looked.wait()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening

    with login_of(server, "first"):
        asyncio.run(heard())

    assert platform.asked == 1


def test_a_platform_that_hands_out_nothing_is_a_database_that_is_away(
    server: EmbeddedServer, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.token = None
    with pytest.raises(Unavailable, match="token is not to be had"):
        connect(url_of(server))

    monkeypatch.delenv("IDENTITY_ENDPOINT")
    with pytest.raises(Unavailable, match="needs a container that carries a managed identity"):
        connect(url_of(server))


def test_a_url_that_asks_for_no_token_stays_as_it_is() -> None:
    url = "postgresql://peergrid@db:5432/peergrid?sslmode=verify-full"

    assert conninfo_of(url) == url
