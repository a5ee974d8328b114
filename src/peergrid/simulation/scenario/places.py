"""The order of communities, and of the homes in each: what is where, before any dice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peergrid.simulation.scenario.model import Community, Scenario


@dataclass(frozen=True)
class Layout:
    """The communities [C], in order: which kind, which copy of it (0, 1, ...), how many homes."""

    kind: NDArray[np.int64]
    copy: NDArray[np.int64]
    homes: NDArray[np.int64]

    @property
    def first(self) -> NDArray[np.int64]:
        """The row of each community's first home [C]."""
        return np.cumsum(self.homes) - self.homes


def in_turn(weights: ArrayLike, count: int, first: Sequence[int] = ()) -> NDArray[np.int64]:
    """Which of those with ``weights`` > 0 each of ``count`` places goes to [count].

    The first places go to those named ``first``, each next one to the one that lacks most. So
    the proportions hold at every count, and a longer list begins with the shorter one. The
    quotients weight / (2 places + 1) of all, from the largest down, are that list: no need to
    place one by one.

    Source: highest averages (A. Sainte-Lague, 1910).

    >>> in_turn([2, 1], 6).tolist()
    [0, 1, 0, 0, 1, 0]
    """
    parts = np.asarray(weights, np.float64)
    enough = np.ceil(count * parts / parts.sum()).astype(np.int64) + len(parts) + 1
    owner = np.repeat(np.arange(len(parts)), enough)
    starts = np.cumsum(enough) - enough
    turn = np.arange(len(owner)) - np.repeat(starts, enough)
    quotient = parts[owner] / (2 * turn + 1)
    for number, one in enumerate(first):
        quotient[starts[one] + first[:number].count(one)] = np.finfo(np.float64).max / (number + 1)
    return np.asarray(owner[np.argsort(-quotient, kind="stable")[:count]])


def rank_in(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many equal ones come before each [n]."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], group[order])
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - starts
    return rank


def layout_of(scenario: Scenario) -> Layout:
    """The communities of a scenario: a larger one begins with those of the smaller."""
    homes = scenario.households
    if scenario.is_one_community:
        return Layout(*(np.array([each]) for each in (0, 0, homes)))
    copies = np.array([each.copies for each in scenario.communities])
    sizes = np.array([each.homes for each in scenario.communities])
    mean = scenario.nominal_households / copies.sum()
    count = int(homes / mean) + 1
    while True:
        kind = in_turn(copies, count)
        end = np.cumsum(sizes[kind])
        if end[-1] >= homes:
            break
        count *= 2
    kind = kind[: int(np.searchsorted(end, homes)) + 1]
    held = sizes[kind]
    held[-1] -= held.sum() - homes  # the last one may be cut short
    return Layout(kind, rank_in(kind), held)


def leaders_of(community: Community) -> tuple[int, ...]:
    """The groups of the first two homes, the one with panels and the other without.

    They are the group with most panels and the one with most homes without; none if all homes
    are alike. So the smallest community has somebody to share and somebody to share with.
    """
    panels = [group.with_panels for group in community.groups]
    without = [group.homes - group.with_panels for group in community.groups]
    if not any(panels) or not any(without):
        return ()
    return panels.index(max(panels)), without.index(max(without))


def groups_of(community: Community, homes: int) -> NDArray[np.int64]:
    """The group (an index) of each home of a community of ``homes`` >= 1, in order [homes]."""
    weights = [group.homes for group in community.groups]
    return in_turn(weights, homes, leaders_of(community))
