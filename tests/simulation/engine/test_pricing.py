"""Schemes without a compiled body give what the market gives for the same readings."""

from typing import Any

import numpy as np
import pytest

from peergrid.energy import INTERVALS_PER_DAY, Interval, day_start
from peergrid.market.clearing import clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import SCHEMES, plain_terms
from peergrid.market.standing import standings_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.engine import pricing
from peergrid.simulation.engine.calendar import APART
from peergrid.simulation.engine.columns import HABITS, SCHEME_NAMES, Series, Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Outages, Scenario
from tests.simulation.streets import START, WITH_EVERYTHING, street

BY_PYTHON = sorted(SCHEMES.keys() - set(SCHEME_NAMES))
AMOUNTS = (
    *("paid_micros", "earned_micros", "retail_micros", "levy_micros", "feed_in_micros"),
    *("credit_earned_wh", "credit_used_wh"),
)
FOUR_DAYS = street(
    WITH_EVERYTHING,
    copies=3,
    days=4,
    start=START.replace(day=29),
    transformer_kva=8,
    outages=Outages(hours_per_day=6),
)


def lived(scenario: Scenario, *, threads: int = 1, pieces: tuple[int, ...] = ()) -> Engine:
    engine = Engine(scenario, threads=threads)
    for intervals in pieces or (scenario.days * INTERVALS_PER_DAY,):
        engine.advance(intervals)
    return engine


def by_the_market(scenario: Scenario) -> dict[str, Any]:
    """What the market makes of all readings of the first community at once, by home."""
    engine, readings = Engine(scenario, threads=1), []
    engine.record()
    homes = slice(0, int(engine.communities.facts[2, 0]))
    for _ in range(scenario.days):
        engine.advance(INTERVALS_PER_DAY)
        counted = (engine.recording.import_wh, engine.recording.export_wh)
        readings.append(np.stack([wh[:, homes].astype(np.int64) for wh in counted]))
    imports, exports = np.concatenate(readings, axis=1)
    first = Interval(day_start(scenario.start)).number
    numbers, ids = np.arange(first, first + len(imports)), np.arange(1, imports.shape[1] + 1)
    there = np.ones(imports.shape, np.bool_)
    metered = Metered(numbers, ids, imports, exports, there)
    standings = standings_of(ids, {}, scenario.start.replace(day=1))
    tariff, terms = zetdc_tariff(scenario.scheme), plain_terms(len(ids))
    parts = [each.shares for each in clearings(metered, standings, [tariff], terms)]
    sums = {name: sum(part.of(name).sum(axis=0) for part in parts) for name in AMOUNTS}
    sums["bought_wh"] = sum(part.flows.bought_wh.sum(axis=0) for part in parts)
    sums["sold_wh"] = sum(part.flows.sold_wh.sum(axis=0) for part in parts)
    return sums


@pytest.mark.parametrize("scheme", SCHEMES)
def test_homes_owe_what_the_market_says_of_their_readings_over_a_month_s_end(scheme: str) -> None:
    scenario = FOUR_DAYS.under(scheme)
    run, expected = lived(scenario).run(), by_the_market(scenario)

    for name, of_homes in expected.items():
        np.testing.assert_array_equal(run.homes[name][: len(of_homes)], of_homes, name)
    assert run.homes["bought_wh"].sum() > 0


@pytest.mark.parametrize("scheme", BY_PYTHON)
def test_threads_and_pieces_of_time_make_no_difference(scheme: str) -> None:
    scenario = FOUR_DAYS.under(scheme)
    whole, pieces = lived(scenario), (1, 46, 1, 20, 100, 24)
    for other in (lived(scenario, threads=3), lived(scenario, pieces=pieces)):
        np.testing.assert_array_equal(other.homes.totals, whole.homes.totals)
        np.testing.assert_array_equal(other.series, whole.series)
        np.testing.assert_array_equal(other.communities.price, whole.communities.price)


@pytest.mark.parametrize("scheme", BY_PYTHON)
def test_a_large_community_is_priced_some_intervals_at_a_time(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = FOUR_DAYS.under(scheme)
    whole = lived(scenario)
    monkeypatch.setattr(pricing, "AT_ONCE", 60)
    in_parts = lived(scenario)

    np.testing.assert_array_equal(in_parts.homes.totals, whole.homes.totals)
    np.testing.assert_array_equal(in_parts.series, whole.series)


def test_who_looks_at_a_month_of_bill_sharing_early_changes_nothing_in_it() -> None:
    scenario = street(WITH_EVERYTHING, scheme="bill_sharing", days=3)
    asked, other = Engine(scenario, threads=1), lived(scenario)
    for _ in range(3):
        asked.advance(INTERVALS_PER_DAY)
        looked = asked.run()
        retail = looked.homes["retail_micros"]
        assert looked.series[0, Series.RETAIL_MICROS].sum() == retail.sum()

    np.testing.assert_array_equal(asked.homes.totals, other.homes.totals)
    np.testing.assert_array_equal(asked.series, other.series)
    np.testing.assert_array_equal(looked.bills_micros, other.run().bills_micros)


def test_energy_credit_that_a_home_has_left_is_used_once_when_the_month_is_closed() -> None:
    scenario = street(scheme="bill_sharing", days=3)
    plain, engine = lived(scenario), Engine(scenario, threads=1)
    engine.homes.totals[Total.CREDIT_WH] = 3_000
    engine.advance(scenario.days * INTERVALS_PER_DAY)
    of, without = engine.homes.totals, plain.homes.totals

    used = of[Total.CREDIT_USED_WH]
    assert used.tolist() == [3_000] * len(used)
    assert not of[Total.CREDIT_WH].any()
    np.testing.assert_array_equal(of[Total.BILLED_WH] + used, without[Total.BILLED_WH])
    assert (of[Total.RETAIL_MICROS] < without[Total.RETAIL_MICROS]).all()


def test_until_the_month_is_over_bill_sharing_asks_for_what_neighbours_did_not_cover() -> None:
    scenario = street(WITH_EVERYTHING, scheme="bill_sharing", days=10, start=START)
    engine = lived(scenario, pieces=(INTERVALS_PER_DAY,))
    drawn, shared = engine.series[0, Series.IMPORT_WH], engine.series[0, Series.SHARED_WH]
    price = engine.communities.price[0]

    covered = (drawn > 0) & (shared == drawn)
    assert covered.any()
    assert (price[covered] == 0).all()
    assert (price[(drawn > 0) & (shared == 0)] >= 84_790).all()  # the first block with its levy


@pytest.mark.parametrize("scheme", sorted({*BY_PYTHON} - {*APART}))
def test_homes_that_react_follow_the_prices_of_the_scheme(scheme: str) -> None:
    scenario = street(WITH_EVERYTHING, days=5)
    engine = lived(scenario.under(scheme))
    today = engine.day(5)
    price = engine.communities.price[0]
    cheapest_first = np.argsort(np.where(price < 0, 2**62, price), kind="stable")

    assert len(set(price.tolist())) > 2
    assert today.order[HABITS].tolist() == cheapest_first.tolist()
