"""What was earned: paid out once its member and two operators agree, and told otherwise."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from peergrid.database.pool import Database
from peergrid.members.membership import members_of
from peergrid.money import format_usd
from peergrid.payments.charges import MobileMoney, quote
from tests.browser.driving import DESK, PATIENCE_MS, visiting
from tests.browser.test_comeback import served
from tests.browser.test_dashboard import asked
from tests.community import PASSWORD
from tests.conftest import Demo, free_port
from tests.payments.paying import EARNED, TODAY, USD, found_town

pytestmark = pytest.mark.browser

NUMBER, NET_METERING = "0771234567", "net_metering"
TALL_PX = 2_600


def test_a_member_is_paid_once_two_operators_agreed(
    browser: Browser,
    database: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PEERGRID_SECOND_FACTOR", "0")
    town, port = found_town(database), free_port()
    here = f"http://127.0.0.1:{port}"
    quoted = quote(MobileMoney.ECOCASH, 10 * USD, TODAY)
    received = format_usd(quoted.received_micros)

    with served(url, tmp_path, port):
        with visiting(browser, here) as visit:
            visit.sign_in(town.street.ada.email, PASSWORD)
            visit.stretch(TALL_PX)
            visit.enter("Wallet", "My wallet")
            visit.press("What would I get?")
            visit.sees("Please write a mobile number, and an amount such as 10 or 9.50.")
            visit.type_in("Mobile number", NUMBER)
            visit.type_in("Amount in US$", "10")
            visit.press("What would I get?")
            visit.sees(f"You receive: {received}")
            visit.sees(f"Fee of the service: {format_usd(quoted.fee_micros)}")
            visit.sees(f"Transfer tax: {format_usd(quoted.tax_micros)}")
            visit.press(f"Ask for {received} to {NUMBER}")
            visit.sees(re.compile(r"US\$9\.68 to \+263771234567\. Asked for on"))
        with visiting(browser, here) as visit:
            visit.sign_in(town.street.chipo.email, PASSWORD)
            visit.stretch(TALL_PX)
            visit.enter("Settlement", "Settlement")
            visit.press("Pay by file")
            visit.sees("Batch 1: 1 payout, US$9.68. waits for another operator's approval")
        with visiting(browser, here) as visit:
            visit.sign_in(town.dudzai.email, PASSWORD)
            visit.stretch(TALL_PX)
            visit.enter("Settlement", "Settlement")
            visit.press("Approve batch 1")
            visit.press("All paid of batch 1")
            visit.sees(re.compile(r"^Ada: US\$9\.68 to \+263771234567\. paid"))

    assert town.balance(town.street.ada) == EARNED - quoted.taken_micros
    assert town.findings() == []


def test_a_member_sees_what_the_month_would_have_come_to_under_another_scheme(
    browser: Browser, database: Database, url: str, tmp_path: Path
) -> None:
    town, port = found_town(database), free_port()
    ada = (town.street.ada.email, PASSWORD)
    here = Demo(f"http://127.0.0.1:{port}", {"producer": ada})

    with served(url, tmp_path, port), visiting(browser, here.url) as visit:
        visit.sign_in(*ada)
        visit.stretch(TALL_PX)
        visit.enter("Market", "My market")
        visit.press("Choose a scheme")
        visit.spoken.get_by_role("checkbox", name="Scheme: Net metering").click(timeout=PATIENCE_MS)
        visit.sees(f"You, as booked: {format_usd(EARNED)} for you")
        replayed = asked(here, "producer", lambda client: client.market_replay(TODAY, NET_METERING))

        assert replayed.booked.bill_micros == -EARNED
        assert replayed.replayed.bill_micros == 0  # it pays in energy credit
        visit.sees("Net metering: US$0.00 to pay")
        visit.sees(f"You would have been {format_usd(EARNED)} worse off.")


def test_a_member_sets_limit_prices_where_the_scheme_goes_by_them(
    browser: Browser, database: Database, url: str, tmp_path: Path
) -> None:
    town, port = found_town(database, scheme="double_auction"), free_port()
    ada = (town.street.ada.email, PASSWORD)
    here = Demo(f"http://127.0.0.1:{port}", {"producer": ada})

    with served(url, tmp_path, port), visiting(browser, here.url) as visit:
        visit.sign_in(*ada)
        visit.stretch(TALL_PX)
        visit.enter("Market", "My market")
        visit.type_in("Take at least, US$ per kWh", "a lot")
        visit.press("Set these prices")
        visit.sees("Please write a price such as 0.12, or leave it empty.")
        visit.type_in("Take at least, US$ per kWh", "0,0925")
        visit.press("Set these prices")
        visit.sees(
            re.compile("^street-ada: pay at most the grid's price, take at least US.0.0925, from ")
        )
        (kept,) = asked(here, "producer", lambda client: client.limits())

    assert (kept.bid_micros_per_kwh, kept.ask_micros_per_kwh) == (None, 92_500)


def test_a_member_asks_for_their_data_to_be_deleted_and_an_operator_is_told(
    browser: Browser,
    database: Database,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PEERGRID_SECOND_FACTOR", "0")
    town, port = found_town(database), free_port()
    here = f"http://127.0.0.1:{port}"

    with served(url, tmp_path, port):
        with visiting(browser, here) as visit:
            visit.sign_in(town.street.ada.email, PASSWORD)
            visit.stretch(TALL_PX)
            visit.enter("Me", "Me")
            visit.press("Ask for my data to be deleted")
            visit.sees("You have asked for your data to be deleted; your operators are told.")
            visit.sees("Keep my data after all")
        with visiting(browser, here, DESK) as visit:
            visit.sign_in(town.street.chipo.email, PASSWORD)
            visit.sees(re.compile("^1 member asks for their data to be deleted, since "))
            visit.stretch(TALL_PX)
            visit.enter("Members", "Members and meters")
            visit.press(re.compile("^Ada, "))
            visit.press("Erase Ada")
            visit.press("Erase")
            visit.sees("End or hand over their meters first, and settle until then.")

    with database.transaction() as connection:
        kept = members_of(connection, town.street.community_id)
    assert {one.name: one.standing for one in kept}["Ada"] == "leaving"
