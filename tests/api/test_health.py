"""Alive is one thing, able to serve another."""

from pathlib import Path

import httpx
import pytest

from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.database.embedded import EmbeddedServer
from peergrid.errors import Invalid
from peergrid.migrations.migrate import migrate
from peergrid.settings import Settings
from tests.conftest import SECRET, Backend, free_port


def test_a_backend_that_serves_is_alive_and_ready(backend: Backend) -> None:
    assert httpx.get(f"{backend.url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{backend.url}/readyz").json() == {"status": "ok"}


def test_without_its_database_it_lives_says_so_and_comes_back(short_dir: Path) -> None:
    server = EmbeddedServer(short_dir / "away")
    server.start()
    migrate(server.url)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(Settings(short_dir, None, SECRET), server.url)

    with serving(app, "127.0.0.1", port):
        assert httpx.get(f"{address}/readyz", timeout=30).status_code == 200
        server.stop(at_once=True)
        alive = httpx.get(f"{address}/healthz", timeout=30)
        ready = httpx.get(f"{address}/readyz", timeout=30)
        server.start()
        again = httpx.get(f"{address}/readyz", timeout=30)
    server.stop(at_once=True)

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.headers["retry-after"] == "2"
    assert "Try again" in ready.json()["detail"]
    assert again.status_code == 200


def test_without_a_secret_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="PEERGRID_SECRET"):
        create_app(Settings(tmp_path), "postgresql:///none")
