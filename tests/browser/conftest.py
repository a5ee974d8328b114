"""A real Chromium, headless, with WebGL in software."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

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
def browser() -> Iterator[BrowserContext]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        words = f"no Chromium on this machine (looked for {', '.join(NAMES)})"
        if os.environ.get("PEERGRID_REQUIRE_BROWSER") == "1":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield browser.new_context(locale="en-GB")
        browser.close()


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where the pictures go."""
    folder = Path(__file__).parents[2] / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
