"""How evenly something is spread over homes."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.indicators import gini, jain, shifted

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


def test_amounts_below_nothing_are_shifted_and_others_are_not() -> None:
    assert shifted([-3, 0, 4]) == [0, 3, 7]
    assert shifted([1, 2]) == [1, 2]
    assert shifted([]) == []


@given(st.lists(st.integers(-(10**12), 10**12), max_size=12))
def test_a_shift_keeps_all_differences(amounts: list[int]) -> None:
    raised = shifted(amounts)

    assert all(amount >= 0 for amount in raised)
    assert len({new - old for new, old in zip(raised, amounts, strict=True)}) <= 1
