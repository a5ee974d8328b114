"""How a community did in a month, by what is settled of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL, Interval, day_start
from peergrid.errors import NotFound
from peergrid.ledger.book import open_accounts
from peergrid.market.indicators import WET_YEAR
from peergrid.market.tariff import Block, Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.meters.registry import add_meter
from peergrid.settlement.indicators import CommunityMonth, community_month
from peergrid.settlement.settle import settle
from peergrid.settlement.tariffs import add_tariff
from tests.community import CONNECTION_W, FIRST, START, Street, found_street, report, report_both

SEPTEMBER = date(2026, 9, 1)
ALONE = 32_000 + 1_920  # what Ben's 400 Wh cost at the grid's first block
PAID = (ALONE + 400 * 64) // 2  # what he pays Ada, halfway to the feed-in price
FED_IN = 600 * 64


def month_of(database: Database, street: Street, month: date = SEPTEMBER) -> CommunityMonth:
    with database.transaction() as connection:
        return community_month(connection, street.community_id, month)


def test_one_settled_interval_can_be_checked_by_hand(database: Database, street: Street) -> None:
    """Ada makes 1,300 Wh and sends 1,000 out; Ben draws 400 of them."""
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    found = month_of(database, street)

    indicators = found.indicators
    ada, ben = PAID + FED_IN, ALONE - PAID
    assert (found.intervals, found.households, found.is_complete) == (1, 2, False)
    assert indicators.self_consumption == pytest.approx(300 / 1_300)
    assert indicators.self_sufficiency == pytest.approx(300 / 700)
    assert indicators.savings_micros == ada + ben
    assert indicators.savings_share == pytest.approx((ada + ben) / ALONE)
    assert indicators.gini_of_benefits == pytest.approx((ada - ben) / (2 * (ada + ben)))
    assert indicators.jain_of_benefits == pytest.approx((ada + ben) ** 2 / (2 * (ada**2 + ben**2)))
    assert (indicators.participation_index, indicators.equality_index) == (1, 0.5)
    assert indicators.energy_balance_index == pytest.approx(1 - 600 / (700 + 1_300))
    assert indicators.community_self_sufficiency == 1
    assert indicators.avoided(WET_YEAR).grams == 387  # of 1.3 kWh
    assert indicators.power_flatness_index is indicators.value_index is None


def test_what_is_not_settled_does_not_count(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    before = month_of(database, street)
    settle(database, street.community_id)
    report(database, street.ada_meter, FIRST.later(1), 0, 2_000, 2_000)  # Ben is silent
    settle(database, street.community_id)

    after = month_of(database, street)

    assert (before.intervals, before.households) == (0, 0)
    assert before.indicators.self_consumption is before.indicators.gini_of_benefits is None
    assert (after.intervals, after.energies.generation_wh) == (1, 1_300)
    assert after.settled_until == FIRST.end


def test_a_correction_counts_instead_of_what_it_replaces(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 700, 0, revision=1)
    settle(database, street.community_id)

    found = month_of(database, street)

    assert (found.intervals, found.energies.demand_wh, found.energies.shared_wh) == (1, 1_000, 700)


def settle_until(database: Database, street: Street, last: Interval) -> None:
    """Everything up to and with ``last``; who is silent is estimated once it is time."""
    report_both(database, street, last)
    for meter in (street.ada_meter, street.ben_meter):
        report(database, meter, Interval(last.start + timedelta(days=4)), 0, 0)
    settle(database, street.community_id)


def test_a_month_is_complete_when_its_last_half_hour_is_settled(
    database: Database, street: Street
) -> None:
    october = day_start(date(2026, 10, 1))
    settle_until(database, street, Interval(october - INTERVAL))

    found = month_of(database, street)

    assert (found.is_complete, found.intervals) == (True, 30 * 48)
    assert found.energies.shared_wh == 400
    assert found.indicators.power_flatness_index == 1 - 48 / 48  # one half hour of one day
    of_october = month_of(database, street, date(2026, 10, 31))
    assert (of_october.month, of_october.is_complete) == (date(2026, 10, 1), False)
    assert of_october.intervals == 48  # estimated, as the deadline for it has passed


def test_with_the_grid_alone_a_household_climbs_the_blocks_of_the_month(
    database: Database, street: Street
) -> None:
    """Ben draws 6,000 Wh ten times: 50 kWh at US$0.08 and 10 at 0.09, and 6 %."""
    for number in range(10):
        report(database, street.ada_meter, FIRST.later(number), 0, 0)
        report(database, street.ben_meter, FIRST.later(number), 6_000, 0)
    settle(database, street.community_id)

    indicators = month_of(database, street).indicators

    assert (indicators.savings_micros, indicators.savings_share) == (0, 0)
    assert indicators.gini_of_benefits is indicators.jain_of_benefits is None  # nobody gains
    assert indicators.participation_index == 1
    assert indicators.equality_index == 0.5


def test_a_tariff_that_changes_within_the_month_charges_what_comes_after(
    database: Database, street: Street
) -> None:
    """What Ben draws is the grid's, so what he would pay with the grid alone is what he pays."""
    dearer = zetdc_tariff("net_metering")
    with database.transaction() as connection:
        add_tariff(connection, street.community_id, later(dearer))
    second = Interval(day_start(date(2026, 9, 2)))
    for number in range(49):
        interval = FIRST.later(number)
        report(database, street.ada_meter, interval, 0, 0)
        report(database, street.ben_meter, interval, 6_000 if number % 4 == 0 else 0, 0)
    settle(database, street.community_id)

    found = month_of(database, street)

    assert second == FIRST.later(48)
    assert found.energies.import_wh == 78_000
    assert found.indicators.savings_micros == 0


def later(tariff: Tariff) -> Tariff:
    blocks = tuple(Block(b.up_to_wh, 2 * b.price_micros_per_kwh) for b in tariff.blocks)
    return replace(tariff, name="Twice", valid_from=date(2026, 9, 2), blocks=blocks)


def test_a_household_with_two_meters_is_one(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        second = add_meter(
            connection,
            street.community_id,
            street.ben.member_id,
            "street-ben-2",
            has_panels=False,
            connection_w=CONNECTION_W,
            active_from=START,
        )
        open_accounts(connection, street.community_id, {second.meter_id: street.ben.member_id})
    report_both(database, street, FIRST)
    report(database, second, FIRST, 100, 0)
    settle(database, street.community_id)

    found = month_of(database, street)

    assert (found.households, found.energies.import_wh) == (2, 500)


def test_another_community_counts_for_nothing(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        there = found_street(connection, "elsewhere")
    report_both(database, there, FIRST)
    settle(database, there.community_id)

    assert month_of(database, street).intervals == 0
    assert month_of(database, there).intervals == 1


def test_a_community_that_is_not_there_is_not_found(database: Database) -> None:
    with database.transaction() as connection, pytest.raises(NotFound):
        community_month(connection, 999, SEPTEMBER)
