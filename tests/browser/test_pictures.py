"""Every screen at both sizes, light and dark, kept as pictures for people to look at."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, ROOMS, Colours, Visit, visiting

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "desk": DESK}
COLOURS: tuple[Colours, ...] = ("light", "dark")
SETTLED_MS = 400  # until what moves has come to rest
PICTURED = {
    "producer": ["Energy", "Wallet", "Market"],
    "consumer": ["Energy"],
    "operator": ["Now", "Members", "Settlement"],
}
DOOR = "sign_in"
README_PICTURE = "producer-energy-phone-light.png"


def picture(visit: Visit, artefacts: Path, name: str) -> None:
    """Take ``name`` at both sizes, light and dark."""
    for size, (width, height) in SIZES.items():
        visit.page.set_viewport_size({"width": width, "height": height})
        for colours in COLOURS:
            visit.page.emulate_media(color_scheme=colours)
            visit.page.mouse.move(2, 2)
            if name != DOOR:
                visit.has_turned(is_wide=size == "desk", is_dark=colours == "dark")
            visit.page.wait_for_timeout(SETTLED_MS)
            file = artefacts / f"{name}-{size}-{colours}.png"
            visit.page.screenshot(path=file)
            assert file.stat().st_size


@pytest.mark.parametrize("role", PICTURED)
def test_every_screen_is_pictured(
    demo: Any, browser: BrowserContext, artefacts: Path, role: str
) -> None:
    with visiting(browser, demo.url) as visit:
        visit.sign_in(*demo.sign_ins[role])
        for room in PICTURED[role]:
            visit.enter(room, ROOMS[role][room])
            if room in {"Energy", "Market"}:  # a whole day shows more than a morning
                visit.press("Day before")
                expect(visit.text("Today, ")).to_have_count(0, timeout=PATIENCE_MS)
                expect(visit.text("Loading…")).to_have_count(0, timeout=PATIENCE_MS)
            picture(visit, artefacts, f"{role}-{room.lower()}")
    if role == "producer":
        shutil.copy(artefacts / README_PICTURE, artefacts / "producer.png")


def test_the_door_is_pictured(demo: Any, browser: BrowserContext, artefacts: Path) -> None:
    with visiting(browser, demo.url) as visit:
        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)
        picture(visit, artefacts, DOOR)
