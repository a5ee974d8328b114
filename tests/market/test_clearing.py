"""Clearing keeps its promises for every community, not only for the examples."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import INTERVALS_PER_DAY, Interval, Reading
from peergrid.market.clearing import Clearing, clear, standings_after
from peergrid.market.shares import Share
from peergrid.market.standing import Standing
from peergrid.market.tariff import Block, Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from tests.strategies import (
    AUGUST,
    FIRST,
    NOON,
    QUICKLY,
    SEPTEMBER,
    STANDINGS,
    Month,
    by_meter,
    communities,
    months,
    tariffs,
)

ADA = Reading(1, NOON, import_wh=0, export_wh=1_000)
BEN = Reading(2, NOON, import_wh=400, export_wh=0)
MID_MARKET = zetdc_tariff("mid_market")
NET_METERING = zetdc_tariff("net_metering")
LAST_OF_SEPTEMBER = Interval(datetime(2026, 9, 30, 21, 30, tzinfo=UTC))
FIRST_OF_OCTOBER = Interval(datetime(2026, 9, 30, 22, tzinfo=UTC))


def cleared(month: Month, tariff: Tariff) -> list[Clearing]:
    """The clearings of consecutive intervals, each from where the one before it ended."""
    clearings, standings = [], dict[int, Standing]()
    for readings in month:
        clearing = clear(readings[0].interval, readings, standings, tariff)
        standings = standings_after(clearing, standings)
        clearings.append(clearing)
    return clearings


def costs_micros(clearings: list[Clearing]) -> Counter[int]:
    """What each meter owes for all of them."""
    costs: Counter[int] = Counter()
    for clearing in clearings:
        for share in clearing.shares:
            costs[share.flow.meter_id] += share.cost_micros
    return costs


def amounts_of(share: Share) -> tuple[int, ...]:
    """All that a share books, none of which may be negative."""
    return (
        *(share.billed_wh, share.paid_micros, share.earned_micros, share.retail_micros),
        *(share.levy_micros, share.feed_in_micros, share.credit_earned_wh, share.credit_used_wh),
    )


def alone_micros(readings: list[Reading], tariff: Tariff) -> int:
    """What a home owes for a month without neighbours: the grid's bill less its feed-in."""
    bill = sum(tariff.charge_micros(0, sum(reading.import_wh for reading in readings)))
    return bill - sum(tariff.feed_in_micros(reading.export_wh) for reading in readings)


def rounding_micros(meter_id: int, clearings: list[Clearing]) -> int:
    """The most that rounding can cost a meter over a month under the mid-market rate.

    What a buyer pays is made of three rounded amounts (retail, levy, feed-in) and halved:
    below 2 micros above half the exact ones, each interval, for its blocks stand still while
    it buys. So each buyer's payment may also fall below the worth of export, by less than 1,
    and a seller bears that of every buyer, and 2 of its own (its cut of the sum, its feed-in).
    The bills of the grid, two roundings each, are 3 apart at most, once.
    """
    allowed = 3
    for clearing in clearings:
        flow = next(s.flow for s in clearing.shares if s.flow.meter_id == meter_id)
        if flow.bought_wh:
            allowed += 2
        if flow.sold_wh:
            allowed += 2 + sum(1 for share in clearing.shares if share.flow.bought_wh)
    return allowed


def test_one_street_of_two_homes() -> None:
    clearing = clear(NOON, [ADA, BEN], {}, MID_MARKET)

    assert (clearing.supply_wh, clearing.demand_wh, clearing.shared_wh) == (1_000, 400, 400)
    assert (clearing.grid_export_wh, clearing.grid_import_wh) == (600, 0)
    assert [share.cost_micros for share in clearing.shares] == [-29_760 - 38_400, 29_760]
    assert clearing.price_micros_per_kwh == 74_400
    assert clearing.payout_micros_per_kwh == 68_160


def test_the_price_of_a_kwh_drawn_has_its_levy_in_it() -> None:
    clearing = clear(NOON, [ADA, BEN], {}, NET_METERING)

    assert clearing.price_micros_per_kwh == 84_800
    assert clearing.payout_micros_per_kwh == 0


def test_nobody_at_all_is_cleared_too() -> None:
    clearing = clear(NOON, [], {}, MID_MARKET)

    assert clearing == Clearing(NOON, "mid_market", ())
    assert (clearing.price_micros_per_kwh, clearing.payout_micros_per_kwh) == (None, None)
    assert clearing.unbalanced_micros == 0


def test_a_reading_of_another_interval_is_refused() -> None:
    late = Reading(2, NOON.later(1), 400, 0)

    with pytest.raises(ValueError, match=r"meter 2: its reading of .* is of another time"):
        clear(NOON, [ADA, late], {}, MID_MARKET)


def test_two_readings_of_one_meter_are_refused() -> None:
    with pytest.raises(ValueError, match="meter 1 has two readings for 2026-09-01 10:00"):
        clear(NOON, [ADA, BEN, ADA], {}, MID_MARKET)


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="no scheme is called 'barter'"):
        clear(NOON, [ADA, BEN], {}, MID_MARKET.under("barter"))


def test_the_month_turns_at_local_midnight_back_to_the_first_block_and_keeps_the_credit() -> None:
    september = {1: Standing(SEPTEMBER, billed_wh=300_000, exported_wh=3, credit_wh=500)}

    before = clear(
        LAST_OF_SEPTEMBER, [Reading(1, LAST_OF_SEPTEMBER, 1_500, 0)], september, NET_METERING
    )
    after = clear(
        FIRST_OF_OCTOBER, [Reading(1, FIRST_OF_OCTOBER, 1_500, 0)], september, NET_METERING
    )

    assert before.shares[0].credit_used_wh == after.shares[0].credit_used_wh == 500
    assert (before.shares[0].retail_micros, before.shares[0].levy_micros) == (250_000, 15_000)
    assert (after.shares[0].retail_micros, after.shares[0].levy_micros) == (80_000, 4_800)
    assert standings_after(before, september)[1] == Standing(SEPTEMBER, 301_000, 3, 0)
    assert standings_after(after, september)[1] == Standing(date(2026, 10, 1), 1_000, 0, 0)


def test_who_has_no_standing_yet_is_new_and_who_sent_no_reading_keeps_theirs() -> None:
    absent = Standing(AUGUST, billed_wh=9)

    after = standings_after(clear(NOON, [BEN], {7: absent}, NET_METERING), {7: absent})

    assert after == {2: Standing(SEPTEMBER, billed_wh=400), 7: absent}


def test_a_whole_month_of_a_street_beats_the_grid_for_every_home() -> None:
    """Six homes, three with panels, 1,440 half hours; some climb to the last block."""
    numbers = (step * 7_919 % 1_009 for step in count())
    month = [
        [
            Reading(
                meter_id,
                FIRST.later(step),
                next(numbers) * meter_id // 5,
                2 * next(numbers) if meter_id % 2 and 14 < step % INTERVALS_PER_DAY < 34 else 0,
            )
            for meter_id in range(1, 7)
        ]
        for step in range(30 * INTERVALS_PER_DAY)
    ]

    clearings = cleared(month, MID_MARKET)

    costs = costs_micros(clearings)
    alone = {meter_id: alone_micros(own, MID_MARKET) for meter_id, own in by_meter(month).items()}
    billed_wh = [sum(c.shares[place].billed_wh for c in clearings) for place in range(6)]
    assert min(billed_wh) < 100_000
    assert max(billed_wh) > 400_000
    assert all(costs[meter_id] < alone[meter_id] for meter_id in alone)


def test_in_the_worst_case_each_buyer_costs_a_seller_half_a_micro() -> None:
    """At less than half a micro per Wh, a hundred buyers of one Wh each pay nothing at all."""
    tariff = Tariff("tiny", SEPTEMBER, "mid_market", (Block(None, 499),), 0, 0, 499)
    seller = Reading(1, NOON, 0, 100)
    buyers = [Reading(meter_id, NOON, 1, 0) for meter_id in range(2, 102)]

    clearings = [clear(NOON, [seller, *buyers], {}, tariff)]

    loss = costs_micros(clearings)[1] - alone_micros([seller], tariff)
    assert loss == 50
    assert loss <= rounding_micros(1, clearings)


def test_in_the_worst_case_a_buyer_loses_one_and_a_half_micros_each_time_it_buys() -> None:
    """After 16 Wh at half a micro each, one Wh more is a whole micro, and the first of levy."""
    tariff = Tariff("tiny", SEPTEMBER, "mid_market", (Block(None, 500),), 60_000, 0, 500)
    first = [Reading(1, FIRST, 0, 0), Reading(2, FIRST, 16, 0)]
    others = [
        [Reading(1, FIRST.later(step), 0, 1), Reading(2, FIRST.later(step), 1, 0)]
        for step in range(1, 101)
    ]

    clearings = cleared([first, *others], tariff)

    loss = costs_micros(clearings)[2] - alone_micros(by_meter([first, *others])[2], tariff)
    assert loss == 147
    assert loss <= rounding_micros(2, clearings)


@QUICKLY
@given(months())
def test_with_the_tariff_of_zimbabwe_nobody_is_worse_off_by_a_single_micro(month: Month) -> None:
    clearings = cleared(month, MID_MARKET)

    costs = costs_micros(clearings)
    for meter_id, readings in by_meter(month).items():
        flows = [s.flow for c in clearings for s in c.shares if s.flow.meter_id == meter_id]
        trades = any(flow.bought_wh or flow.sold_wh for flow in flows)
        alone = alone_micros(readings, MID_MARKET)
        assert costs[meter_id] < alone if trades else costs[meter_id] == alone


@QUICKLY
@given(months(), tariffs("mid_market"))
def test_nobody_is_worse_off_than_with_the_grid_alone_but_for_rounding(
    month: Month, tariff: Tariff
) -> None:
    clearings = cleared(month, tariff)

    costs = costs_micros(clearings)
    for meter_id, readings in by_meter(month).items():
        allowed = rounding_micros(meter_id, clearings)
        assert costs[meter_id] <= alone_micros(readings, tariff) + allowed


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_every_wh_read_is_accounted_for(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    by_id = {reading.meter_id: reading for reading in readings}
    assert [share.flow.meter_id for share in clearing.shares] == sorted(by_id)
    for share in clearing.shares:
        reading = by_id[share.flow.meter_id]
        assert share.flow.bought_wh + share.flow.grid_import_wh == reading.import_wh
        assert share.flow.sold_wh + share.flow.grid_export_wh == reading.export_wh
    assert sum(s.flow.bought_wh for s in clearing.shares) == clearing.shared_wh
    assert sum(s.flow.sold_wh for s in clearing.shares) == clearing.shared_wh
    assert sum(s.flow.grid_import_wh for s in clearing.shares) == clearing.grid_import_wh
    assert sum(s.flow.grid_export_wh for s in clearing.shares) == clearing.grid_export_wh


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_neighbours_pay_each_other_and_no_micro_is_lost(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    paid_micros = sum(share.paid_micros for share in clearing.shares)
    earned_micros = sum(share.earned_micros for share in clearing.shares)
    assert paid_micros == earned_micros
    assert clearing.unbalanced_micros == 0


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_what_the_grid_delivers_is_billed_or_taken_from_the_credit(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    for share in clear(NOON, readings, standings, tariff).shares:
        alone = tariff.scheme in {"net_metering", "feed_in"}
        from_grid_wh = share.flow.import_wh if alone else share.flow.grid_import_wh
        if tariff.scheme != "bill_sharing":  # there all bill what all drew
            assert share.billed_wh + share.credit_used_wh == from_grid_wh
        assert min(amounts_of(share)) >= 0


@QUICKLY
@given(months(), tariffs(), st.integers(0, 50_000))
def test_a_credit_is_never_negative_and_never_more_than_was_earned(
    month: Month, tariff: Tariff, had_wh: int
) -> None:
    standings = {1: Standing(AUGUST, credit_wh=had_wh)}
    earned_wh: Counter[int] = Counter({1: had_wh})
    for readings in month:
        clearing = clear(readings[0].interval, readings, standings, tariff)
        standings = standings_after(clearing, standings)
        for share in clearing.shares:
            earned_wh[share.flow.meter_id] += share.credit_earned_wh

        for meter_id, standing in standings.items():
            assert 0 <= standing.credit_wh <= earned_wh[meter_id]


@QUICKLY
@given(months(), tariffs("net_metering"))
def test_a_month_of_exports_is_credited_at_the_tariffs_ratio(month: Month, tariff: Tariff) -> None:
    clearings = cleared(month, tariff)

    earned_wh: Counter[int] = Counter()
    for clearing in clearings:
        for share in clearing.shares:
            earned_wh[share.flow.meter_id] += share.credit_earned_wh
    for meter_id, readings in by_meter(month).items():
        exported_wh = sum(reading.export_wh for reading in readings)
        assert earned_wh[meter_id] == tariff.credit_wh(0, exported_wh)


@QUICKLY
@given(months(), tariffs())
def test_the_grids_bills_of_a_month_sum_to_what_the_billed_energy_costs(
    month: Month, tariff: Tariff
) -> None:
    clearings = cleared(month, tariff)

    for place in range(len(month[0])):
        shares = [clearing.shares[place] for clearing in clearings]
        billed_wh = sum(share.billed_wh for share in shares)
        assert sum(s.retail_micros for s in shares) == tariff.retail_micros(billed_wh)
        assert sum(s.levy_micros for s in shares) == tariff.levy_micros(billed_wh)


@QUICKLY
@given(communities(), STANDINGS, tariffs(), st.randoms(use_true_random=False))
def test_the_order_of_the_readings_does_not_matter(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff, dice: Random
) -> None:
    shuffled = sorted(readings, key=lambda _: dice.random())

    assert clear(NOON, shuffled, standings, tariff) == clear(NOON, readings, standings, tariff)


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_what_comes_in_is_left_as_it_was(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    before = [*readings], {**standings}

    standings_after(clear(NOON, readings, standings, tariff), standings)

    assert (readings, standings) == before
