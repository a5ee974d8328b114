"""An address of its own where measures are read, as Prometheus reads them."""

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, override
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CollectorRegistry, make_wsgi_app

from peergrid.errors import Conflict
from peergrid.settings import MetricsSettings

PATH = "/metrics"
TIMEOUT_S = 10.0  # for who connects and says nothing


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    @override
    def server_bind(self) -> None:
        """Without asking a name server who we are: a closed network has none."""
        TCPServer.server_bind(self)
        host, self.server_port = self.server_address[:2]
        self.server_name = str(host)
        self.setup_environ()


class Handler(WSGIRequestHandler):
    timeout = TIMEOUT_S

    @override
    def log_message(self, *args: Any) -> None:
        """Who reads measures does it every few seconds: no line for each."""


class Scraping:
    """Shows measures at ``PATH`` to who shows the token, or to all if there is none."""

    def __init__(self, registry: CollectorRegistry, token: str | None) -> None:
        self._measures = make_wsgi_app(registry, disable_compression=True)
        self._shown = f"Bearer {token}".encode() if token else None

    def __call__(self, asked: WSGIEnvironment, start: StartResponse) -> Any:
        """Answer one request."""
        if asked.get("PATH_INFO") != PATH:
            return _refused(start, HTTPStatus.NOT_FOUND)
        said = str(asked.get("HTTP_AUTHORIZATION", "")).encode("latin-1", "replace")
        if self._shown and not hmac.compare_digest(said, self._shown):
            return _refused(start, HTTPStatus.UNAUTHORIZED)
        return self._measures(asked, start)


def _refused(start: StartResponse, status: HTTPStatus) -> list[bytes]:
    headers = [("Content-Type", "text/plain")]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append(("WWW-Authenticate", "Bearer"))
    start(f"{status.value} {status.phrase}", headers)
    return [f"{status.phrase}\n".encode()]


@contextmanager
def scraped(settings: MetricsSettings, registry: CollectorRegistry) -> Iterator[None]:
    """Listen until the block ends. Raises Conflict if that cannot be."""
    asked = Scraping(registry, settings.token)
    try:
        server = make_server(settings.host, settings.port, asked, Server, Handler)
    except OSError as error:
        raise Conflict(
            f"PEERGRID_METRICS: {settings.host}:{settings.port} cannot be listened on"
            f" ({error.strerror})."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
