"""How the homes' roofs lie, in steps, so that many share one computation of the sun."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peergrid.simulation.dice import Purpose
from peergrid.simulation.population.draw import Column, Draw
from peergrid.simulation.scenario import Homes, Layout, Scenario

ROOF_TILT_STEP_DEG = 10
ROOF_AZIMUTH_STEP_DEG = 15
CIRCLE_DEG = 360


@dataclass(frozen=True)
class Orientations:
    """Every way a roof of the scenario can lie; a row each, in the order of ``sites``.

    ``site`` is an index into the population's sites; degrees as in ``Orientation``.
    """

    site: NDArray[np.uint8]
    tilt_deg: NDArray[np.float32]
    azimuth_deg: NDArray[np.float32]


def orientations_of(scenario: Scenario) -> Orientations:
    """Every (site, tilt, azimuth) that a home of the scenario could draw, each once, sorted.

    It does not depend on what was drawn, so that parts of a scenario agree on it.
    """
    rows = sorted(
        {
            (scenario.sites.index(each.site), tilt, azimuth % CIRCLE_DEG if tilt else 0)
            for each in scenario.communities
            for group in each.groups
            for tilt in _steps(group.tilt_deg, ROOF_TILT_STEP_DEG)
            for azimuth in _steps(group.azimuth_deg, ROOF_AZIMUTH_STEP_DEG)
        }
    )
    site, tilt, azimuth = np.array(rows).T
    return Orientations(site.astype(np.uint8), tilt.astype(np.float32), azimuth.astype(np.float32))


def roof_columns(
    draw: Draw, scenario: Scenario, homes: Homes, layout: Layout, orientations: Orientations
) -> dict[str, Column]:
    """How each home's roof lies, with or without panels on it."""
    everyone = np.ones(len(homes.place), np.bool_)
    tilt = draw.between(Purpose.TILT, [group.tilt_deg for group in draw.groups], everyone)
    azimuth = draw.between(Purpose.AZIMUTH, [group.azimuth_deg for group in draw.groups], everyone)
    tilt_deg = to_step(tilt, ROOF_TILT_STEP_DEG)
    facing_deg = to_step(azimuth, ROOF_AZIMUTH_STEP_DEG) % CIRCLE_DEG
    azimuth_deg = np.where(tilt_deg > 0, facing_deg, 0)  # what lies flat faces nowhere
    site = sites_of_kinds(scenario)[layout.kind[homes.community]]
    known = _code(orientations.site, orientations.tilt_deg, orientations.azimuth_deg)
    return {
        "tilt_deg": tilt_deg.astype(np.float32),
        "azimuth_deg": azimuth_deg.astype(np.float32),
        "orientation": np.searchsorted(known, _code(site, tilt_deg, azimuth_deg)).astype(np.int32),
    }


def sites_of_kinds(scenario: Scenario) -> NDArray[np.uint8]:
    """The site of each kind of community, an index into the scenario's sites [kinds]."""
    return np.array([scenario.sites.index(each.site) for each in scenario.communities], np.uint8)


def to_step(angle_deg: ArrayLike, step_deg: int) -> NDArray[np.float64]:
    """The multiple of ``step_deg`` that is nearest to each angle; half a step goes up."""
    return np.asarray(np.floor(np.asarray(angle_deg) / step_deg + 0.5) * step_deg, np.float64)


def _steps(between: tuple[float, float], step_deg: int) -> range:
    low, high = (int(angle) for angle in to_step(between, step_deg))
    return range(low, high + 1, step_deg)


def _code(site: Column, tilt_deg: Column, azimuth_deg: Column) -> NDArray[np.int64]:
    """A number for each orientation, ordered as (site, tilt, azimuth)."""
    tilted = site.astype(np.int64) * CIRCLE_DEG + tilt_deg.astype(np.int64)
    return tilted * CIRCLE_DEG + azimuth_deg.astype(np.int64)
