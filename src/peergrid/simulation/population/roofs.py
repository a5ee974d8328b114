"""How the homes' roofs lie, in steps, so that many share one computation of the sun."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.dice import Purpose
from peergrid.simulation.population.draw import Column, Draw
from peergrid.simulation.scenario import Homes, Layout, Scenario
from peergrid.simulation.sky.orientation import (
    Orientation,
    angles_of,
    orientation_of,
    orientations_between,
)


@dataclass(frozen=True)
class Orientations:
    """Every way a roof of the scenario can lie, a row each, ordered by site, then number.

    ``site`` is an index into the population's sites; ``number`` as of ``orientation_of``.
    """

    site: NDArray[np.uint8]
    number: NDArray[np.int32]

    def at(self, site: int) -> list[Orientation]:
        """The angles of a site's rows, in order."""
        return [angles_of(number) for number in self.number[self.site == site].tolist()]


def orientations_of(scenario: Scenario) -> Orientations:
    """Every (site, orientation) that a home of the scenario could draw, each once, sorted.

    It does not depend on what was drawn, so that parts of a scenario agree on it.
    """
    rows = {
        (scenario.sites.index(each.site), number)
        for each in scenario.communities
        for group in each.groups
        for number in orientations_between(group.tilt_deg, group.azimuth_deg)
    }
    site, number = np.array(sorted(rows)).T
    return Orientations(site.astype(np.uint8), number.astype(np.int32))


def roof_columns(
    draw: Draw, scenario: Scenario, homes: Homes, layout: Layout, orientations: Orientations
) -> dict[str, Column]:
    """How each home's roof lies, with or without panels on it."""
    everyone = np.ones(len(homes.place), np.bool_)
    tilt = draw.between(Purpose.TILT, [group.tilt_deg for group in draw.groups], everyone)
    azimuth = draw.between(Purpose.AZIMUTH, [group.azimuth_deg for group in draw.groups], everyone)
    number = orientation_of(tilt, azimuth)
    site = sites_of_kinds(scenario)[layout.kind[homes.community]]
    known = _code(orientations.site, orientations.number)
    row = np.searchsorted(known, _code(site, number)).astype(np.int32)
    angles = np.array([angles_of(each) for each in orientations.number.tolist()], np.float32)
    return {"tilt_deg": angles[row, 0], "azimuth_deg": angles[row, 1], "orientation": row}


def sites_of_kinds(scenario: Scenario) -> NDArray[np.uint8]:
    """The site of each kind of community, an index into the scenario's sites [kinds]."""
    return np.array([scenario.sites.index(each.site) for each in scenario.communities], np.uint8)


def _code(site: NDArray[np.uint8], number: NDArray[np.int32]) -> NDArray[np.int64]:
    """Ordered as (site, number)."""
    return (site.astype(np.int64) << 32) + number
