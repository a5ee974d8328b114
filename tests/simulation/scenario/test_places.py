from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.scenario import Community, Group, Scenario, groups_of, layout_of
from peergrid.simulation.scenario.places import in_turn, rank_in
from tests.simulation.scenario.streets import GROUPS, scenario, scenarios, street

WEIGHTS = st.lists(st.integers(1, 50), min_size=1, max_size=6)


def test_two_to_one_takes_turns_two_to_one() -> None:
    # Quotients 2, 2/3, 2/5, ... and 1, 1/3, ...: the largest first.
    assert in_turn([2, 1], 6).tolist() == [0, 1, 0, 0, 1, 0]
    assert in_turn([2, 1], 6, first=(1, 1)).tolist() == [1, 1, 0, 0, 0, 0]


@given(WEIGHTS, st.integers(1, 300))
def test_each_place_goes_to_the_one_that_lacks_most(weights: list[int], count: int) -> None:
    placed = [0] * len(weights)
    for chosen in in_turn(weights, count):
        quotients = [weight / (2 * have + 1) for weight, have in zip(weights, placed, strict=True)]
        assert chosen == quotients.index(max(quotients))
        placed[chosen] += 1


@given(WEIGHTS, st.integers(1, 4))
def test_whole_rounds_are_exactly_in_proportion(weights: list[int], rounds: int) -> None:
    placed = np.bincount(in_turn(weights, rounds * sum(weights)), minlength=len(weights))
    assert placed.tolist() == [rounds * weight for weight in weights]


@given(st.lists(st.integers(0, 4), max_size=30))
def test_a_rank_counts_the_equal_ones_before(numbers: list[int]) -> None:
    expected = [numbers[:at].count(number) for at, number in enumerate(numbers)]
    assert rank_in(np.array(numbers, np.int64)).tolist() == expected


def test_the_first_home_is_of_the_group_with_most_panels() -> None:
    community = Community("harare", (Group("lodger", 9), Group("low_density", 2, 2)))
    assert groups_of(community, 11).tolist()[:2] == [1, 0]
    assert np.bincount(groups_of(community, 11)).tolist() == [9, 2]


def test_a_single_community_grows_and_several_become_more() -> None:
    grown = layout_of(street(30))
    assert (grown.kind.tolist(), grown.copy.tolist(), grown.homes.tolist()) == ([0], [0], [30])
    two = scenario(
        Community("harare", GROUPS, copies=2), Community("bulawayo", (Group("lodger", 4),))
    )
    assert two.households == 28
    more = layout_of(two.resized(44))
    assert more.kind.tolist() == [0, 1, 0, 0, 1]
    assert more.copy.tolist() == [0, 0, 1, 2, 1]
    assert more.homes.tolist() == [12, 4, 12, 12, 4]
    assert more.first.tolist() == [0, 12, 16, 28, 40]
    assert layout_of(two.resized(13)).homes.tolist() == [12, 1]


@settings(deadline=None)
@given(scenarios(), st.integers(1, 400), st.integers(1, 400))
def test_a_larger_scenario_begins_with_the_smaller_one(
    any_scenario: Scenario, one: int, other: int
) -> None:
    small, large = (layout_of(any_scenario.resized(size)) for size in sorted((one, other)))
    count = len(small.homes)
    assert small.homes.sum() == min(one, other)
    assert large.kind[:count].tolist() == small.kind.tolist()
    assert large.homes[: count - 1].tolist() == small.homes[:-1].tolist()
    assert large.homes[count - 1] >= small.homes[-1] >= 1


@given(scenarios())
def test_each_kind_has_its_copies(any_scenario: Scenario) -> None:
    kinds = np.bincount(layout_of(any_scenario).kind, minlength=len(any_scenario.communities))
    assert kinds.tolist() == [each.copies for each in any_scenario.communities]


def test_ten_million_homes_are_laid_out_at_once() -> None:
    many = scenario(replace(Community("harare", GROUPS), copies=800_000))
    assert layout_of(many).homes.sum() == pytest.approx(9_600_000)
