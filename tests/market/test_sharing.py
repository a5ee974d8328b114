"""What is split adds up again, and no part is luckier than it must be."""

import doctest
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market import sharing
from peergrid.market.sharing import share_out, share_out_rows, turn_of, turns_of
from tests.strategies import NOON

TOTALS = st.integers(0, 10**12)
WEIGHTS = st.lists(st.one_of(st.just(0), st.integers(1, 3), st.integers(0, 10**9)), max_size=12)
SOME_WEIGHTS = WEIGHTS.filter(any)
TURNS = st.integers(0, 10**6)


def test_the_examples_in_the_docstrings_are_true() -> None:
    result = doctest.testmod(sharing)

    assert result.attempted >= 1
    assert result.failed == 0


def test_a_hundred_among_three_leaves_one_for_whose_turn_it_is() -> None:
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert share_out(100, [1, 1, 1], turn=1) == [33, 34, 33]
    assert share_out(100, [1, 1, 1], turn=5) == [33, 33, 34]


def test_the_largest_remainder_comes_before_whose_turn_it_is() -> None:
    assert [share_out(10, [1, 2, 4], turn) for turn in range(3)] == [[1, 3, 6]] * 3
    assert [share_out(7, [2, 3, 3], turn) for turn in (1, 2)] == [[2, 2, 3], [2, 3, 2]]


def test_nothing_is_shared_among_nobody() -> None:
    assert share_out(0, []) == []
    assert share_out(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize("weights", [[], [0, 0]])
def test_something_among_nobody_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="nobody to share 5 among"):
        share_out(5, weights)


@given(TOTALS, SOME_WEIGHTS, TURNS)
def test_the_parts_sum_to_the_total(total: int, weights: list[int], turn: int) -> None:
    assert sum(share_out(total, weights, turn)) == total


@given(TOTALS, SOME_WEIGHTS, TURNS)
def test_every_part_is_its_exact_share_rounded_down_or_up(
    total: int, weights: list[int], turn: int
) -> None:
    whole = sum(weights)
    for part, weight in zip(share_out(total, weights, turn), weights, strict=True):
        assert total * weight // whole <= part <= -(-total * weight // whole)


@given(SOME_WEIGHTS, TURNS, st.data())
def test_nobody_gets_more_than_asked_for_if_there_is_not_more_than_all_asked_for(
    weights: list[int], turn: int, data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))

    parts = share_out(total, weights, turn)

    assert all(part <= weight for part, weight in zip(parts, weights, strict=True))


@given(TOTALS, SOME_WEIGHTS, TURNS)
def test_who_weighs_more_gets_no_less(total: int, weights: list[int], turn: int) -> None:
    parts = share_out(total, weights, turn)

    by_weight = sorted(zip(weights, parts, strict=True))
    for (lighter, smaller), (heavier, larger) in pairwise(by_weight):
        assert smaller <= larger or lighter == heavier


@given(TOTALS, st.integers(1, 12), TURNS)
def test_in_as_many_turns_as_there_are_equal_parts_all_get_the_same(
    total: int, count: int, turn: int
) -> None:
    received: Counter[int] = Counter()
    for later in range(count):
        received.update(dict(enumerate(share_out(total, [1] * count, turn + later))))

    assert set(received.values()) == {total}


def test_a_neighbour_without_a_share_makes_nobody_luckier() -> None:
    turns = [share_out(1, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], turn) for turn in range(10)]

    assert [sum(parts) for parts in zip(*turns, strict=True)] == [5, 5, 0, 0, 0, 0, 0, 0, 0, 0]


def test_equal_remainders_take_turns_among_themselves_alone() -> None:
    turns = [share_out(51, [1, 1] + [10] * 10, turn) for turn in range(12)]

    assert [sum(parts) for parts in zip(*turns, strict=True)][:2] == [6, 6]


@pytest.mark.parametrize("sellers", [5, 7, 12, 24, 48])
def test_over_the_days_nobody_is_luckier(sellers: int) -> None:
    sunny = [NOON.later(48 * day + hour) for day in range(365) for hour in range(17)]
    received: Counter[int] = Counter()
    for interval in sunny:
        received.update(dict(enumerate(share_out(1, [1] * sellers, turn_of(interval)))))

    mean = len(sunny) / sellers
    assert min(received.values()) > 0.75 * mean
    assert max(received.values()) < 1.25 * mean


def test_whose_turn_it_is_can_be_asked_for_many_intervals_at_once() -> None:
    intervals = [NOON.later(step) for step in range(100)]

    turns = turns_of(np.array([interval.number for interval in intervals]))

    assert turns.tolist() == [turn_of(interval) for interval in intervals]


@given(st.data(), st.integers(0, 6), st.integers(1, 12))
def test_many_rows_at_once_are_shared_out_as_one_after_the_other(
    data: st.DataObject, rows: int, columns: int
) -> None:
    weight = data.draw(st.sampled_from([st.integers(0, 3), st.integers(0, 10**9)]))
    most = data.draw(st.sampled_from([20, 10**6, 10**15]))
    row = st.lists(weight, min_size=columns, max_size=columns)
    weights = data.draw(st.lists(row, min_size=rows, max_size=rows))
    totals = [data.draw(st.integers(0, most)) if any(row) else 0 for row in weights]
    turns = data.draw(st.lists(TURNS, min_size=rows, max_size=rows))

    parts = share_out_rows(
        np.array(totals, np.int64),
        np.array(weights, np.int64).reshape(rows, columns),
        np.array(turns, np.int64),
    )

    one_by_one = [share_out(*row) for row in zip(totals, weights, turns, strict=True)]
    assert parts.tolist() == one_by_one


def test_a_row_with_nobody_to_share_among_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody to share 5 among"):
        share_out_rows(np.array([2, 5]), np.array([[1, 1], [0, 0]]), np.array([0, 0]))
