"""Every screen at both sizes, light and dark, kept as pictures for people to look at."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driving import (
    DESK,
    HOUSEHOLD,
    PATIENCE_MS,
    PHONE,
    ROOMS,
    Colours,
    Visit,
    visiting,
)

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "desk": DESK}
COLOURS: tuple[Colours, ...] = ("light", "dark")
PICTURED = {role: list(rooms) for role, rooms in ROOMS.items()} | {"consumer": ["Energy", "Wallet"]}
DAILY = {"Energy", "Market"}  # a household's
DOOR = "sign_in"
README_PICTURE = "producer-energy-phone-light.png"


def picture(visit: Visit, artefacts: Path, name: str) -> None:
    """Take ``name`` at both sizes, light and dark."""
    for size, (width, height) in SIZES.items():
        visit.resize((width, height))
        for colours in COLOURS:
            visit.page.emulate_media(color_scheme=colours)
            if name != DOOR:
                visit.has_turned(is_wide=size == "desk", is_dark=colours == "dark")
            drawn = visit.picture()
            assert drawn
            (artefacts / f"{name}-{size}-{colours}.png").write_bytes(drawn)


@pytest.mark.parametrize("role", PICTURED)
def test_every_screen_is_pictured(
    at_home: Callable[[str], Visit], artefacts: Path, role: str
) -> None:
    visit = at_home(role)
    for room in PICTURED[role]:
        visit.enter(room, ROOMS[role][room])
        if ROOMS[role] is HOUSEHOLD and room in DAILY:  # a whole day shows more than a morning
            visit.press("Day before")
            expect(visit.text("Today, ")).to_have_count(0, timeout=PATIENCE_MS)
            expect(visit.text("Loading…")).to_have_count(0, timeout=PATIENCE_MS)
        picture(visit, artefacts, f"{role}-{room.lower()}")
    if role == "producer":
        shutil.copy(artefacts / README_PICTURE, artefacts / "producer.png")


def test_the_door_is_pictured(demo: Any, browser: Browser, artefacts: Path) -> None:
    with visiting(browser, demo.url) as visit:
        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)
        picture(visit, artefacts, DOOR)
