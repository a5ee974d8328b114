"""How well a community uses its sun, held to published figures."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import MAX_WH, Reading
from peergrid.market.indicators import gini, jain, self_consumption, self_sufficiency
from tests.strategies import NOON

ENERGIES_WH = st.integers(0, MAX_WH)


def test_a_home_that_uses_three_of_ten_kwh_and_draws_nothing() -> None:
    """gsy-e's worked example: 10 kWh made, 1 used at once, 2 from the battery, 7 sent out."""
    assert self_consumption(3_000, 10_000) == 0.3
    assert self_sufficiency(3_000, 3_000) == 1


def test_without_sun_or_without_demand_there_is_no_rate() -> None:
    assert self_consumption(0, 0) is None
    assert self_sufficiency(0, 0) is None


def test_a_home_without_panels_draws_all_it_uses() -> None:
    assert self_sufficiency(0, 500) == 0


@given(ENERGIES_WH, ENERGIES_WH, ENERGIES_WH)
def test_a_rate_of_any_reading_lies_between_none_and_all(
    import_wh: int, export_wh: int, generation_wh: int
) -> None:
    reading = Reading(1, NOON, import_wh, export_wh, generation_wh)

    used_wh = reading.self_consumed_wh
    assert 0 <= (self_consumption(used_wh, reading.generation_wh) or 0) <= 1
    assert 0 <= (self_sufficiency(used_wh, reading.demand_wh) or 0) <= 1


AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("amounts", "uneven", "even"),
    [([1, 1, 1, 1], 0, 1), ([1, 2, 3, 4], 0.25, 25 / 30), ([0, 0, 0, 1], 0.75, 0.25)],
)
def test_gini_and_jain_of_four_homes(amounts: list[int], uneven: float, even: float) -> None:
    """1, 2, 3, 4: pairs differ by 20 in all, 20 / (2 x 16 x 2.5); 10^2 / (4 x 30)."""
    assert gini(amounts) == uneven
    assert jain(amounts) == even


def test_nothing_is_spread_neither_evenly_nor_unevenly() -> None:
    assert gini([]) is gini([0, 0]) is jain([]) is jain([0]) is None


@pytest.mark.parametrize("index", [gini, jain])
def test_an_amount_below_nothing_is_refused(index: Callable[[list[int]], float | None]) -> None:
    with pytest.raises(ValueError, match="an amount is -1: each must be 0 or more"):
        index([3, -1])


@given(AMOUNTS)
def test_gini_is_the_mean_difference_of_all_pairs_over_twice_the_mean(amounts: list[int]) -> None:
    count, total = len(amounts), sum(amounts)
    pairs = sum(abs(one - other) for one in amounts for other in amounts)

    assert gini(amounts) == pytest.approx(pairs / (2 * count * total), abs=1e-12)


@given(AMOUNTS, st.integers(1, 10**6), st.randoms())
def test_evenness_knows_no_unit_and_no_order(
    amounts: list[int], unit: int, order: random.Random
) -> None:
    shuffled = [unit * amount for amount in order.sample(amounts, len(amounts))]

    assert gini(shuffled) == pytest.approx(gini(amounts))
    assert jain(shuffled) == pytest.approx(jain(amounts))
    assert 0 <= (gini(amounts) or 0) <= 1 - 1 / len(amounts) + 1e-12
    assert 1 / len(amounts) - 1e-12 <= (jain(amounts) or 0) <= 1
