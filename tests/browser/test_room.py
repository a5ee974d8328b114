"""Everything has its place, from a small phone to a wide screen, with the largest text too."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from peergrid.dashboard.preferences import TEXT_PERCENTS
from tests.browser.driving import PATIENCE_MS, PHONE, ROOMS, Visit, visiting

pytestmark = pytest.mark.browser

WIDTHS = (360, 1_280, 1_920)
TALL_PX = 2_600


def enlarge(visit: Visit) -> None:
    """Choose the largest text there is."""
    visit.enter("Me", "Me")
    for percent in TEXT_PERCENTS[1:]:
        visit.picture()  # once it is at rest, a button stays where it is
        visit.press("Larger text")
        visit.sees(f"Text size {percent} %")


@pytest.mark.parametrize("role", ["producer", "operator"])
def test_nothing_lies_beyond_the_window_or_over_anything_else(
    demo: Any, browser: Browser, role: str
) -> None:
    with visiting(browser, demo.url) as visit:
        visit.sign_in(*demo.sign_ins[role])
        for is_large in (False, True):
            visit.resize((PHONE[0], TALL_PX))
            if is_large:
                enlarge(visit)
            for width in WIDTHS:
                visit.resize((width, TALL_PX))
                visit.has_turned(is_wide=width > PHONE[0], is_dark=False)
                visit.picture()
                for room, title in ROOMS[role].items():
                    visit.enter(room, title)
                    expect(visit.text("Loading\N{HORIZONTAL ELLIPSIS}")).to_have_count(
                        0, timeout=PATIENCE_MS
                    )
                    visit.picture()
                    assert visit.astray() == [], (room, width, is_large)


def test_what_lies_over_something_else_is_found(at_home: Any) -> None:
    visit: Visit = at_home("producer")
    part = visit.spoken.locator("flt-semantics[role=button]").first
    part.evaluate("part => part.after(part.cloneNode(true))")
    try:
        assert visit.astray() != []
    finally:
        part.evaluate("part => part.nextSibling.remove()")
