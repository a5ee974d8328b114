"""A statement adds up, and each of its amounts can be worked out again from what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import ReadOnlySqlTransaction

from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.ledger.book import balances_of
from peergrid.ledger.transfer import EntryKind, TransferKind
from peergrid.money import Unit
from peergrid.settlement.settle import settle
from peergrid.settlement.statement.formula import Blocks, DayByDay, Halfway
from peergrid.settlement.statement.month import Statement, statement_of
from tests.community import FIRST, Street, report, report_both
from tests.settlement.statement.months import (
    AUGUST,
    SEPTEMBER,
    Event,
    found_at,
    live_through,
    odd_tariff,
    told,
)

INTERVALS = 6
BEFORE_SEPTEMBER = Interval(datetime(2026, 8, 31, 21, tzinfo=UTC))  # an hour of August is left
BEFORE_THE_SECOND = Interval(datetime(2026, 9, 1, 21, tzinfo=UTC))  # an hour of 1 September
ENERGIES = st.integers(0, 3_000)
EVENTS = st.lists(
    st.one_of(
        st.just(("settle", 0, 0, 0)),
        st.tuples(
            st.sampled_from(["ada", "ben"]), st.integers(0, INTERVALS - 1), ENERGIES, ENERGIES
        ),
    ),
    max_size=20,
)
FORMULAS: dict[EntryKind, str] = {
    TransferKind.GRID_ENERGY: "blocks",
    TransferKind.LEVY: "levy",
    TransferKind.NEIGHBOUR_ENERGY: "halfway",
    TransferKind.SHARED_ENERGY: "day_by_day",
    TransferKind.FEED_IN: "priced",
    TransferKind.CREDIT_EARNED: "credit",
    TransferKind.CREDIT_USED: "one_to_one",
}
SCHEMES = st.sampled_from(["mid_market", "net_metering"])


def nearest(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


def charge(blocks: Sequence[Mapping[str, Any]], energy_wh: int) -> int:
    """What the month's first ``energy_wh`` cost, straight from the blocks as shown."""
    worth, below = Fraction(0), 0
    for block in blocks:
        end = energy_wh if block["up_to_wh"] is None else min(block["up_to_wh"], energy_wh)
        worth += max(end - below, 0) * Fraction(block["price_micros_per_kwh"], 1_000)
        below = max(end, below)
    return nearest(worth)


def share(amount: int, ppm: int) -> int:
    return nearest(Fraction(amount * ppm, 1_000_000))


def middle(shown: Mapping[str, Any]) -> Fraction:
    """Energy halfway between the grid's price with levy and its feed-in price."""
    levy = 1 + Fraction(shown["levy_ppm"], 1_000_000)
    prices = [
        (step["energy_wh"], step["price_micros_per_kwh"] * levy + shown["feed_in_micros_per_kwh"])
        for step in shown["steps"]
    ]
    return sum((energy_wh * price / 2_000 for energy_wh, price in prices), Fraction(0))


def worked_out(shown: Mapping[str, Any]) -> int:
    """A formula's amount from nothing but the inputs it shows; written anew on purpose."""
    match shown["name"]:
        case "blocks":
            before = charge(shown["blocks"], shown["before_wh"])
            amount = charge(shown["blocks"], shown["after_wh"]) - before
        case "levy":
            before = share(shown["before_micros"], shown["levy_ppm"])
            amount = share(shown["after_micros"], shown["levy_ppm"]) - before
        case "credit":
            before = share(shown["before_wh"], shown["credit_ratio_ppm"])
            amount = share(shown["after_wh"], shown["credit_ratio_ppm"]) - before
        case "one_to_one":
            amount = shown["energy_wh"]
        case "priced":
            worth = Fraction(shown["energy_wh"] * shown["price_micros_per_kwh"], 1_000)
            assert 2 * abs(shown["rounding_micros"]) <= shown["half_hours"] + 1
            amount = nearest(worth) + shown["rounding_micros"]
        case "halfway":
            assert 2 * abs(shown["rounding_micros"]) <= 5 * shown["half_hours"] + 1
            amount = nearest(middle(shown)) + shown["rounding_micros"]
        case "day_by_day":
            amount = abs(sum(day["amount"] for day in shown["days"]))
    return int(amount)


def assert_holds(database: Database, statement: Statement, month_end: date) -> None:
    """Lines explain the balance, formulas the lines, and energy is all accounted for."""
    for unit in Unit:
        lines = [line for line in statement.lines if line.unit is unit]
        closing = statement.opening[unit] + sum(line.amount for line in lines)
        assert closing == statement.closing[unit]
    with database.transaction() as connection:
        member_id = statement.member.member_id
        booked = balances_of(connection, [member_id], month_end)[member_id]
    assert statement.closing == booked
    for line in statement.lines:
        assert line.formula.name == FORMULAS[line.kind]
        assert worked_out(asdict(line.formula)) == line.formula.amount == abs(line.amount)
    for meter in statement.meters:
        assert meter.bought_wh + meter.grid_import_wh == meter.counted.import_wh
        assert meter.sold_wh + meter.grid_export_wh == meter.counted.export_wh
        assert meter.settled == meter.counted.measured + meter.counted.estimated


@given(
    events=EVENTS,
    first=st.sampled_from([BEFORE_SEPTEMBER, BEFORE_THE_SECOND]),
    schemes=st.tuples(SCHEMES, SCHEMES),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_opening_and_lines_give_closing_and_every_amount_follows_from_what_is_shown(
    database: Database, events: list[Event], first: Interval, schemes: tuple[str, str]
) -> None:
    change = date(2026, 9, 2)
    tariffs = [odd_tariff(schemes[0], AUGUST), odd_tariff(schemes[1], change)]
    street = found_at(database, first.start, schemes[0], tariffs)

    live_through(database, street, first, INTERVALS, events)

    for member in (street.ada, street.ben):
        for month, end in ((AUGUST, SEPTEMBER), (SEPTEMBER, date(2026, 10, 1))):
            assert_holds(database, told(database, member, month), end)


def test_the_blocks_the_levy_and_the_neighbours_price_are_told_to_the_micro(
    database: Database, street: Street
) -> None:
    """Ben draws 400 Wh, all of it Ada's; then 2,000 Wh, of which 1,000 are."""
    report_both(database, street, FIRST)
    report(database, street.ada_meter, FIRST.later(1), 0, 1_000, 1_300)
    report(database, street.ben_meter, FIRST.later(1), 2_000, 0)
    settle(database, street.community_id)

    lines = {line.kind: line for line in told(database, street.ben, SEPTEMBER).lines}

    grid, levy = lines[TransferKind.GRID_ENERGY], lines[TransferKind.LEVY]
    assert isinstance(grid.formula, Blocks)
    assert (grid.formula.before_wh, grid.formula.after_wh) == (0, 1_000)
    assert (grid.amount, levy.amount) == (-80_000, -4_800)
    neighbours = lines[TransferKind.NEIGHBOUR_ENERGY]
    assert isinstance(neighbours.formula, Halfway)
    # 1.4 kWh halfway between US$0.0848, which is US$0.08 and 6 %, and US$0.064
    assert (neighbours.energy_wh, neighbours.amount) == (1_400, -104_160)
    assert neighbours.formula.rounding_micros == 0
    assert neighbours.terms is not None
    assert neighbours.terms.is_pilot


def test_a_change_of_tariff_parts_the_lines_and_the_blocks_go_on(database: Database) -> None:
    first, change = BEFORE_THE_SECOND, date(2026, 9, 2)
    tariffs = [odd_tariff("net_metering", change)]
    street = found_at(database, first.start, "net_metering", tariffs)

    live_through(database, street, first, INTERVALS, [])

    energy = [
        line
        for line in told(database, street.ben, SEPTEMBER).lines
        if line.kind is TransferKind.GRID_ENERGY
    ]
    assert [line.terms.valid_from for line in energy if line.terms] == [
        date(2023, 12, 1),
        change,
    ]
    assert [type(line.formula) for line in energy] == [Blocks, Blocks]
    before, after = (line.formula for line in energy)
    assert isinstance(before, Blocks)
    assert isinstance(after, Blocks)
    assert before.before_wh == 0
    assert before.after_wh == after.before_wh


def test_what_was_taken_back_is_in_the_amount_and_told(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 500, 0, revision=1)
    settle(database, street.community_id)

    statement = told(database, street.ben, SEPTEMBER)

    (line,) = statement.lines
    assert (line.energy_wh, line.half_hours, line.taken_back) == (500, 1, 1)
    assert (line.amount, line.taken_back_amount) == (-37_200, 29_760)
    assert statement.meters[0].counted.trued_up == 1


def test_estimates_are_counted_and_so_is_what_replaced_one(
    database: Database, street: Street
) -> None:
    for number in range(146):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000, 1_300)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 400, 0)
    settle(database, street.community_id)

    (meter,) = told(database, street.ben, SEPTEMBER).meters

    assert (meter.counted.measured, meter.counted.estimated, meter.counted.trued_up) == (1, 1, 1)


def test_what_its_tariff_cannot_give_is_shown_as_it_is_booked(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    shared = told(database, street.ada, SEPTEMBER).lines[0]

    assert shared.kind is TransferKind.SHARED_ENERGY
    assert isinstance(shared.formula, DayByDay)
    assert [(day.half_hours, day.energy_wh, day.amount) for day in shared.formula.days] == [
        (1, 400, 29_760)
    ]


@pytest.mark.parametrize("days", [-60, 60])
def test_a_month_without_settlements_has_no_lines(
    database: Database, street: Street, days: int
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    month = (SEPTEMBER + timedelta(days=days)).replace(day=1)

    statement = told(database, street.ada, month)

    assert statement.lines == []
    assert statement.opening == statement.closing


def test_what_is_settled_meanwhile_is_not_in_it(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)

    with database.snapshot() as connection:
        before = statement_of(connection, street.ada, SEPTEMBER)
        settle(database, street.community_id)
        meanwhile = statement_of(connection, street.ada, SEPTEMBER)

    assert meanwhile == before
    assert len(told(database, street.ada, SEPTEMBER).lines) == 2


def test_a_snapshot_writes_nothing(database: Database, street: Street) -> None:
    with (
        pytest.raises(ReadOnlySqlTransaction),
        database.snapshot() as connection,
    ):
        connection.execute("delete from correction")


def test_lines_that_do_not_lead_to_the_balance_are_no_statement(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    statement = told(database, street.ada, SEPTEMBER)

    with pytest.raises(ValueError, match="do not lead to the closing balance"):
        replace(statement, lines=statement.lines[1:])
