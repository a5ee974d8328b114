"""Members and operators see on the screen what the API says, and can use it by name alone."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, ROOMS, Visit, visiting

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard.words import count_of, format_amount, format_kwh, format_price
from peergrid.money import format_usd, price_micros_per_kwh

pytestmark = pytest.mark.browser

TALL_PX = 2_600
ONE_DAY = timedelta(days=1)


def asked[T](demo: Any, role: str, question: Callable[[Client], Awaitable[T]]) -> T:
    """What the API answers to somebody in that role (in a thread: Playwright has this one)."""

    async def ask() -> T:
        async with Client(demo.url) as client:
            await client.sign_in(*demo.sign_ins[role])
            return await question(client)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


async def day_before(client: Client) -> wire.EnergyDay:
    """The last day that is over: it does not change while we look."""
    latest = (await client.energy_day()).latest
    return await client.energy_day(latest - ONE_DAY)


def come_home(visit: Visit, demo: Any, role: str) -> None:
    visit.sign_in(*demo.sign_ins[role])
    room, title = next(iter(ROOMS[role].items()))
    visit.enter(room, title)


def test_a_producer_sees_the_figures_that_the_api_gives(demo: Any, browser: BrowserContext) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        visit.stretch(TALL_PX)
        total = asked(demo, "producer", day_before).total
        visit.press("Day before")

        earned = format_usd(total.earned_micros + total.feed_in_micros)
        visit.sees(f"Earned on this day: {earned} for {format_kwh(total.sold_wh)} shared")
        visit.sees(f"Generated: {format_kwh(total.generation_wh)}")
        visit.sees(f"Used at home: {format_kwh(total.self_consumed_wh)}")
        visit.sees(f"Shared with neighbours: {format_kwh(total.sold_wh)}")
        visit.sees(f"Sent to the grid: {format_kwh(total.grid_export_wh)}")
        visit.sees(f"Used: {format_kwh(total.demand_wh)}")
        visit.sees(f"Bought from neighbours: {format_kwh(total.bought_wh)}")
        visit.sees(f"Drawn from the grid: {format_kwh(total.grid_import_wh)}")


def test_a_scheme_that_no_rule_allows_yet_is_called_a_pilot(
    demo: Any, browser: BrowserContext
) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        scheme = asked(demo, "producer", Client.me).scheme

        assert scheme.is_pilot
        visit.sees(f"Pilot scheme: {scheme.title}")
        visit.sees(scheme.sentence)


def test_a_consumer_sees_what_came_from_neighbours_and_from_the_grid(
    demo: Any, browser: BrowserContext
) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "consumer")
        visit.stretch(TALL_PX)
        total = asked(demo, "consumer", day_before).total
        visit.press("Day before")

        spent_micros = total.paid_micros + total.retail_micros + total.levy_micros
        bought_wh = total.bought_wh + total.grid_import_wh
        mean = format_price(price_micros_per_kwh(spent_micros, bought_wh))
        visit.sees(f"Spent on this day: {format_usd(spent_micros)} for {format_kwh(bought_wh)}")
        visit.sees(f"on average {mean} per kWh")
        visit.sees(f"Bought from neighbours: {format_kwh(total.bought_wh)}")
        visit.sees(f"Drawn from the grid: {format_kwh(total.grid_import_wh)}")
        expect(visit.text("From my own panels")).to_have_count(0)


def test_the_statement_is_told_in_the_words_of_the_books(
    demo: Any, browser: BrowserContext
) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        visit.enter("Wallet", "My wallet")
        visit.stretch(2 * TALL_PX)
        statement = asked(demo, "producer", Client.statement)
        oldest = min(line.day for line in statement.lines)

        for line in (line for line in statement.lines if line.day == oldest):
            visit.sees(line.words)
        opening = "   ".join(format_amount(one.unit, one.amount) for one in statement.opening)
        visit.sees(f"Opening: {opening}")


def test_a_new_interval_appears_without_a_reload(demo: Any, browser: BrowserContext) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        visit.stretch(TALL_PX)
        figure = visit.text(re.compile(r"^Used: "))
        before = figure.inner_text()

        expect(figure).not_to_have_text(before, timeout=PATIENCE_MS)


def test_a_reload_stays_signed_in_twice_and_signing_out_lasts(
    demo: Any, browser: BrowserContext
) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        for _ in range(2):  # the second time with the token that the first one brought
            visit.reload()
            expect(visit.heading("My energy")).to_be_visible(timeout=PATIENCE_MS)
        visit.press("Sign out")
        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)
        visit.reload()

        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)


def test_a_wrong_password_is_told_gently(demo: Any, browser: BrowserContext) -> None:
    with visiting(browser, demo.url) as visit:
        email, password = demo.sign_ins["producer"]
        visit.sign_in(email, f"not {password}")
        visit.sees("That email and password don't fit together. Please try once more.")
        visit.sign_in(email, password)

        expect(visit.heading("My energy")).to_be_visible(timeout=PATIENCE_MS)


def test_a_chart_can_be_read_as_words_and_as_a_table(demo: Any, browser: BrowserContext) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        visit.stretch(TALL_PX)
        first = asked(demo, "producer", day_before).intervals[20]
        visit.press("Day before")
        visit.sees("Earned on this day")
        visit.sees(re.compile(r"Over the day\. \w+day \d+ \w+: generated [\d.]+ kWh"))
        visit.press("Show as a table")

        visit.sees(f"Time 10:00, Generated {format_kwh(first.generation_wh)}")


def test_an_operator_sees_the_community_its_members_and_its_books(
    demo: Any, browser: BrowserContext
) -> None:
    with visiting(browser, demo.url, DESK) as visit:
        come_home(visit, demo, "operator")
        visit.stretch(TALL_PX)
        overview = asked(demo, "operator", Client.overview)
        visit.sees(re.compile("Settled until .*waiting"))
        visit.sees(f"Households: {overview.households}")
        visit.enter("Members", "Members and meters")
        members = asked(demo, "operator", Client.members)
        for member in members:
            visit.sees(f"Name {member.name}")
        visit.sees(re.compile(f"^{count_of(len(asked(demo, 'operator', Client.meters)), 'meter')}"))
        visit.enter("Settlement", "Settlement")

        visit.sees("The books: add up to 0")
        visit.sees("Corrections waiting: 0")


@pytest.mark.parametrize("role", ROOMS)
def test_every_button_has_a_name_at_both_sizes(
    demo: Any, browser: BrowserContext, role: str
) -> None:
    with visiting(browser, demo.url) as visit:
        visit.sees("Share the sun")
        assert visit.nameless_buttons() == []
        come_home(visit, demo, role)
        for size in (PHONE, DESK):
            visit.page.set_viewport_size({"width": size[0], "height": TALL_PX})
            visit.has_turned(is_wide=size is DESK, is_dark=False)
            for room, title in ROOMS[role].items():
                visit.enter(room, title)
                assert visit.nameless_buttons() == []


def test_nothing_is_loaded_from_anywhere_else(demo: Any, browser: BrowserContext) -> None:
    with visiting(browser, demo.url) as visit:
        come_home(visit, demo, "producer")
        for room, title in ROOMS["producer"].items():
            visit.enter(room, title)

        assert visit.strangers == []
