"""Money goes to a mobile wallet: its member agrees to the charges, two operators to the payout."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from peergrid.database.pool import Database
from peergrid.money import format_usd
from peergrid.payments.charges import MobileMoney, quote
from tests.browser.driving import visiting
from tests.browser.test_comeback import served
from tests.community import PASSWORD
from tests.conftest import free_port
from tests.payments.paying import EARNED, TODAY, USD, found_town

pytestmark = pytest.mark.browser

NUMBER = "0771234567"
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
