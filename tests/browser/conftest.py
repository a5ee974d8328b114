"""A real Chromium, headless, with WebGL in software."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driving import ROOMS, Visit, visiting
from tests.conftest import Demo

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = (
    "--headless",
    "--no-sandbox",
    "--use-gl=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        words = f"no Chromium on this machine (looked for {', '.join(NAMES)})"
        if os.environ.get("PEERGRID_REQUIRE_BROWSER") == "1":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def at_home(browser: Browser, demo: Demo) -> Iterator[Callable[[str], Visit]]:
    """Somebody in a role at their first room, on a phone: signed in once for all tests."""
    with ExitStack() as windows:
        visits: dict[str, Visit] = {}

        def come(role: str) -> Visit:
            if role not in visits:
                visits[role] = windows.enter_context(visiting(browser, demo.url))
                visits[role].sign_in(*demo.sign_ins[role])
            visits[role].begin(ROOMS[role])
            return visits[role]

        yield come


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where the pictures go."""
    folder = Path(__file__).parents[2] / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
