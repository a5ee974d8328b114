"""Every household and community of a scenario, drawn from its seed as columns of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.dice import Purpose, keys, uniform
from peergrid.simulation.scenario import Group, Homes, Layout, Scenario, homes_of, layout_of

VOLTAGE_V = 230  # single-phase supply
INTERVALS_PER_HOUR = INTERVALS_PER_DAY // 24
WH_PER_KWH = 1_000
PPM = 1_000_000
MOST_INTERVAL_WH = 32_767  # what a meter's 16-bit reading can count

# Roofs are told apart to this, so that many share one computation of the sun.
ROOF_TILT_STEP_DEG = 10
ROOF_AZIMUTH_STEP_DEG = 15
CIRCLE_DEG = 360

# Aluminium conductors of 50 mm2 at 20 degrees C (IEC 60228, class 2); that lines have them, and
# that each home hangs on a pair of its own, is an assumption: in truth neighbours share one.
LINE_OHM_PER_KM = 0.641
CONDUCTORS = 2
M_PER_KM = 1_000

# Below this factor ZETDC charges large customers for reactive power (miningzimbabwe.com,
# 23 September 2020); that a transformer sees it is an assumption.
POWER_FACTOR = 0.9
NO_LIMIT_WH = 10**12  # an interval, for a community whose transformer nobody told of

type Column = NDArray[Any]


@dataclass(frozen=True)
class Orientations:
    """Every way a roof of the scenario can lie; a row each, in the order of ``sites``.

    ``site`` is an index into the population's sites; degrees as in ``Orientation``.
    """

    site: NDArray[np.uint8]
    tilt_deg: NDArray[np.float32]
    azimuth_deg: NDArray[np.float32]


@dataclass(frozen=True)
class Population:
    """``homes`` and ``communities``: columns by name, a row a household and a community.

    Households are ordered by community, then place. ``sites`` are those used.
    """

    sites: tuple[str, ...]
    orientations: Orientations
    homes: Mapping[str, Column]
    communities: Mapping[str, Column]


class _Draw:
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


def groups_in(scenario: Scenario) -> list[Group]:
    """The groups of all kinds of community, as ``Homes.group`` counts them."""
    return [group for each in scenario.communities for group in each.groups]


def population_of(scenario: Scenario, communities: range | None = None) -> Population:
    """All of a scenario, or a range of its communities: exactly those rows of the whole.

    A household's numbers depend on the seed, its community and its place in it, so neighbours
    and other communities change nothing. In a range, ``first`` and ``community`` stay those of
    the whole.
    """
    layout = layout_of(scenario)
    orientations = orientations_of(scenario)
    chosen = communities if communities is not None else range(len(layout.homes))
    homes = homes_of(scenario, chosen)
    draw = _Draw(scenario, homes)
    columns: dict[str, Column] = {
        "community": homes.community,
        "place": homes.place,
        "key": keys(scenario.seed, homes.community, homes.place),
        **_demand(draw, homes),
        **_roof(draw, scenario, homes, layout, orientations),
        **_panels(draw, homes),
        **_battery(draw, homes),
        **_line(draw, scenario, homes, layout),
    }
    has_choice = homes.has_battery | (columns["shift_wh"] > 0)
    reacting = draw.of_group([group.reacting_share for group in draw.groups])
    columns["reacts"] = has_choice & (draw.share(Purpose.REACTING) < reacting)
    return Population(
        scenario.sites, orientations, columns, communities_of(scenario, layout, chosen)
    )


def communities_of(scenario: Scenario, layout: Layout, chosen: range) -> dict[str, Column]:
    """The columns of the ``chosen`` communities.

    Copies of a kind take turns among the load-shedding groups, so all groups are alike.
    """
    at = np.arange(chosen.start, chosen.stop)
    kind = layout.kind[at]
    limits_wh = [
        NO_LIMIT_WH if each.transformer_kva is None else _interval_wh(each.transformer_kva)
        for each in scenario.communities
    ]
    return {
        "site": _sites_of_kinds(scenario)[kind],
        "first": layout.first[at].astype(np.int64),
        "homes": layout.homes[at].astype(np.int32),
        "transformer_wh": np.array(limits_wh, np.int64)[kind],
        "shedding_group": ((layout.copy[at] + kind) % scenario.outages.groups).astype(np.uint8),
    }


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


def demand_factor(monthly_kwh: NDArray[np.float64]) -> NDArray[np.float32]:
    """What multiplies a home's demand profile: for now its month's energy itself [n]."""
    return monthly_kwh.astype(np.float32)


def _demand(draw: _Draw, homes: Homes) -> dict[str, Column]:
    everyone = np.ones(len(homes.place), np.bool_)
    classes = list(CLASSES)
    ranges = [CLASSES[group.household_class].monthly_kwh for group in draw.groups]
    monthly_kwh = draw.between(Purpose.MONTHLY_ENERGY, ranges, everyone)
    shift_kwh = np.zeros(len(everyone))
    power_kw = np.zeros(len(everyone))
    for purpose, owners, ranges, powers_kw in (
        (
            Purpose.GEYSER,
            homes.has_geyser,
            [group.geyser_kwh_per_day for group in draw.groups],
            [group.geyser_kw for group in draw.groups],
        ),
        (
            Purpose.CAR,
            homes.has_car,
            [group.ev_kwh_per_day for group in draw.groups],
            [group.ev_kw for group in draw.groups],
        ),
    ):
        shift_kwh += draw.between(purpose, ranges, owners)
        power_kw += np.where(owners, draw.of_group(powers_kw), 0)
    numbers = [classes.index(group.household_class) for group in draw.groups]
    return {
        "household_class": draw.of_group(np.array(numbers, np.uint8)),
        "monthly_kwh": monthly_kwh.astype(np.float32),
        "demand_factor": demand_factor(monthly_kwh),
        "shift_wh": np.round(shift_kwh * WH_PER_KWH).astype(np.int32),
        "shift_power_wh": _whole_interval_wh(power_kw),
    }


def _roof(
    draw: _Draw, scenario: Scenario, homes: Homes, layout: Layout, orientations: Orientations
) -> dict[str, Column]:
    """How each home's roof lies, with or without panels on it."""
    everyone = np.ones(len(homes.place), np.bool_)
    tilt = draw.between(Purpose.TILT, [group.tilt_deg for group in draw.groups], everyone)
    azimuth = draw.between(Purpose.AZIMUTH, [group.azimuth_deg for group in draw.groups], everyone)
    tilt_deg = to_step(tilt, ROOF_TILT_STEP_DEG)
    facing_deg = to_step(azimuth, ROOF_AZIMUTH_STEP_DEG) % CIRCLE_DEG
    azimuth_deg = np.where(tilt_deg > 0, facing_deg, 0)  # what lies flat faces nowhere
    site = _sites_of_kinds(scenario)[layout.kind[homes.community]]
    known = _code(orientations.site, orientations.tilt_deg, orientations.azimuth_deg)
    return {
        "tilt_deg": tilt_deg.astype(np.float32),
        "azimuth_deg": azimuth_deg.astype(np.float32),
        "orientation": np.searchsorted(known, _code(site, tilt_deg, azimuth_deg)).astype(np.int32),
    }


def _panels(draw: _Draw, homes: Homes) -> dict[str, Column]:
    owners = homes.has_panels
    kwp = np.round(draw.between(Purpose.PANELS, [group.kwp for group in draw.groups], owners), 1)
    soiling = draw.between(Purpose.SOILING, [group.soiling for group in draw.groups], owners)
    ratio = draw.of_group([group.inverter_ratio for group in draw.groups])
    exporting = draw.of_group([group.exporting_share for group in draw.groups])
    return {
        "kwp": kwp.astype(np.float32),
        "gain": (kwp * (1 - soiling)).astype(np.float32),
        "inverter_wh": np.minimum(_whole_interval_wh(kwp / ratio), np.int32(MOST_INTERVAL_WH)),
        "can_export": owners & (draw.share(Purpose.EXPORTING) < exporting),
    }


def _battery(draw: _Draw, homes: Homes) -> dict[str, Column]:
    owners = homes.has_battery
    energy_kwh = draw.between(
        Purpose.BATTERY_ENERGY, [group.battery_kwh for group in draw.groups], owners
    )
    power_kw = draw.between(
        Purpose.BATTERY_POWER, [group.battery_kw for group in draw.groups], owners
    )
    energy_wh = np.round(energy_kwh * WH_PER_KWH).astype(np.int32)
    reserve = draw.of_group([group.battery_reserve_share for group in draw.groups])
    efficiency = draw.of_group([group.battery_efficiency for group in draw.groups])
    return {
        "islands": owners,
        "battery_wh": energy_wh,
        "battery_power_wh": _whole_interval_wh(power_kw),
        "reserve_wh": np.round(energy_wh * reserve).astype(np.int32),
        "efficiency_ppm": np.round(efficiency * PPM).astype(np.int32),
    }


def _line(draw: _Draw, scenario: Scenario, homes: Homes, layout: Layout) -> dict[str, Column]:
    """What connects a home: homes lie evenly along the community's line."""
    breaker_a = draw.of_group([group.breaker_a for group in draw.groups])
    longest_m = np.array([each.length_m for each in scenario.communities])
    length_m = longest_m[layout.kind[homes.community]] * draw.share(Purpose.DISTANCE)
    ohm = CONDUCTORS * LINE_OHM_PER_KM * length_m / M_PER_KM
    return {
        "connection_wh": (breaker_a * VOLTAGE_V // INTERVALS_PER_HOUR).astype(np.int32),
        "line_ohm": ohm.astype(np.float32),
    }


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


def _sites_of_kinds(scenario: Scenario) -> NDArray[np.uint8]:
    return np.array([scenario.sites.index(each.site) for each in scenario.communities], np.uint8)


def _interval_wh(power_kva: float) -> int:
    return round(power_kva * POWER_FACTOR * WH_PER_KWH / INTERVALS_PER_HOUR)


def _whole_interval_wh(power_kw: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.round(power_kw * WH_PER_KWH / INTERVALS_PER_HOUR).astype(np.int32)
