"""The database itself refuses what the books may not hold."""

from datetime import date

import psycopg
import pytest

from peergrid.database.pool import Database
from peergrid.ledger import book
from peergrid.money import Unit
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report_both

SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def settled(database: Database, street: Street) -> Street:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    return street


def post_one(database: Database, street: Street, kind: str, other: str) -> None:
    """Ben owes 5 micros more in the first settlement, to another account."""
    with database.transaction() as connection:
        connection.execute(
            """insert into transfer
            select a.meter_id, s.interval_start, s.settlement_id, %s::transfer_kind, o.account_id,
              a.account_id, 'USD', 5, 1, false
            from settlement s, account a, account o
            where (a.meter_id, a.unit, o.kind, o.unit) = (%s, 'USD', %s::account_kind, 'USD')""",
            (kind, street.ben_meter.meter_id, other),
        )


@pytest.mark.parametrize("table", ["transfer", "share", "settlement", "tariff"])
@pytest.mark.parametrize("change", ["delete from {}", "truncate {} cascade"])
def test_what_is_booked_cannot_be_taken_away(
    database: Database, settled: Street, table: str, change: str
) -> None:
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="is final"),
        database.transaction() as connection,
    ):
        connection.execute(change.format(table).encode())


def test_a_transfer_cannot_be_edited(database: Database, settled: Street) -> None:
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="reverse it instead"),
        database.transaction() as connection,
    ):
        connection.execute("update transfer set amount = amount * 2")


def test_the_same_business_fact_cannot_be_booked_twice(database: Database, settled: Street) -> None:
    post_one(database, settled, "grid_energy", "grid")

    with pytest.raises(psycopg.errors.UniqueViolation):
        post_one(database, settled, "grid_energy", "grid")


def test_nothing_can_be_left_in_the_pool(database: Database, settled: Street) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="leaves something in the pool"):
        post_one(database, settled, "levy", "pool")


def test_shares_that_do_not_add_up_are_refused(database: Database, settled: Street) -> None:
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="do not add up"),
        database.transaction() as connection,
    ):
        connection.execute(
            """insert into share
            select settlement_id, meter_id, interval_start + interval '30 min', import_wh,
              export_wh, bought_wh, sold_wh, billed_wh, paid_micros, earned_micros, retail_micros,
              levy_micros, feed_in_micros, credit_earned_wh, credit_used_wh
            from share where import_wh > 0"""
        )


def test_an_account_takes_its_own_unit_only(database: Database, settled: Street) -> None:
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        database.transaction() as connection,
    ):
        connection.execute(
            """insert into transfer
            select t.meter_id, t.interval_start, t.settlement_id, 'levy', t.debit_account,
              t.credit_account, 'WH', 5, 0, false
            from transfer t where kind = 'feed_in'"""
        )


def test_the_opening_balance_plus_the_lines_is_the_closing_balance(
    database: Database, settled: Street
) -> None:
    member_id = settled.ada.member_id
    with database.transaction() as connection:
        opening = book.balances_of(connection, [member_id], SEPTEMBER)[member_id]
        lines = book.statement_lines(connection, member_id, SEPTEMBER)
        closing = book.balances_of(connection, [member_id])[member_id]

    assert opening == {Unit.USD: 0, Unit.WH_CREDIT: 0}
    assert [line.kind for line in lines] == ["feed_in", "shared_energy"]
    assert sum(line.amount for line in lines) == closing[Unit.USD] > 0
