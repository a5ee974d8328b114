"""An operator finds a member among many, reads their story, and changes what may be changed."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from peergrid.client import Client
from peergrid.dashboard.members.lists import MOST_ROWS
from peergrid.database.pool import Database
from peergrid.members.membership import add_member
from peergrid.meters.senders import meter_with_key
from peergrid.money import format_usd
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, Visit, visiting
from tests.browser.test_comeback import served
from tests.browser.test_room import enlarge
from tests.community import PASSWORD
from tests.conftest import free_port
from tests.payments.paying import EARNED, USD, Town, found_town

pytestmark = pytest.mark.browser

TALL_PX = 2_600
TITLE = "Members and meters"
NEIGHBOURS = 30
ODD = "50 %/1 & Zoë?#+"
SEARCH = "Name, address or serial"


def answer[T](url: str, email: str, question: Callable[[Client], Awaitable[T]]) -> T:
    """What the API tells an operator (in a thread: Playwright has this one)."""

    async def ask() -> T:
        async with Client(url) as client:
            await client.sign_in(email, PASSWORD)
            return await question(client)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def settle_in(database: Database, town: Town) -> None:
    """Thirty neighbours more, and an auditor who signs in with everybody's password."""
    with database.transaction() as connection:
        at = (connection, town.street.community_id)
        for n in range(NEIGHBOURS):
            add_member(*at, f"Neighbour {n:02}", f"n{n:02}@street.example", "consumer")
        auditor = add_member(*at, "Farai", "farai@street.example", "auditor")
        connection.execute(
            "insert into credential select %s, password_hash from credential where member_id = %s",
            (auditor.member_id, town.street.ada.member_id),
        )


def searched_for(visit: Visit, words: str) -> None:
    """A field tells what it holds once it has the focus."""
    field = visit.spoken.get_by_label(SEARCH)
    field.click(timeout=PATIENCE_MS)
    expect(field).to_have_value(words, timeout=PATIENCE_MS)


def member_button(visit: Visit, name: str) -> None:
    visit.press(re.compile(f"^{name}, "))


def test_an_operator_finds_a_member_and_gives_their_meter_another_key(
    browser: Browser,
    database: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PEERGRID_SECOND_FACTOR", "0")
    town, port = found_town(database), free_port()
    settle_in(database, town)
    town.ask(town.street.ada, 10 * USD)
    here, ada = f"http://127.0.0.1:{port}", town.street.ada
    with served(url, tmp_path, port):
        with visiting(browser, here, DESK) as visit:
            visit.sign_in(town.street.chipo.email, PASSWORD)
            visit.stretch(TALL_PX)
            visit.enter("Members", TITLE)
            turns_pages_and_finds_who_has_an_odd_name(visit)
            finds_ada(visit)
            reads_her_story(visit, here, town)
            key = rotates_her_key(visit)
            with database.transaction() as connection:
                assert meter_with_key(connection, key).serial == "street-ada"
                assert meter_with_key(connection, town.street.ada_key).serial == "street-ada"
            comes_back_and_sees_no_key(visit)
            suspends_and_reinstates_her(visit)
        story = f"{here}/#/members/story/{ada.member_id}"
        with visiting(browser, here, PHONE) as visit:
            visit.sign_in("farai@street.example", PASSWORD)
            visit.stretch(TALL_PX)
            an_auditor_sees_and_cannot_change(visit, story)


def turns_pages_and_finds_who_has_an_odd_name(visit: Visit) -> None:
    visit.sees(f"1 to {MOST_ROWS}")
    visit.press("Page after")
    visit.sees(f"{MOST_ROWS + 1} to {NEIGHBOURS + 5}")  # Ada, Ben, Chipo, Dudzai and Farai
    visit.type_in(SEARCH, ODD)
    visit.page.keyboard.press("Enter")
    visit.sees("None is like that.")
    visit.reload()
    visit.sees("None is like that.")
    searched_for(visit, ODD)
    visit.press("Show all members")
    visit.sees(f"1 to {MOST_ROWS}")


def finds_ada(visit: Visit) -> None:
    visit.type_in(SEARCH, "aDa")
    visit.page.keyboard.press("Enter")
    expect(visit.text(re.compile("^Ben, "))).to_have_count(0, timeout=PATIENCE_MS)
    expect(visit.page).to_have_url(re.compile("/members/all/text=aDa$"), timeout=PATIENCE_MS)
    assert visit.nameless_buttons() == []
    member_button(visit, "Ada")
    expect(visit.heading("Ada")).to_be_visible(timeout=PATIENCE_MS)


def reads_her_story(visit: Visit, here: str, town: Town) -> None:
    """What the screen says is what the API says."""
    chipo, ada = town.street.chipo.email, town.street.ada.member_id
    told = answer(here, chipo, lambda client: client.member(ada))
    (held,) = answer(here, chipo, lambda client: client.connections_of(ada))
    (payout,) = answer(here, chipo, lambda client: client.payouts_of(ada))
    (key,) = answer(here, chipo, lambda client: client.keys("street-ada"))
    (meter,) = held.meters
    assert told.usd_micros == EARNED

    visit.sees(f"Balance: {format_usd(told.usd_micros)}")
    visit.sees(re.compile(f"^Connection {held.connection_id}, from its beginning"))
    visit.sees(re.compile(f"^{meter.meter}: reporting, {meter.connection_w:,} W, with panels"))
    visit.sees(re.compile(f"^{re.escape(format_usd(payout.received_micros))} to .*requested"))
    visit.sees(re.compile(f"^Key {key.key_id}, made .*good until revoked"))
    visit.press("Show the statement")
    visit.sees(f"Closing: {format_usd(EARNED)}")
    visit.sees("Nothing was changed about them yet, nor by them.")


def rotates_her_key(visit: Visit) -> str:
    """The new key, as it is shown once."""
    visit.press("New key for street-ada")
    visit.press("Make the key")
    shown = visit.text(re.compile("^Key: mk_"))
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    key = shown.inner_text().removeprefix("Key: ")
    visit.sees(re.compile("It is shown this once"))
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.press("Copy the key")
    visit.page.wait_for_function(
        "async key => await navigator.clipboard.readText() === key", arg=key, timeout=PATIENCE_MS
    )
    assert visit.nameless_buttons() == []
    visit.press("I have kept it")
    expect(visit.text(re.compile("mk_"))).to_have_count(0, timeout=PATIENCE_MS)
    visit.sees(re.compile("add meter key\nmeter street-ada"))
    expect(visit.text(re.compile("^Key .*good until revoked"))).to_have_count(1)
    return key


def comes_back_and_sees_no_key(visit: Visit) -> None:
    visit.reload()
    expect(visit.heading("Ada")).to_be_visible(timeout=PATIENCE_MS)
    visit.sees(re.compile("^Key .*good until revoked"))
    assert visit.text(re.compile("mk_")).count() == 0
    visit.page.go_back()
    expect(visit.heading(TITLE)).to_be_visible(timeout=PATIENCE_MS)
    searched_for(visit, "aDa")
    member_button(visit, "Ada")


def suspends_and_reinstates_her(visit: Visit) -> None:
    visit.press("Suspend Ada")
    visit.press("Suspend")
    expect(visit.heading("Standing: suspended")).to_be_visible(timeout=PATIENCE_MS)
    visit.press("Reinstate")
    expect(visit.heading("Standing: active")).to_be_visible(timeout=PATIENCE_MS)


def an_auditor_sees_and_cannot_change(visit: Visit, story: str) -> None:
    expect(visit.heading("Now")).to_be_visible(timeout=PATIENCE_MS)
    enlarge(visit)
    visit.page.goto(story)
    expect(visit.heading("Ada")).to_be_visible(timeout=PATIENCE_MS)
    visit.sees("An auditor sees everything here, and changes nothing.")
    visit.sees(re.compile("^Key .*good until revoked"))
    visit.picture()
    assert visit.astray() == []
    buttons = visit.spoken.get_by_role("button", name=re.compile("key|Suspend|Revoke|Reinstate"))
    expect(buttons).to_have_count(0)
    visit.press("All members")
    expect(visit.heading(TITLE)).to_be_visible(timeout=PATIENCE_MS)
    visit.picture()
    assert visit.astray() == []
    expect(visit.spoken.get_by_role("button", name="Invite a member")).to_have_count(0)
