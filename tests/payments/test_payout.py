"""One payout, from asking to the wallet or back."""

from datetime import date
from pathlib import Path

import psycopg
import pytest

from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.ledger.book import balances_of, statement_lines
from peergrid.money import Unit
from peergrid.payments.payout import conclude
from peergrid.payments.provider import Outcome
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import FAILS, PAYS, Sandbox
from tests.payments.paying import EARNED, USD, Town

SEPTEMBER = date(2026, 9, 1)


def lines_of_payouts(town: Town) -> list[tuple[str, bool, int]]:
    with town.database.transaction() as connection:
        lines = statement_lines(connection, town.street.ada.member_id, SEPTEMBER)
    return [(one.kind, one.is_reversal, one.amount) for one in lines if "payout" in one.kind]


def test_ten_dollars_are_held_and_paid_with_fee_and_tax(town: Town, tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "record")
    ada = town.street.ada

    payout = town.ask(ada, 10 * USD)
    asked = town.balance(ada)
    town.approve(payout)
    held = town.balance(ada)
    run = pay_held(town.database, sandbox)

    assert (asked, held, town.balance(ada)) == (EARNED, EARNED - 10 * USD, EARNED - 10 * USD)
    assert (run.paid, run.failed, run.held, run.disputes) == (1, 0, 0, [])
    assert town.state(payout) == "paid"
    assert sandbox.paid_micros() == {PAYS: 9_680_000}
    assert lines_of_payouts(town) == [
        ("payout", False, -9_680_000),
        ("payout_fee", False, -130_000),
        ("payout_tax", False, -190_000),
    ]
    assert town.findings() == []


def test_what_the_provider_does_not_pay_is_given_back(town: Town, tmp_path: Path) -> None:
    ada = town.street.ada
    payout = town.ask(ada, 10 * USD, FAILS)
    town.approve(payout)

    run = pay_held(town.database, Sandbox(tmp_path / "record"))

    assert (run.paid, run.failed) == (0, 1)
    assert (town.state(payout), town.balance(ada)) == ("failed", EARNED)
    assert sum(amount for _, _, amount in lines_of_payouts(town)) == 0
    assert len(lines_of_payouts(town)) == 6
    assert town.findings() == []


def test_a_statement_with_payouts_adds_up(town: Town, tmp_path: Path) -> None:
    town.approve(town.ask(town.street.ada, 7 * USD))
    pay_held(town.database, Sandbox(tmp_path / "record"))
    member_id = town.street.ada.member_id
    with town.database.transaction() as connection:
        lines = statement_lines(connection, member_id, SEPTEMBER)
        closing = balances_of(connection, [member_id], date(2026, 10, 1))[member_id]

    assert sum(line.amount for line in lines if line.unit == "USD") == closing[Unit.USD]
    assert closing[Unit.USD] == town.balance(town.street.ada)


def test_the_same_request_twice_is_one_payout(town: Town) -> None:
    first = town.ask(town.street.ada, 5 * USD, key="once")
    again = town.ask(town.street.ada, 5 * USD, "077 111 1111", key="once")

    assert first == again
    for micros, number in ((6 * USD, PAYS), (5 * USD, FAILS)):
        with pytest.raises(Conflict, match="stands for another payout"):
            town.ask(town.street.ada, micros, number, key="once")
    assert town.ask(town.street.ben, 5 * USD, key="once").payout_id != first.payout_id


@pytest.mark.parametrize(
    ("micros", "number", "error", "sentence"),
    [
        (22 * USD, PAYS, Conflict, r"^Your balance covers US\$21\.1968: ask for less\.$"),
        (999_999, PAYS, Invalid, r"^A payout is at least US\$1\.00 and at most US\$500\.00\.$"),
        (500 * USD + 1, PAYS, Invalid, "at most"),
        (5 * USD, "+27821234567", Invalid, "no Zimbabwean mobile number"),
        (5 * USD, "0242123456", Invalid, "write it as 0771234567"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    town: Town, micros: int, number: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        town.ask(town.street.ada, micros, number)

    with town.database.transaction() as connection:
        assert connection.execute("select count(*) from payout").fetchone() == (0,)
        assert connection.execute("select count(*) from payout_transfer").fetchone() == (0,)


def test_what_is_promised_already_cannot_be_asked_for_again(town: Town) -> None:
    town.ask(town.street.ada, 15 * USD)

    with pytest.raises(Conflict, match=r"covers US\$6\.1968"):
        town.ask(town.street.ada, 7 * USD)


@pytest.mark.parametrize(
    ("micros", "state", "sentence"),
    [
        (EARNED + 1, "requested", "is not covered"),
        (EARNED, "held", "begins as requested"),
        (EARNED, "paid", "begins as requested"),
    ],
)
def test_the_database_itself_refuses_what_is_not_covered_or_not_asked_for(
    town: Town, micros: int, state: str, sentence: str
) -> None:
    with (
        pytest.raises(psycopg.errors.CheckViolation, match=sentence),
        town.database.transaction() as connection,
    ):
        connection.execute(
            """insert into payout (community_id, member_id, key, service, number, amount_micros,
              received_micros, fee_micros, tax_micros, state)
            values (%s, %s, 'raw', 'ecocash', '+263771111111', %s, %s, 0, 0, %s)""",
            (town.street.community_id, town.street.ada.member_id, micros, micros, state),
        )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("update payout set state = 'held'", "is not approved"),
        ("update payout set state = 'paid'", "cannot be changed so"),
        ("update payout set number = '+263772222222'", "cannot be changed so"),
        ("update payout set received_micros = 1", "cannot be changed so"),
        ("delete from payout", "is final"),
        ("truncate payout cascade", "is final"),
    ],
)
def test_the_database_lets_nobody_change_a_payout_but_onwards(
    town: Town, damage: str, sentence: str
) -> None:
    town.ask(town.street.ada, 5 * USD)

    with (
        pytest.raises(psycopg.Error, match=sentence),
        town.database.transaction() as connection,
    ):
        connection.execute(damage.encode())


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            "update payout set state = 'paid', concluded_at = now()",
            "is paid, its transfers are not",
        ),
        ("delete from payout_transfer", "is final"),
        ("update payout_transfer set amount = 1", "is final"),
        (
            """insert into payout_transfer
            select payout_id, 'give_back', kind, meter_id, interval_start, credit_account,
              debit_account, unit, amount from payout_transfer where kind = 'payout'""",
            "its transfers are not",
        ),
    ],
)
def test_the_database_keeps_state_and_money_together(
    town: Town, damage: str, sentence: str
) -> None:
    town.approve(town.ask(town.street.ada, 5 * USD))

    with (
        pytest.raises(psycopg.Error, match=sentence),
        town.database.transaction() as connection,
    ):
        connection.execute(damage.encode())


def test_an_outcome_told_twice_is_booked_once_and_a_contradiction_not_at_all(town: Town) -> None:
    payout = town.ask(town.street.ada, 5 * USD)
    town.approve(payout)
    for outcome in (Outcome.PENDING, Outcome.PAID, Outcome.PAID, Outcome.UNKNOWN):
        with town.database.transaction() as connection:
            conclude(connection, payout.reference, outcome)

    with (
        pytest.raises(Conflict, match="is paid, and yet it is said to be failed"),
        town.database.transaction() as connection,
    ):
        conclude(connection, payout.reference, Outcome.FAILED)
    assert town.state(payout) == "paid"
    assert town.findings() == []


def test_nothing_is_concluded_that_was_never_held(town: Town) -> None:
    payout = town.ask(town.street.ada, 5 * USD)

    with (
        pytest.raises(Conflict, match="is requested"),
        town.database.transaction() as connection,
    ):
        conclude(connection, payout.reference, Outcome.PAID)
    with (
        pytest.raises(NotFound, match="no payout PG0"),
        town.database.transaction() as connection,
    ):
        conclude(connection, "PG0", Outcome.PAID)
