from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.scenario import (
    Community,
    Group,
    Homes,
    Panels,
    Scenario,
    homes_of,
)
from peergrid.simulation.scenario.belongings import turns_of
from peergrid.simulation.scenario.uptake import uptake_of
from tests.simulation.scenario.streets import GROUPS, producers_of, scenario, scenarios, street

COLUMNS = [name for name in Homes.__dataclass_fields__]  # noqa: C416


def with_share(share: float, *communities: Community) -> Scenario:
    return scenario(*communities).varied("panels.share", share)


def test_things_are_spread_evenly() -> None:
    assert turns_of(6, 2, first=0).tolist() == [0, 3, 2, 5, 1, 4]
    assert sorted(turns_of(100, 3).tolist()) == list(range(100))


def test_twice_the_size_is_twice_of_every_kind() -> None:
    def kinds(homes: Homes) -> Counter[tuple[int, bool]]:
        return Counter(zip(homes.group.tolist(), homes.has_panels.tolist(), strict=True))

    once, twice = kinds(homes_of(street())), kinds(homes_of(street(24)))
    assert {kind: 2 * count for kind, count in once.items()} == twice
    assert once == {(0, True): 3, (0, False): 3, (1, True): 2, (1, False): 1, (2, False): 3}


@given(st.integers(2, 200))
def test_from_two_homes_on_there_is_a_producer_and_a_consumer(households: int) -> None:
    assert homes_of(street(households)).has_panels[:2].tolist() == [True, False]
    assert producers_of(street(households)) == pytest.approx(households * 5 / 12, abs=2)


@settings(deadline=None)
@given(scenarios())
def test_every_group_owns_exactly_what_it_says(any_scenario: Scenario) -> None:
    homes = homes_of(any_scenario)
    groups = [(each.copies, group) for each in any_scenario.communities for group in each.groups]
    for number, (copies, group) in enumerate(groups):
        mine = homes.group == number
        owned = [
            int(np.count_nonzero(mine & column))
            for column in (homes.has_panels, homes.has_battery, homes.has_geyser, homes.has_car)
        ]
        of_one = (group.with_panels, group.with_batteries, group.with_geysers, group.with_evs)
        assert owned == [copies * count for count in of_one]
        assert np.count_nonzero(mine) == copies * group.homes
    assert not (homes.has_battery & ~homes.has_panels).any()


@settings(deadline=None)
@given(scenarios(), st.integers(1, 300), st.integers(0, 300))
def test_a_larger_scenario_begins_with_the_homes_of_the_smaller(
    any_scenario: Scenario, size: int, more: int
) -> None:
    small, large = homes_of(any_scenario.resized(size)), homes_of(any_scenario.resized(size + more))
    for name in COLUMNS:
        assert (getattr(large, name)[:size] == getattr(small, name)).all()


@settings(deadline=None)
@given(scenarios(), st.floats(0, 1), st.floats(0, 1))
def test_a_share_of_panels_is_met_and_keeps_its_homes_as_it_grows(
    any_scenario: Scenario, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    few, many = (homes_of(any_scenario.varied("panels.share", share)) for share in (low, high))
    groups = sum(len(each.groups) for each in any_scenario.communities)
    wanted = high * any_scenario.households
    assert np.count_nonzero(many.has_panels) == pytest.approx(wanted, abs=groups)
    assert (few.group == many.group).all()
    by_group = [np.bincount(each.group, each.has_panels, groups) for each in (few, many)]
    assert (by_group[0] <= by_group[1]).all()


def test_a_share_grows_all_groups_by_one_factor_up_to_all_their_homes() -> None:
    community = Community("harare", (Group("lodger", 10, 1), Group("low_density", 10, 6)))
    doubled = uptake_of(with_share(0.7, community))[0]
    assert [each.with_panels for each in doubled] == pytest.approx([4, 10])  # 6 x 2 is above 10
    assert [each.with_panels for each in uptake_of(with_share(0.35, community))[0]] == [1, 6]
    assert [each.with_panels for each in uptake_of(with_share(1, community))[0]] == [10, 10]
    bare = Community("harare", (Group("lodger", 30), Group("low_density", 10)))
    assert [each.with_panels for each in uptake_of(with_share(0.2, bare))[0]] == [6, 2]


def test_a_share_too_small_for_one_community_is_spread_over_its_copies() -> None:
    many = with_share(0.01, Community("harare", GROUPS, copies=1_000))
    assert producers_of(many) == pytest.approx(120, abs=1)
    assert producers_of(with_share(0, Community("harare", GROUPS, copies=1_000))) == 0


def test_batteries_keep_their_ratio_to_panels() -> None:
    homes = (Group("low_density", 20, 10, with_batteries=5),)
    owned = homes_of(with_share(1, Community("harare", homes)))
    assert [int(column.sum()) for column in (owned.has_panels, owned.has_battery)] == [20, 10]


@settings(deadline=None)
@given(scenarios(), st.data())
def test_a_range_of_communities_is_those_rows_of_the_whole(
    any_scenario: Scenario, data: st.DataObject
) -> None:
    whole = homes_of(any_scenario)
    count = int(whole.community[-1]) + 1
    start = data.draw(st.integers(0, count))
    stop = data.draw(st.integers(start, count))
    part = homes_of(any_scenario, range(start, stop))
    rows = (whole.community >= start) & (whole.community < stop)
    for name in COLUMNS:
        assert (getattr(part, name) == getattr(whole, name)[rows]).all()


def test_no_share_is_asked_for_by_default() -> None:
    assert street().panels == Panels(share=None)
