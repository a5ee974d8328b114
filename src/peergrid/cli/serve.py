"""Run the backend and the dashboards in one process."""

import errno
import gc
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer
import uvicorn
from uvicorn.config import LOGGING_CONFIG

from peergrid.api.app import Backend, create_app
from peergrid.cli.options import DataDir, Port, out, settings_for, told
from peergrid.cli.pool_use import watch_pool
from peergrid.cli.storage import check_may, check_owns, check_secret, migrated, with_secret
from peergrid.dashboard.main import create_dashboard
from peergrid.database.roles import API
from peergrid.errors import Conflict, Unavailable
from peergrid.settings import Settings, read_cache_dir
from peergrid.telemetry.lines import is_json
from peergrid.telemetry.reporting import reporting

STOP_TIMEOUT_S = 5
START_TIMEOUT_S = 30
POLL_S = 5.0  # how often an open dashboard asks for news


def check_port(host: str, port: int) -> None:
    """Raises Conflict if something else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Conflict(f"{host}:{port} cannot be listened on: {error.strerror}.") from error
            raise Conflict(f"Port {port} is in use: choose another one with --port.") from error


def create_platform(settings: Settings, database_url: str, port: int, poll_s: float) -> Backend:
    """The API with the dashboards beside it, which use it as anybody does: over HTTP."""
    ours = secrets.token_urlsafe(32)  # so that the API believes whom the dashboard speaks for
    dashboard = create_dashboard(
        f"http://127.0.0.1:{port}", ours, read_cache_dir(os.environ), poll_s
    )
    if settings.public_url == Settings.public_url:
        settings = replace(settings, public_url=f"http://localhost:{port}")
    return create_app(settings, database_url, dashboard, ours)


class Server(uvicorn.Server):
    """Ends what would go on for ever before it waits for what is under way."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let requests come to an end, and stop."""
        self.config.app.state.hub.close()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def configure(app: Backend, host: str, port: int) -> uvicorn.Server:
    trusted = list(app.state.settings.trusted_proxies)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None if is_json() else LOGGING_CONFIG,
        log_level="warning",
        timeout_graceful_shutdown=STOP_TIMEOUT_S,
        timeout_keep_alive=30,
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        ws="websockets-sansio",
    )
    return Server(config)


@contextmanager
def serving(app: Backend, host: str, port: int) -> Iterator[None]:
    """Serve in a thread of its own until the block ends."""
    with running(configure(app, host, port)):
        yield


@contextmanager
def running(backend: uvicorn.Server) -> Iterator[None]:
    """Run a server in a thread of its own until the block ends."""
    thread = threading.Thread(target=backend.run, name="backend", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_TIMEOUT_S
    while not backend.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Unavailable("The backend did not start; see above.")
        time.sleep(0.02)
    try:
        yield
    finally:
        backend.should_exit = True
        thread.join(timeout=2 * STOP_TIMEOUT_S)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    data_dir: DataDir = None,
) -> None:
    """Run the backend and the dashboards."""
    with told():
        check_port(host, port)
        settings = settings_for(data_dir)
        check_secret(settings)
        settings = with_secret(settings)
        with reporting(settings, "serve"), migrated(settings) as url:
            check_may(url, API)
            check_owns(url)
            out.print(f"serving    http://{host}:{port}")
            app = create_platform(settings, url, port, POLL_S)
            watch_pool(app.state.database)
            gc.freeze()  # what is loaded stays: it need not be looked through for garbage
            try:
                configure(app, host, port).run()
            except KeyboardInterrupt:
                out.print("stopped")
