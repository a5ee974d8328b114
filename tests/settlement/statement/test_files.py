"""A statement on paper and in a spreadsheet says what the books say, and runs nothing."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from peergrid.database.pool import Database
from peergrid.money import MICROS, Unit
from peergrid.settlement.settle import settle
from peergrid.settlement.statement.month import Rate, Statement
from peergrid.settlement.statement.paper import ACCOUNTS, paper_of
from peergrid.settlement.statement.sheet import sheet_of
from peergrid.words.catalogue import Language, catalogue_of
from tests.community import FIRST, Street, report_both
from tests.settlement.statement.months import SEPTEMBER, told

ENGLISH = catalogue_of(Language.ENGLISH)


@pytest.fixture
def statement(database: Database, street: Street) -> Statement:
    """Ada's: 0.4 kWh shared, 0.6 kWh sold to the grid."""
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    return told(database, street.ada, SEPTEMBER)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def read(pdf: bytes) -> str:
    """The text of every page, as if on one line."""
    with pypdfium2.PdfDocument(pdf) as paper:
        pages = [page.get_textpage().get_text_bounded() for page in paper]
    return " ".join(" ".join(pages).split())


def named(statement: Statement, name: str) -> Statement:
    return replace(statement, member=replace(statement.member, name=name))


def test_the_spreadsheet_adds_up_in_dollars_and_shows_every_input(statement: Statement) -> None:
    rows = rows_of(sheet_of(statement, ENGLISH))

    usd = {
        record: sum(
            Decimal(row["value"]) for row in rows if (row["record"], row["unit"]) == (record, "USD")
        )
        for record in ("opening", "line", "closing")
    }
    assert usd["opening"] + usd["line"] == usd["closing"]
    assert usd["closing"] * MICROS == statement.closing[Unit.USD] == 29_760 + 38_400
    inputs = {row["name"]: row["value"] for row in rows if row["record"] == "input"}
    assert inputs["feed_in.price_micros_per_kwh"] == "64000"
    assert inputs["feed_in.energy_wh"] == "600"
    assert inputs["shared_energy.days.1.day"] == "2026-09-01"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_a_name_that_looks_like_a_formula_is_text(statement: Statement, start: str) -> None:
    name = f"{start}HYPERLINK(1)"

    rows = rows_of(sheet_of(named(statement, name), ENGLISH))

    cells = [row["value"] for row in rows if row["name"] == "member"]
    assert cells == [f"'{name}"]


def test_an_amount_below_zero_stays_a_number(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    rows = rows_of(sheet_of(told(database, street.ben, SEPTEMBER), ENGLISH))

    assert [row["value"] for row in rows if row["record"] == "line"] == ["-0.02976"]


def test_the_paper_says_what_the_books_say(statement: Statement) -> None:
    text = read(paper_of(statement, ENGLISH))

    for words in (
        *("PeerGrid", "Statement · September 2026", "Ada", "Street", "street-ada"),
        *("Energy shared with neighbours, 0.40 kWh", "0.029760", "0.038400", "0.068160"),
        *("0.600 kWh \N{MULTIPLICATION SIGN} US$0.0640 = US$0.038400", "Yours US$0.07"),
        *("Pilot scheme: Mid-market rate", "in force from 2023-12-01", "Page 1"),
    ):
        assert words in text
    assert "reviewed" not in text


@pytest.mark.parametrize("language", [Language.SHONA, Language.NDEBELE])
def test_the_paper_says_that_its_words_wait_for_a_review(
    statement: Statement, language: Language
) -> None:
    words = catalogue_of(language)

    text = read(paper_of(statement, words))

    assert words.say("month_9") in text
    assert "No native speaker has reviewed" in text


def test_a_name_that_looks_like_markup_is_printed_as_it_is(statement: Statement) -> None:
    name = '<img src="file:///etc/passwd"/> & <b>Ada</b>'

    assert name in read(paper_of(named(statement, name), ENGLISH))


def test_the_same_statement_gives_the_same_bytes(statement: Statement) -> None:
    assert paper_of(statement, ENGLISH) == paper_of(statement, ENGLISH)


def test_a_known_rate_adds_what_it_is_in_zig(statement: Statement) -> None:
    """A made-up rate of ZiG 25 a dollar: US$0.068160 are ZiG 1.70."""
    rated = replace(statement, rate=Rate(date(2026, 9, 30), 25_000_000))

    assert "ZiG 1.70 at the rate of 2026-09-30: US$1 = ZiG 25.00" in read(paper_of(rated, ENGLISH))


def test_a_month_without_lines_is_a_page_too(database: Database, street: Street) -> None:
    empty = told(database, street.ada, SEPTEMBER)

    assert "Nothing was settled in this month." in read(paper_of(empty, ENGLISH))


def test_every_unit_has_an_account_on_paper() -> None:
    assert set(ACCOUNTS) == set(Unit)
