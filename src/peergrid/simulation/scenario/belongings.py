"""What each home owns: the panels, batteries, geysers and cars of a scenario, handed out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.scenario.model import Community, Scenario
from peergrid.simulation.scenario.places import groups_of, layout_of, leaders_of, rank_in
from peergrid.simulation.scenario.uptake import uptake_of

# What is handed out in an order of its own has nothing to do with what else a home owns.
PANELS_BASE, GEYSERS_BASE, CARS_BASE = 2, 3, 5


@dataclass(frozen=True)
class Homes:
    """The homes of some communities, one row a home [n], ordered by community, then place.

    ``community`` counts from 0 and ``place`` in it from 1; ``group`` counts through the groups
    of all kinds of community. The rest says what a home owns.
    """

    community: NDArray[np.int32]
    place: NDArray[np.int32]
    group: NDArray[np.int16]
    has_panels: NDArray[np.bool_]
    has_battery: NDArray[np.bool_]
    has_geyser: NDArray[np.bool_]
    has_car: NDArray[np.bool_]


@dataclass(frozen=True)
class _Pattern:
    """One kind's homes in order [m], the same in every copy.

    ``round`` is how often its group is complete before a home; ``first_for`` tells, for each
    thing to own, how many homes of its group come before it when that is handed out.
    """

    group: NDArray[np.int64]
    round: NDArray[np.int64]
    first_for: NDArray[np.int64]  # [3, m]: panels and batteries, geysers, cars


def homes_of(scenario: Scenario, communities: range | None = None) -> Homes:
    """The homes of all ``communities``, or of a range of them; exactly those rows of the whole."""
    layout = layout_of(scenario)
    chosen = communities if communities is not None else range(len(layout.homes))
    numbers = np.arange(chosen.start, chosen.stop)
    sizes = layout.homes[numbers]
    community = np.repeat(numbers.astype(np.int32), sizes)
    place = np.arange(len(community)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    kind = np.repeat(layout.kind[numbers], sizes)

    longest = [scenario.households if scenario.is_one_community else 0]
    patterns = [
        _pattern(each, max(each.homes, *longest), before)
        for each, before in zip(scenario.communities, _groups_before(scenario), strict=True)
    ]
    lengths = np.array([len(each.group) for each in patterns])
    at = (np.cumsum(lengths) - lengths)[kind] + place - 1
    group = np.concatenate([each.group for each in patterns])[at]
    cycle = np.concatenate([each.round for each in patterns])[at]
    cycle += np.repeat(layout.copy[numbers], sizes)
    first_for = np.concatenate([each.first_for for each in patterns], axis=1)[:, at]

    uptakes = [each for kinds in uptake_of(scenario) for each in kinds]
    groups = [each for kinds in scenario.communities for each in kinds.groups]
    with_panels = _in_round([each.with_panels for each in uptakes], group, cycle)
    with_batteries = _in_round([each.with_batteries for each in uptakes], group, cycle)
    return Homes(
        community,
        place.astype(np.int32),
        group.astype(np.int16),
        has_panels=first_for[0] < with_panels,
        has_battery=first_for[0] < np.minimum(with_batteries, with_panels),
        has_geyser=first_for[1] < np.array([each.with_geysers for each in groups])[group],
        has_car=first_for[2] < np.array([each.with_evs for each in groups])[group],
    )


def turns_of(homes: int, base: int, first: int = 1) -> NDArray[np.int64]:
    """When each of ``homes`` in a row gets a thing, if they get it evenly spread [homes].

    Whoever gets one of ``x`` also gets one of ``x + 1``. With ``first`` 0 the first home is the
    first to get it, with 1 half of them come before it.

    Source: the radical inverse, J. G. van der Corput, 1935.

    >>> turns_of(6, 2, first=0).tolist()
    [0, 3, 2, 5, 1, 4]
    """
    left = first + np.arange(homes)
    inverse = np.zeros(homes)
    part = 1.0
    while left.any():
        part /= base
        left, digit = np.divmod(left, base)
        inverse += digit * part
    turns = np.empty(homes, np.int64)
    turns[np.argsort(inverse, kind="stable")] = np.arange(homes)
    return turns


def _pattern(community: Community, homes: int, groups_before: int) -> _Pattern:
    group = groups_of(community, homes)
    times, rank = np.divmod(rank_in(group), np.array([g.homes for g in community.groups])[group])
    first_for = np.empty((3, homes), np.int64)
    for row, base in enumerate((PANELS_BASE, GEYSERS_BASE, CARS_BASE)):
        for number, each in enumerate(community.groups):
            turns = (
                _panels_turns(each.homes, number, leaders_of(community))
                if base == PANELS_BASE
                else turns_of(each.homes, base)
            )
            mine = group == number
            first_for[row, mine] = turns[rank[mine]]
    return _Pattern(group + groups_before, times, first_for)


def _panels_turns(homes: int, group: int, leaders: tuple[int, ...]) -> NDArray[np.int64]:
    """The turns of a group's homes for panels, in order [homes].

    The community's first home is the first of its group to have them, its second home the last
    of its own.
    """
    is_leader = leaders[:1] == (group,)
    turns = turns_of(homes, PANELS_BASE, first=0 if is_leader else 1)
    if leaders[1:] != (group,):
        return turns
    second = 1 if is_leader else 0
    later = turns - (turns > turns[second])
    later[second] = homes - 1
    return np.asarray(later, np.int64)


def _in_round(
    counts: list[float], group: NDArray[np.int64], cycle: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many of a group own a thing in a copy or round [n]: whole numbers that mean ``counts``.

    Rounds 0, 1, ... of a count of 1.5 hold 2, 1, 2, 1: their sum is never off by more than a half.
    """
    count = np.array(counts)[group]
    reached = np.floor((cycle + 1) * count + 0.5) - np.floor(cycle * count + 0.5)
    return np.asarray(reached, np.int64)


def _groups_before(scenario: Scenario) -> list[int]:
    counts = [len(each.groups) for each in scenario.communities]
    return [sum(counts[:number]) for number in range(len(counts))]
