"""Firebase Hosting serves the pages as `build-web` wrote them, and its own emulator says so."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from peergrid.dashboard.site.build import release_of
from peergrid.database.pool import Database
from peergrid.settlement.settle import settle
from tests.browser.driving import PATIENCE_MS, visiting
from tests.browser.test_comeback import answers, served
from tests.community import FIRST, PASSWORD, found_street, report_both
from tests.conftest import PEERGRID, free_port

pytestmark = pytest.mark.browser

TOOLS = Path(__file__).parents[2] / "deploy" / "firebase"
START_S, STOP_S = 60, 20


@pytest.fixture(scope="module")
def firebase() -> Path:
    """Firebase's own program, as deploy/firebase/package-lock.json pins it."""
    program = TOOLS / "node_modules" / ".bin" / "firebase"
    if not program.exists():
        words = "no firebase-tools here: run `npm ci` in deploy/firebase (it needs Node.js 20)"
        if os.environ.get("PEERGRID_REQUIRE_BROWSER") == "1" and shutil.which("npm"):
            pytest.fail(words)
        pytest.skip(words)
    return program


def built(folder: Path, backend_port: int) -> Path:
    """What `peergrid build-web` writes for a backend on this machine."""
    backend = f"http://127.0.0.1:{backend_port}"
    command = [str(PEERGRID), "build-web", str(folder), "--backend", backend, "--quick"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@contextmanager
def emulated(firebase: Path, folder: Path) -> Iterator[str]:
    """The origin at which the emulator serves the folder; a demo project signs in nowhere."""
    port = free_port()
    said = json.loads((folder / "firebase.json").read_text())
    said["emulators"] = {"ui": {"enabled": False}} | {
        name: {"host": "127.0.0.1", "port": number}
        for name, number in (("hosting", port), ("hub", free_port()), ("logging", free_port()))
    }
    (folder / "emulated.json").write_text(json.dumps(said))
    command = [str(firebase), "emulators:start", "--only", "hosting", "--project", "demo-peergrid"]
    quiet = {"CI": "1", "NO_UPDATE_NOTIFIER": "1", "FIREBASE_CLI_DISABLE_UPDATE_CHECK": "1"}
    process = subprocess.Popen(
        [*command, "--config", "emulated.json"],
        cwd=folder,
        env=os.environ | quiet,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_S
        while process.poll() is None and not answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert answers(port), "the emulator does not answer"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_S)


def test_what_never_changes_is_kept_for_ever_and_the_rest_is_asked_for_anew(
    firebase: Path, tmp_path: Path
) -> None:
    folder = built(tmp_path / "out", 8000)
    with (
        emulated(firebase, folder) as origin,
        httpx.Client(base_url=origin, timeout=20, headers={"Accept-Encoding": "br"}) as client,
    ):
        page, room = client.get("/"), client.get("/wallet")
        script = client.get(f"/site/{release_of()}/main.dart.wasm")
        gone = client.get("/site/000000000000/main.dart.wasm")

    assert (page.status_code, room.status_code) == (200, 200)
    assert room.text == page.text  # a deep link is the page's to understand
    assert f"/site/{release_of()}/boot.js" in page.text
    assert page.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self' ws://127.0.0.1:8000" in page.headers["Content-Security-Policy"]
    assert page.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"] == "application/wasm"
    assert script.headers["Content-Encoding"] == page.headers["Content-Encoding"] == "br"
    assert gone.status_code == 404


def test_a_member_signs_in_and_sees_news_and_a_stranger_s_page_is_refused(
    firebase: Path,
    browser: Browser,
    database: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.transaction() as connection:
        street = found_street(connection, "street", "net_metering")
    port = free_port()
    with emulated(firebase, built(tmp_path / "out", port)) as origin:
        monkeypatch.setenv("PEERGRID_ALLOWED_ORIGINS", origin)
        with served(url, tmp_path, port), visiting(browser, origin) as visit:
            visit.sign_in(street.ada.email, PASSWORD)
            visit.sees("My energy")
            news = visit.text("Energy credit earned today: 0.80 kWh for 1.00 kWh sent out")
            expect(news).to_have_count(0)
            report_both(database, street, FIRST)
            settle(database, street.community_id)
            expect(news).to_be_visible(timeout=PATIENCE_MS)

        monkeypatch.setenv("PEERGRID_ALLOWED_ORIGINS", "https://another.example")
        with served(url, tmp_path, port):
            page = browser.new_page()
            with page.expect_event("websocket", timeout=PATIENCE_MS) as opened:
                page.goto(origin)
            opened.value.wait_for_event("socketerror", timeout=PATIENCE_MS)
            expect(page.get_by_label("Email")).to_have_count(0)
            page.close()
