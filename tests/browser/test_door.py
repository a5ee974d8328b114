"""The door as people meet it: a second lock for operators, and links from letters."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from peergrid.api.sign_in import AUTHENTICATORS
from peergrid.database.pool import Database
from peergrid.members.one_time_link import Purpose, write_link
from peergrid.members.sealing import Seal
from tests.api.test_signing_in import NEW, Standstill, code_of
from tests.browser.driving import PATIENCE_MS, visiting
from tests.browser.test_comeback import served
from tests.community import PASSWORD, Street
from tests.conftest import SECRET, free_port

pytestmark = pytest.mark.browser


TALL_PX = 2_600


def code_now(database: Database) -> str:
    """What the one authenticator shows."""
    with database.transaction() as connection:
        (sealed,) = connection.execute("select sealed_secret from second_factor").fetchone() or ()
    secret = (Seal(AUTHENTICATORS, [SECRET]).open(sealed) or "").split()[1]
    Standstill.now = datetime.now(UTC)
    return code_of(f"otpauth://x?secret={quote(base64.b32encode(bytes.fromhex(secret)))}")


def test_an_operator_enrols_and_a_member_sets_a_new_password_and_a_second_factor(
    browser: Browser, street: Street, database: Database, url: str, tmp_path: Path
) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with database.transaction() as connection:
        letter = write_link(connection, street.ada, Purpose.RESET, here, datetime.now(UTC))
    link = re.search(r"http\S+", letter.text)
    assert link

    with served(url, tmp_path, port):
        with visiting(browser, here) as visit:
            visit.sign_in(street.chipo.email, PASSWORD)
            visit.sees(re.compile("^Add this key to an authenticator app"))
            visit.type_in("Code", code_now(database))
            visit.press("Continue")
            expect(visit.heading("Now")).to_be_visible(timeout=PATIENCE_MS)
        with visiting(browser, link[0]) as visit:
            visit.type_in("New password", NEW)
            visit.press("Set password")
            visit.sees("Your password is set. Please sign in with it.")
            visit.sign_in(street.ada.email, NEW)
            expect(visit.heading("My energy")).to_be_visible(timeout=PATIENCE_MS)
            visit.enter("Me", "Me")
            visit.stretch(TALL_PX)
            visit.press("Set it up")
            key = visit.text(re.compile("^([A-Z2-7]{4} ?){8}$")).inner_text(timeout=PATIENCE_MS)
            Standstill.now = datetime.now(UTC)
            visit.type_in(
                "Code of the authenticator", code_of(f"otpauth://x?secret={key.replace(' ', '')}")
            )
            visit.press("Confirm")
            visit.sees("It is set up. From now on a sign-in asks for a code.")
            expect(visit.text(key)).to_have_count(0)
