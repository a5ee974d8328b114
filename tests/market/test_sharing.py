"""What is split adds up again, and no part is luckier than it must be."""

import doctest
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import Reading
from peergrid.market import sharing
from peergrid.market.sharing import Flow, share_energy, share_out, turn_of
from tests.strategies import NOON, communities

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


def test_a_surplus_serves_the_neighbour_first_and_the_grid_gets_the_rest() -> None:
    ada = Reading(1, NOON, import_wh=0, export_wh=1_000)
    ben = Reading(2, NOON, import_wh=400, export_wh=0)

    flows = share_energy(NOON, [ada, ben])

    assert flows == [
        Flow(1, import_wh=0, export_wh=1_000, bought_wh=0, sold_wh=400),
        Flow(2, import_wh=400, export_wh=0, bought_wh=400, sold_wh=0),
    ]
    assert (flows[0].grid_export_wh, flows[1].grid_import_wh) == (600, 0)


def test_a_deficit_is_shared_in_proportion_to_what_each_draws() -> None:
    ada = Reading(1, NOON, import_wh=0, export_wh=600)
    ben = Reading(2, NOON, import_wh=1_000, export_wh=0)
    rudo = Reading(3, NOON, import_wh=2_000, export_wh=0)

    flows = share_energy(NOON, [ada, ben, rudo])

    assert [flow.bought_wh for flow in flows] == [0, 200, 400]
    assert [flow.grid_import_wh for flow in flows] == [0, 800, 1_600]
    assert [flow.grid_export_wh for flow in flows] == [0, 0, 0]


@given(communities())
def test_every_wh_read_is_accounted_for(readings: list[Reading]) -> None:
    flows = share_energy(NOON, readings)

    for reading, flow in zip(readings, flows, strict=True):
        assert flow.meter_id == reading.meter_id
        assert flow.bought_wh + flow.grid_import_wh == reading.import_wh
        assert flow.sold_wh + flow.grid_export_wh == reading.export_wh
        assert min(flow.bought_wh, flow.grid_import_wh, flow.sold_wh, flow.grid_export_wh) >= 0


@given(communities())
def test_the_scarcer_side_is_served_in_full(readings: list[Reading]) -> None:
    flows = share_energy(NOON, readings)

    bought_wh = sum(flow.bought_wh for flow in flows)
    assert bought_wh == sum(flow.sold_wh for flow in flows)
    assert bought_wh == min(sum(r.import_wh for r in readings), sum(r.export_wh for r in readings))
