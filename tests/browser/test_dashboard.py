"""Members and operators see on the screen what the API says, and can use it by name alone."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard.words import format_price
from peergrid.energy import LOCAL_ZONE
from peergrid.money import format_usd, price_micros_per_kwh
from peergrid.words.figures import format_kwh
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, ROOMS, Visit, visiting

pytestmark = pytest.mark.browser

TALL_PX = 2_600
TOKENS: dict[str, dict[str, wire.Tokens | None]] = {}  # signing in is slow on purpose

type AtHome = Callable[[str], Visit]


def asked[T](demo: Any, role: str, question: Callable[[Client], Awaitable[T]]) -> T:
    """What the API answers to somebody in that role (in a thread: Playwright has this one)."""

    known = TOKENS.setdefault(demo.url, {})

    async def keep(tokens: wire.Tokens | None) -> None:
        known[role] = tokens

    async def ask() -> T:
        async with Client(demo.url, known.get(role), keep) as client:
            if not known.get(role):
                await client.sign_in(*demo.sign_ins[role])
            return await question(client)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def day_before(demo: Any, visit: Visit, role: str) -> wire.EnergyDay:
    """Step to the last day that is over, which no longer changes, and ask for it."""
    visit.press("Day before")
    words = visit.text(re.compile(r"^\w+day \d+ \w+$")).inner_text(timeout=PATIENCE_MS)
    year = asked(demo, role, Client.energy_day).latest.year
    day = datetime.strptime(f"{words} {year}", "%A %d %B %Y").date()  # noqa: DTZ007 - a day has no zone
    return asked(demo, role, lambda client: client.energy_day(day))


def test_a_producer_sees_the_figures_that_the_api_gives(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.stretch(TALL_PX)
    total = day_before(demo, visit, "producer").total

    earned = format_usd(total.earned_micros + total.feed_in_micros)
    visit.sees(f"Earned on this day: {earned} for {format_kwh(total.sold_wh)} shared")
    visit.sees(f"Generated: {format_kwh(total.generation_wh)}")
    visit.sees(f"Used at home: {format_kwh(total.self_consumed_wh)}")
    visit.sees(f"Shared with neighbours: {format_kwh(total.sold_wh)}")
    visit.sees(f"Sent to the grid: {format_kwh(total.grid_export_wh)}")
    visit.sees(f"Used: {format_kwh(total.demand_wh)}")
    visit.sees(f"Bought from neighbours: {format_kwh(total.bought_wh)}")
    visit.sees(f"Drawn from the grid: {format_kwh(total.grid_import_wh)}")


def test_a_scheme_that_no_rule_allows_yet_is_called_a_pilot(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    scheme = asked(demo, "producer", Client.me).scheme

    assert scheme.is_pilot
    for room in ("Energy", "Wallet", "Market"):
        visit.enter(room, ROOMS["producer"][room])
        visit.sees(f"Pilot scheme: {scheme.title}. {scheme.sentence}")


def test_a_consumer_sees_what_came_from_neighbours_and_from_the_grid(
    demo: Any, at_home: AtHome
) -> None:
    visit = at_home("consumer")
    visit.stretch(TALL_PX)
    total = day_before(demo, visit, "consumer").total

    spent_micros = total.paid_micros + total.retail_micros + total.levy_micros
    bought_wh = total.bought_wh + total.grid_import_wh
    mean = format_price(price_micros_per_kwh(spent_micros, bought_wh))
    visit.sees(f"Spent on this day: {format_usd(spent_micros)} for {format_kwh(bought_wh)}")
    visit.sees(f"on average {mean} per kWh")
    visit.sees(f"Bought from neighbours: {format_kwh(total.bought_wh)}")
    visit.sees(f"Drawn from the grid: {format_kwh(total.grid_import_wh)}")
    expect(visit.text("From my own panels")).to_have_count(0)


def test_the_statement_is_told_in_the_words_of_the_books(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.enter("Wallet", "My wallet")
    visit.stretch(2 * TALL_PX)
    statement = asked(demo, "producer", Client.statement)
    oldest = min(line.day for line in statement.lines)

    for line in (line for line in statement.lines if line.day == oldest):
        visit.sees(line.words)
    opening = next(one for one in statement.opening if one.unit is wire.Unit.USD)
    visit.sees(f"Opening: {format_usd(opening.amount)}")
    visit.sees(re.compile(r"^So far: US\$[0-9.,]+ (to pay|for you)"))


def test_a_tapped_amount_tells_how_it_came_about(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.enter("Wallet", "My wallet")
    visit.stretch(2 * TALL_PX)

    visit.press("Energy sold to the grid")

    price = re.escape("US$0.0640 = US$")  # the feed-in price of the tariff
    visit.sees(re.compile(rf"How it came about: [0-9.,]+ kWh . {price}.*in force from 2023-12-01"))
    assert visit.nameless_buttons() == []
    visit.press("Energy sold to the grid")
    expect(visit.text(re.compile("How it came about:"))).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize(("button", "beginning"), [("PDF in Shona", b"%PDF-"), ("CSV", b"record,")])
def test_a_statement_is_taken_along_as_a_file(
    at_home: AtHome, button: str, beginning: bytes
) -> None:
    visit = at_home("producer")
    visit.enter("Wallet", "My wallet")
    visit.stretch(2 * TALL_PX)

    with visit.page.expect_download(timeout=PATIENCE_MS) as download:
        visit.press(button)

    assert download.value.suggested_filename.startswith("peergrid-20")
    assert download.value.path().read_bytes().startswith(beginning)


def test_a_new_interval_appears_without_a_reload(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.stretch(TALL_PX)
    figure = visit.text(re.compile(r"^Used: "))
    before = figure.inner_text()

    expect(figure).not_to_have_text(before, timeout=PATIENCE_MS)


def test_a_reload_stays_in_the_room_and_signing_out_lasts(demo: Any, browser: Browser) -> None:
    with visiting(browser, demo.url) as visit:
        visit.sign_in(*demo.sign_ins["producer"])
        visit.enter("Wallet", "My wallet")
        for _ in range(2):  # the second time with the token that the first one brought
            visit.reload()
            expect(visit.heading("My wallet")).to_be_visible(timeout=PATIENCE_MS)
        visit.page.goto(f"{demo.url}/market")  # as somebody types it
        visit.listen()
        expect(visit.heading("My market")).to_be_visible(timeout=PATIENCE_MS)
        visit.press("Sign out")
        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)
        visit.reload()

        expect(visit.heading("PeerGrid")).to_be_visible(timeout=PATIENCE_MS)


def test_the_keyboard_is_enough_and_a_wrong_password_is_told_gently(
    demo: Any, browser: Browser
) -> None:
    with visiting(browser, demo.url) as visit:
        visit.sees("Share the sun")
        assert visit.nameless_buttons() == []
        email, password = demo.sign_ins["producer"]
        visit.type_by_keyboard("Email", email)
        visit.type_by_keyboard("Password", f"not {password}")
        visit.page.keyboard.press("Enter")
        visit.sees("That email and password don't fit together. Please try once more.")
        visit.type_by_keyboard("Password", password)
        visit.page.keyboard.press("Enter")
        expect(visit.heading("My energy")).to_be_visible(timeout=PATIENCE_MS)

        visit.tab_to("Show as a table")
        visit.page.keyboard.press("Enter")
        visit.sees(re.compile(r"^Time \d\d:\d\d, Generated"))  # as far as it is in sight
        visit.tab_to("Market")
        visit.page.keyboard.press("Enter")
        expect(visit.heading("My market")).to_be_visible(timeout=PATIENCE_MS)
        expect(visit.page).to_have_url(re.compile("/market$"), timeout=PATIENCE_MS)
        visit.page.go_back()
        expect(visit.heading("My energy")).to_be_visible(timeout=PATIENCE_MS)


def test_a_chart_can_be_read_as_words_and_as_a_table(demo: Any, at_home: AtHome) -> None:
    visit = at_home("producer")
    visit.stretch(TALL_PX)
    first = day_before(demo, visit, "producer").intervals[20]
    visit.sees("Earned on this day")
    visit.sees(re.compile(r"Over the day\. \w+day \d+ \w+: generated [\d.]+ kWh"))
    visit.press("Show as a table")

    visit.sees(f"Time 10:00, Generated {format_kwh(first.generation_wh)}")


def test_an_operator_sees_the_community_its_members_and_its_books(
    demo: Any, at_home: AtHome
) -> None:
    visit = at_home("operator")
    visit.stretch(TALL_PX)
    overview = asked(demo, "operator", Client.overview)
    visit.sees(re.compile("Settled until .*waiting"))
    visit.sees(f"Households: {overview.households}")
    visit.enter("Members", "Members and meters")
    members = asked(demo, "operator", Client.members)
    for member in members:
        visit.sees(re.compile(f"^{re.escape(member.name)}, {re.escape(member.email)}"))
    visit.enter("Settlement", "Settlement")

    visit.sees("The books: add up to 0")
    visit.sees("Corrections waiting: 0")


def test_an_operator_tries_a_scenario_and_reads_what_it_came_to(at_home: AtHome) -> None:
    visit = at_home("operator")
    visit.stretch(TALL_PX)
    visit.enter("Laboratory", "Laboratory")
    visit.spoken.get_by_role("checkbox", name="Scenario: A street in Harare").click()
    visit.type_in("Days", "1")
    visit.press("More: Size of panels, now 1 x")
    visit.press("Run")

    done = visit.text(re.compile("done, asked for"))
    expect(done).to_be_visible(timeout=6 * PATIENCE_MS)  # a worker starts, compiles and runs
    lay_up = visit.spoken.get_by_role("checkbox", name=re.compile("Lay up A street in Harare"))
    lay_up.first.click(timeout=PATIENCE_MS)
    visit.sees(re.compile("Shared between neighbours: the mean day"))
    visit.sees(re.compile("Every figure"))


def test_an_operator_reads_who_did_what(demo: Any, at_home: AtHome) -> None:
    visit = at_home("operator")
    visit.stretch(TALL_PX)
    visit.enter("Members", "Members and meters")
    visit.enter("Audit", "Audit")
    visit.spoken.get_by_role("checkbox", name="What was done: look at").click()

    expect(visit.page).to_have_url(re.compile("/audit/look"), timeout=PATIENCE_MS)
    visit.sees(re.compile(r"What look at members of everybody, Who"))
    entries = asked(demo, "operator", lambda client: client.trail(verb="look at"))
    assert "members" in {entry.object for entry in entries}


def test_an_operator_reports_an_outage_and_takes_one_back(demo: Any, at_home: AtHome) -> None:
    visit = at_home("operator")
    visit.stretch(TALL_PX)
    visit.press("Report an outage")
    visit.sees(re.compile("^The feeder has been off since"))
    (reported,) = asked(demo, "operator", Client.outages)
    far = wire.OutageReport(
        starts=reported.starts + timedelta(days=90), ends=reported.ends + timedelta(days=90)
    )
    asked(demo, "operator", lambda client: client.report_outage(far))

    when = far.starts.astimezone(LOCAL_ZONE)
    words = f"{when.day} {when:%b} {when:%H:%M} to"
    visit.press(re.compile(f"^Withdraw the outage of {words}"))

    gone = visit.text(re.compile(f"^{words}"))
    expect(gone).to_have_count(0, timeout=PATIENCE_MS)
    assert reported.ends - reported.starts == timedelta(hours=4)
    assert asked(demo, "operator", Client.outages) == [reported]


def test_an_operator_says_that_an_alert_has_been_seen(demo: Any, at_home: AtHome) -> None:
    latest, name = (
        asked(demo, "operator", Client.overview).latest,
        asked(demo, "operator", Client.me).name,
    )
    assert latest
    month = wire.OutageReport(starts=latest, ends=latest + timedelta(days=30))
    asked(demo, "operator", lambda client: client.report_outage(month))
    visit = at_home("operator")
    visit.stretch(TALL_PX)

    visit.press(re.compile("^Seen: The feeder has been off"))

    visit.sees(re.compile("The feeder has been off since .* Seen by"))
    told = asked(demo, "operator", Client.alerts)
    assert [one.acknowledged_by for one in told if one.kind is wire.AlertKind.POWER_OFF] == [name]


@pytest.mark.parametrize("role", ROOMS)
def test_every_button_has_a_name_at_both_sizes(at_home: AtHome, role: str) -> None:
    visit = at_home(role)
    for width, _ in (PHONE, DESK):
        visit.resize((width, TALL_PX))
        visit.has_turned(is_wide=width == DESK[0], is_dark=False)
        for room, title in ROOMS[role].items():
            visit.enter(room, title)
            assert visit.nameless_buttons() == []


def test_nothing_is_loaded_from_anywhere_else(at_home: AtHome) -> None:
    visit = at_home("producer")
    for room, title in ROOMS["producer"].items():
        visit.enter(room, title)

    assert visit.strangers == []
