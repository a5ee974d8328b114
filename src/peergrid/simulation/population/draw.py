"""Draws for many homes at once, each by the ranges of its own group."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peergrid.simulation.dice import Purpose, uniform
from peergrid.simulation.scenario import Group, Homes, Scenario

type Column = NDArray[Any]


def groups_in(scenario: Scenario) -> list[Group]:
    """The groups of all kinds of community, as ``Homes.group`` counts them."""
    return [group for each in scenario.communities for group in each.groups]


class Draw:
    """Draws for some homes [n], each by the ranges of its own group."""

    def __init__(self, scenario: Scenario, homes: Homes) -> None:
        self.groups = groups_in(scenario)
        self._seed = scenario.seed
        self._homes = homes

    def of_group(self, values: ArrayLike) -> Column:
        """One value a group, handed to its homes [n]."""
        return np.asarray(values)[self._homes.group]

    def share(self, purpose: Purpose) -> NDArray[np.float64]:
        """Between 0 and 1 for each home [n]."""
        return uniform(self._seed, purpose, self._homes.community, self._homes.place)

    def between(
        self, purpose: Purpose, ranges: list[tuple[float, float]], where: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Evenly within the range of each home's group [n]; 0 for those not in ``where``."""
        drawn = np.zeros(len(where))
        group = self._homes.group[where]
        low, high = np.array(ranges).T
        part = uniform(self._seed, purpose, self._homes.community[where], self._homes.place[where])
        drawn[where] = low[group] + (high - low)[group] * part
        return drawn
