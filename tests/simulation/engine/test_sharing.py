from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.market import sharing
from peergrid.simulation.engine import sharing as compiled_sharing
from tests.simulation.engine.calling import called

share_out = called(compiled_sharing.share_out)


def shared(total: int, weights: list[int], turn: int) -> list[int]:
    """What the kernel makes of it, its room full of rubbish as in a run."""
    parts, spare, room = np.full((3, len(weights)), -7.0)
    whole = float(sum(weights))
    turns: Any = np.uint64(turn)
    share_out(float(total), np.array(weights, np.float64), whole, turns, parts, spare, room)
    return [int(part) for part in parts]


def agree(total: int, weights: list[int], turn: int) -> None:
    assert shared(total, weights, turn) == sharing.share_out(total, weights, turn)


def test_a_hundred_in_three_leaves_one_over_and_it_takes_turns() -> None:
    assert shared(100, [1, 1, 1], 0) == [34, 33, 33]
    assert shared(100, [1, 1, 1], 1) == [33, 34, 33]


def test_the_largest_remainder_gets_what_is_left_over() -> None:
    assert shared(10, [3, 3, 1], 0) == [4, 4, 2]  # 30/7, 30/7, 10/7


@settings(deadline=None, max_examples=300)
@given(
    weights=st.lists(st.integers(0, 32_767), min_size=1, max_size=300).filter(any),
    part=st.floats(0, 1),
    turn=st.integers(0, 2**32 - 1),
)
def test_parts_are_those_of_the_market(weights: list[int], part: float, turn: int) -> None:
    agree(max(1, int(part * sum(weights))), weights, turn)


@settings(deadline=None, max_examples=300)
@given(
    weights=st.lists(st.sampled_from([0, 1, 5, 400]), min_size=1, max_size=300).filter(any),
    part=st.floats(0, 1),
    turn=st.integers(0, 2**32 - 1),
)
def test_equal_homes_take_turns_as_in_the_market(
    weights: list[int], part: float, turn: int
) -> None:
    agree(max(1, int(part * sum(weights))), weights, turn)


@settings(deadline=None)
@given(
    weights=st.lists(st.integers(0, 2**24), min_size=1, max_size=60).filter(any),
    total=st.integers(1, 2**35),
    turn=st.integers(0, 2**32 - 1),
)
def test_a_large_pool_is_shared_to_the_last_unit(weights: list[int], total: int, turn: int) -> None:
    agree(total, weights, turn)


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 18, 33, 150, 1_000])
def test_any_number_of_equal_homes_is_served(count: int) -> None:
    for total in {1, count // 2 + 1, count + 1, 7 * count - 1}:
        agree(total, [7] * count, 3)
