"""Every screen at both sizes, light and dark, kept as pictures for people to look at."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, ROOMS, Colours, visiting

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "desk": DESK}
SETTLED_MS = 700  # until what moves has come to rest
WIDTHS_PX = (360, 390, 600, 768, 839, 840, 1024, 1280, 1920)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", ROOMS)
def test_every_screen_is_pictured(
    demo: Any, browser: Browser, artefacts: Path, role: str, size: str, colours: Colours
) -> None:
    with visiting(browser, demo.url, SIZES[size], colours) as visit:
        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)
        visit.page.screenshot(path=artefacts / f"sign_in-{size}-{colours}.png")
        visit.sign_in(*demo.sign_ins[role])
        for room, title in ROOMS[role].items():
            visit.enter(room, title)
            visit.page.mouse.move(2, 2)
            visit.page.wait_for_timeout(SETTLED_MS)
            picture = artefacts / f"{role}-{room.lower()}-{size}-{colours}.png"
            visit.page.screenshot(path=picture)
            assert picture.stat().st_size
            if (role, room, size, colours) == ("producer", "Energy", "phone", "light"):
                shutil.copy(picture, artefacts / "producer.png")
