"""Alive is one thing, able to serve another."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
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


PATIENCE_S = 30


def test_without_its_database_it_lives_says_so_and_comes_back(short_dir: Path) -> None:
    server = EmbeddedServer(short_dir / "away")
    server.start()
    migrate(server.url)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(Settings(short_dir, None, SECRET), server.url)

    with serving(app, "127.0.0.1", port):
        assert is_ready_within(PATIENCE_S, f"{address}/readyz")
        server.stop(at_once=True)
        alive = httpx.get(f"{address}/healthz", timeout=30)
        ready = httpx.get(f"{address}/readyz", timeout=30)
        server.start()
        again = is_ready_within(PATIENCE_S, f"{address}/readyz")
    server.stop(at_once=True)

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.headers["retry-after"] == "2"
    assert "Try again" in ready.json()["detail"]
    assert again


def is_ready_within(seconds: float, url: str) -> bool:
    """A busy machine may be slower than the probe is patient, so it is asked again."""
    deadline = time.monotonic() + seconds
    while (code := httpx.get(url, timeout=30).status_code) == 503:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return code == 200


@contextmanager
def frozen(server: EmbeddedServer) -> Iterator[None]:
    """All of PostgreSQL's processes are there, and stand still."""
    first = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])
    postmaster = psutil.Process(first)
    processes = [postmaster.pid, *(one.pid for one in postmaster.children(recursive=True))]
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)


def test_with_a_frozen_database_it_says_so_within_3_s_and_comes_back(short_dir: Path) -> None:
    server = EmbeddedServer(short_dir / "frozen")
    server.start()
    migrate(server.url)
    port = free_port()
    ready = f"http://127.0.0.1:{port}/readyz"
    app = create_app(Settings(short_dir, None, SECRET), server.url)

    with serving(app, "127.0.0.1", port):
        assert is_ready_within(PATIENCE_S, ready)
        with frozen(server):
            answers, seconds = [], []
            for _ in range(2):
                asked = time.monotonic()
                answers.append(httpx.get(ready, timeout=30).status_code)
                seconds.append(time.monotonic() - asked)
        again = is_ready_within(PATIENCE_S, ready)
    server.stop(at_once=True)

    assert answers == [503, 503]
    assert max(seconds) < 3
    assert again


def test_without_a_secret_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="PEERGRID_SECRET"):
        create_app(Settings(tmp_path), "postgresql:///none")
