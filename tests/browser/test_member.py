"""What only members meet: longer times, their own language and size of text, their own data."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from peergrid.client import Client
from peergrid.words.catalogue import Language, screens_of
from peergrid.words.figures import format_kwh
from tests.browser.driving import PATIENCE_MS, Visit
from tests.browser.test_dashboard import TALL_PX, asked

pytestmark = pytest.mark.browser

type AtHome = Callable[[str], Visit]


def test_a_link_leads_to_a_month_and_the_way_back_to_today(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.stretch(TALL_PX)
    latest = asked(demo, "producer", Client.energy_day).latest

    visit.page.evaluate(f"location.hash = '#/energy/month/{latest}'")
    expect(visit.text(re.compile("^Over the month[.] "))).to_be_visible(timeout=PATIENCE_MS)
    month = asked(demo, "producer", lambda client: client.energy_month(latest))
    one_day = next(part for part in month.parts if part.start < latest)
    visit.press("Show as a table")
    said = f"Generated {format_kwh(one_day.generation_wh)}, Used {format_kwh(one_day.demand_wh)}"
    visit.sees(re.compile(re.escape(said)))
    visit.page.go_back()

    visit.sees(re.compile("^Today, "))


def test_a_tapped_figure_tells_its_formula(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.stretch(TALL_PX)
    visit.press("Day before")
    expect(visit.text("Today, ")).to_have_count(0, timeout=PATIENCE_MS)
    expect(visit.text("Loading…")).to_have_count(0, timeout=PATIENCE_MS)

    visit.press("Used at home")

    visit.sees(re.compile("^How it came about: Generated less what was sent out"))


@pytest.mark.parametrize("role", ["producer", "consumer", "operator"])
@pytest.mark.parametrize("language", [Language.SHONA, Language.NDEBELE])
def test_every_role_can_go_about_in_its_own_language(
    at_home: AtHome, role: str, language: Language
) -> None:
    visit = at_home(role)
    say = screens_of(language).say
    visit.enter("Me", "Me")

    visit.press(say(f"language_{language}"))

    expect(visit.heading(say("me_title"))).to_be_visible(timeout=PATIENCE_MS)
    visit.sees(say("translated"))
    if role != "operator":
        visit.enter(say("room_energy"), say("my_energy"))
        visit.enter(say("room_wallet"), say("my_wallet"))
    assert visit.nameless_buttons() == []
    visit.enter(say("room_me"), say("me_title"))
    visit.press("English")
    visit.sees("How it looks")
