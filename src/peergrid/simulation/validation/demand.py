"""What our homes use, when, and for what: a part of the national scenario, without outages."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.money import WH_PER_KWH
from peergrid.simulation.demand.appliances.kitchen import cooker
from peergrid.simulation.demand.appliances.rooms import lights
from peergrid.simulation.demand.baskets import BASKETS
from peergrid.simulation.demand.build import days_by_cell, sampled_ws
from peergrid.simulation.demand.classes import CLASSES, DAYS_PER_MONTH
from peergrid.simulation.demand.peaks import EVENING, MORNING
from peergrid.simulation.demand.sampling import HOUR_S, PROFILES, Cell, days_of
from peergrid.simulation.demand.seasons import DayType, Season
from peergrid.simulation.demand.uses import Appliance
from peergrid.simulation.engine.columns import Series
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.validation.bare import without_outages, without_panels
from peergrid.simulation.validation.points import Figure

HOMES = 6_000  # of the million
METERS = 854_000  # ZETDC, January 2023: 751,000 prepaid and 103,000 others
HIGHEST_SHARE = 0.05  # of the year's half hours are called high
COOKS = ("cooker", "oven")
WATTS_PER_MW = 1_000_000
WH_PER_GWH = 10**9
JANUARY_TO_MARCH = 90 * INTERVALS_PER_DAY


def figures(national: Scenario) -> dict[str, Figure]:
    """The demand's figures by key, of a year of ``national``'s first homes without panels."""
    run = _year_of(national)
    wh = run.series[:, Series.DEMAND_WH].sum(axis=0)
    homes = len(run.homes["key"])
    kwh = run.homes["demand_wh"] / WH_PER_KWH * DAYS_PER_MONTH / national.days
    households, classes = run.homes["households"], run.homes["household_class"]
    by_class = {
        name: float(kwh[classes == index].sum() / households[classes == index].sum())
        for index, name in enumerate(CLASSES)
    }
    peak_mw = wh.max() * INTERVALS_PER_HOUR / homes * METERS / WATTS_PER_MW
    return {
        **{f"{name}_kwh": mean for name, mean in by_class.items()},
        "mean_kwh": float(kwh.sum() / households.sum()),
        "two_plates_kwh": _two_plates_kwh(),
        **_peaks(wh),
        "peak_mw": float(peak_mw),
        "quarter_gwh": float(wh[:JANUARY_TO_MARCH].sum() / homes * METERS / WH_PER_GWH),
        "households_per_meter": float(households.sum()) / _meters(run),
        "lodgers": 100 * float(households[classes == 0].sum() / households.sum()),
        **_geysers(run, kwh),
        **_cooking(run, kwh),
    }


def _year_of(national: Scenario) -> Run:
    """All demand that there is, whoever would have served it."""
    scenario = without_panels(without_outages(national.resized(HOMES)))
    engine = Engine(scenario)
    engine.advance(scenario.days * INTERVALS_PER_DAY)
    return engine.run()


def _meters(run: Run) -> int:
    """How many meters the homes have: a place in a community is one."""
    places = np.stack([run.homes["community"], run.homes["place"]])
    return int(np.unique(places, axis=1).shape[1])


def _peaks(wh: NDArray[np.int64]) -> dict[str, Figure]:
    """When the homes' sum ``wh`` [intervals] is high, local clock [h]."""
    day = wh.reshape(-1, INTERVALS_PER_DAY).mean(axis=0)
    inside = np.zeros(INTERVALS_PER_DAY, np.bool_)
    inside[MORNING] = inside[EVENING] = True
    lower = min(day[MORNING].max(), day[EVENING].max())
    highest = np.argsort(wh, kind="stable")[-round(HIGHEST_SHARE * len(wh)) :]
    noon = INTERVALS_PER_DAY // 2
    return {
        "morning_peak": int(day[:noon].argmax()) / INTERVALS_PER_HOUR,
        "evening_peak": (noon + int(day[noon:].argmax())) / INTERVALS_PER_HOUR,
        "outside_peaks": float(day[~inside].max() / lower),
        "highest_inside": 100 * float(inside[highest % INTERVALS_PER_DAY].mean()),
    }


def _geysers(run: Run, kwh: NDArray[np.float64]) -> dict[str, Figure]:
    """The part of a home with a geyser that heats its water [%], by class."""
    found: dict[str, Figure] = {}
    monthly = run.homes["shift_wh"] / WH_PER_KWH * DAYS_PER_MONTH
    for name in ("medium_density", "low_density"):
        of_class = run.homes["household_class"] == list(CLASSES).index(name)
        have = of_class & (monthly > 0)
        found[f"{name}_geyser"] = 100 * float(monthly[have].sum() / kwh[have].sum())
    return found


def _cooking(run: Run, kwh: NDArray[np.float64]) -> dict[str, Figure]:
    """The part of what homes use that cooks [%]: all of them, and low-density ones with geysers.

    Cookers and ovens as the library's appliances use them, scaled as its days are.
    """
    cooked_kwh, used_kwh = [], []
    weights = days_by_cell()
    for index, kind in enumerate(CLASSES.values()):
        basket = BASKETS[kind.name]
        whole = (sampled_ws(index).sum(axis=(1, 2)) * weights).sum()
        cooks = tuple(
            each if each.name.startswith(COOKS) else replace(each, power_w=0) for each in basket
        )
        cooking = (_ws(index, cooks) * weights).sum()
        of_class = run.homes["household_class"] == index
        factors = run.homes["demand_factor"][of_class].astype(np.float64)
        factors *= run.homes["households"][of_class]
        cooked_kwh.append(float(factors.sum() * kind.library_kwh * cooking / whole))
        used_kwh.append(float(kwh[of_class].sum()))
    with_geysers = list(CLASSES).index("low_density")
    return {
        "cooking": 100 * sum(cooked_kwh) / sum(used_kwh),
        "cooking_with_geyser": 100 * cooked_kwh[with_geysers] / used_kwh[with_geysers],
    }


def _two_plates_kwh() -> float:
    """What five lights and a cooker with two plates of 1 kW use in a mean month [kWh]."""
    ws = (_ws(0, (lights(5), *cooker(1.0, 1000, meals=1.0))) * days_by_cell()).sum()
    return float(ws) / PROFILES / HOUR_S / WH_PER_KWH / 12


def _ws(class_index: int, basket: tuple[Appliance, ...]) -> NDArray[np.int64]:
    """Energy of all of a class's days with ``basket``, by kind of day (cells,) [W s]."""
    return np.array(
        [
            days_of(Cell(class_index, season, day_type), basket).sum()
            for season in Season
            for day_type in DayType
        ]
    )
