"""Pages from a host of files speak to a backend elsewhere, if it knows that host."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from peergrid.api.guard import headers_elsewhere
from peergrid.dashboard.site.build import site_in
from peergrid.dashboard.site.hosting import write_site
from peergrid.settings import read_cache_dir
from tests.browser.driving import PATIENCE_MS, visiting
from tests.browser.test_comeback import served
from tests.community import PASSWORD, Street
from tests.conftest import free_port

pytestmark = pytest.mark.browser


class Files(SimpleHTTPRequestHandler):
    """Sends a folder with the headers of the firebase.json beside it."""

    def end_headers(self) -> None:
        folder = Path(self.directory)
        rules = json.loads((folder.parent / "firebase.json").read_text())["hosting"]["headers"]
        said: dict[str, str] = {}
        for rule in rules:
            if self.path.startswith(rule["source"].removesuffix("**")):
                said |= {it["key"]: it["value"] for it in rule["headers"]}
        for name, value in said.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as it is called
        """Nobody reads it."""


@contextmanager
def hosted(folder: Path, backend_port: int) -> Iterator[str]:
    """The origin at which the pages that speak to that port are to be had."""
    socket = f"ws://127.0.0.1:{backend_port}"
    site = site_in(read_cache_dir({}), socket=socket)
    write_site(site, folder, headers_elsewhere(socket))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=folder / "public"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_page_of_another_host_signs_in_if_the_backend_knows_it(
    browser: Browser,
    street: Street,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    with hosted(tmp_path / "out", port) as origin:
        monkeypatch.setenv("PEERGRID_ALLOWED_ORIGINS", origin)
        with served(url, tmp_path, port), visiting(browser, origin) as visit:
            visit.sign_in(street.ada.email, PASSWORD)
            visit.sees("My energy")
            assert visit.page.evaluate("crossOriginIsolated")

        monkeypatch.setenv("PEERGRID_ALLOWED_ORIGINS", "https://another.example")
        with served(url, tmp_path, port):
            page = browser.new_page()
            with page.expect_event("websocket", timeout=PATIENCE_MS) as opened:
                page.goto(origin)
            opened.value.wait_for_event("socketerror", timeout=PATIENCE_MS)
            expect(page.get_by_label("Email")).to_have_count(0)
            page.close()
