"""Operators prepare, try and publish tariffs, and audit; auditors see the same, unchanging."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard.previews import bill_told
from peergrid.dashboard.words import format_signed
from peergrid.database.pool import Database
from peergrid.members.membership import add_member
from peergrid.money import Unit
from tests.browser.driving import DESK, PATIENCE_MS, PHONE, Visit, visiting
from tests.browser.test_comeback import served
from tests.browser.test_dashboard import asked
from tests.community import FIRST, PASSWORD, report
from tests.conftest import Demo, free_port
from tests.payments.paying import TODAY, Town, found_town

pytestmark = pytest.mark.browser

TALL_PX = 3_000
NAME = "From October"
AUDITOR = "audrey@street.example"


@pytest.fixture
def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A street with a day that is settled, an operator and an auditor."""
    monkeypatch.setenv("PEERGRID_SECOND_FACTOR", "0")
    town = found_town(database)
    with database.transaction() as connection:
        audrey = add_member(connection, town.street.community_id, "Audrey", AUDITOR, "auditor")
        connection.execute(
            "insert into credential select %s, password_hash from credential where member_id = %s",
            (audrey.member_id, town.street.ada.member_id),
        )
    return town


@pytest.fixture
def here(town: Town, url: str, tmp_path: Path) -> Iterator[Demo]:
    port = free_port()
    chipo = (town.street.chipo.email, PASSWORD)
    with served(url, tmp_path, port):
        yield Demo(f"http://127.0.0.1:{port}", {"operator": chipo, "auditor": (AUDITOR, PASSWORD)})


def at_desk(visit: Visit, here: Demo, role: str, room: str) -> None:
    visit.sign_in(*here.sign_ins[role])
    visit.stretch(TALL_PX)
    visit.enter(room, room)


def turn_to(visit: Visit, part: str) -> None:
    visit.spoken.get_by_role("checkbox", name=f"Show: {part}").click(timeout=PATIENCE_MS)


def has(visit: Visit, label: str, value: str) -> None:
    """A field is spoken with its content once it has the focus."""
    field = visit.spoken.get_by_label(label, exact=True)
    field.click(timeout=PATIENCE_MS)
    expect(field).to_have_value(value, timeout=PATIENCE_MS)


def test_a_tariff_is_drafted_tried_and_published_and_an_auditor_sees_it(
    browser: Browser, here: Demo
) -> None:
    with visiting(browser, here.url, DESK) as visit:
        at_desk(visit, here, "operator", "Market")
        _draft(visit)
        (draft,) = asked(here, "operator", Client.tariff_drafts)
        tried = asked(here, "operator", lambda c: c.preview_draft(draft.draft_id, TODAY))

        assert (draft.terms.vat_ppm, draft.terms.valid_from) == (155_000, date(2026, 10, 1))
        visit.press(f"Preview this month: {NAME}")
        visit.sees(f"All, as booked: {bill_told(tried.booked.bill_micros)}")
        visit.sees(f"All, under the draft: {bill_told(tried.replayed.bill_micros)}")
        for one in tried.households:
            visit.sees(row_of(one))
        assert visit.nameless_buttons() == []

        visit.press(f"Publish: {NAME}")
        visit.press("Publish for good")
        visit.sees("No tariff is being prepared.")
        visit.sees(re.compile(f"^{NAME}, from 2026-10-01. Mid-market rate; published by Chipo"))
        assert asked(here, "operator", Client.tariffs)[0].name == NAME

    with visiting(browser, here.url, DESK) as visit:
        at_desk(visit, here, "auditor", "Market")
        visit.sees(re.compile(f"^{NAME}, from 2026-10-01"))
        expect(visit.text("New draft")).to_have_count(0)
        _replayed(visit, here)
        turn_to(visit, "Fairness")
        told = asked(here, "auditor", lambda c: c.market_indicators(TODAY))
        visit.sees(re.compile(f"^Equality of bills: {told.equality_index:.2f}"))
        turn_to(visit, "Agreements")
        visit.sees("Nothing has been agreed on yet.")
        expect(visit.text("New agreement")).to_have_count(0)


def _draft(visit: Visit) -> None:
    """Write one; what is typed stays in a window of another width, and nonsense is told."""
    visit.press("New draft")
    visit.type_in("Name", NAME)
    visit.type_in("VAT, %", "much")
    visit.press("Keep the draft")
    visit.sees("VAT: write a number, such as 0.16.")
    visit.resize((PHONE[0], TALL_PX))
    visit.has_turned(is_wide=False, is_dark=False)
    has(visit, "Name", NAME)
    visit.resize((DESK[0], TALL_PX))
    visit.has_turned(is_wide=True, is_dark=False)
    has(visit, "Name", NAME)
    visit.type_in("VAT, %", "15,5")
    visit.press("Keep the draft")
    visit.sees(re.compile(f"^{NAME}, from 2026-10-01. Mid-market rate; written by Chipo"))


def row_of(one: wire.ReplayedMember) -> str:
    """A household in a table, as it is spoken."""
    booked, replayed = one.booked.bill_micros, one.replayed.bill_micros
    change = format_signed(Unit.USD, replayed - booked)
    return f"{one.name}, Booked {bill_told(booked)}, Draft {bill_told(replayed)}, Change {change}"


def _replayed(visit: Visit, here: Demo) -> None:
    """Scheme by scheme, with what the API says of the last of them."""
    turn_to(visit, "Replay")
    visit.press("Replay this month")
    schemes = asked(here, "auditor", Client.schemes)
    replay = asked(here, "auditor", lambda c: c.replay(TODAY, schemes[-1].name))
    bill = bill_told(replay.replayed.bill_micros)
    visit.sees(f"Scheme {schemes[-1].title}, All together {bill}, ")


def test_the_audit_is_run_a_late_meter_is_named_and_a_table_is_taken_along(
    browser: Browser, here: Demo, town: Town
) -> None:
    report(town.database, town.street.ada_meter, FIRST.later(48), 0, 1_000)
    with visiting(browser, here.url, DESK) as visit:
        at_desk(visit, here, "auditor", "Settlement")
        visit.sees("Late meter street-ben, Since 2 Sep 00:00")
        visit.press("Run the audit")
        visit.sees(re.compile(r"^Adds up: 48 half hours audited "))
        with visit.page.expect_download(timeout=PATIENCE_MS) as download:
            visit.press("Take it along")
        lines = download.value.path().read_text().splitlines()

    assert download.value.suggested_filename == "peergrid-settlements-2026-09.csv"
    assert len(lines) == 1 + 48
