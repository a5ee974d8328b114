"""A run made by a simple rule, as any engine's would add up: no dice, no weather."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.demand import CLASSES, day_shape
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.scenario import Group, Scenario
from peergrid.simulation.sites import SITES

HOMES_PER_COMMUNITY = 6
SHARED_MICROS_PER_WH, RETAIL_MICROS_PER_WH, FEED_IN_MICROS_PER_WH = 120, 180, 64
SEPTEMBER_29 = date(2026, 9, 29)
EVENING = range(36, 40)  # 18:00 to 20:00, when feeders take turns to be off

type Amounts = NDArray[np.int64]


def made(scenario: Scenario, intervals: int | None = None, communities: int = 4) -> Run:
    """``communities`` of six homes, in the towns in turn; in each, every other home has panels.

    Community c is off in the evening of every day whose number is c modulo 4.
    """
    done = scenario.days * INTERVALS_PER_DAY if intervals is None else intervals
    sites = tuple(SITES)[:communities]
    community = np.repeat(np.arange(communities), HOMES_PER_COMMUNITY)
    home = np.arange(len(community))
    columns = _columns(home, community)
    sums = _flows(scenario, columns, done)
    series = np.zeros((len(sites), len(SERIES), done), np.int64)
    of_site = np.arange(communities) % len(sites)
    for place, name in enumerate(SERIES):
        if name in sums:
            np.add.at(series[:, place], of_site[community], sums[name])
    of_homes = {name: amounts.sum(axis=1) for name, amounts in sums.items()}
    of_communities: dict[str, NDArray[Any]] = {
        "site": of_site.astype(np.uint8),
        "first": np.arange(0, len(home), HOMES_PER_COMMUNITY),
        "homes": np.full(communities, HOMES_PER_COMMUNITY, np.int32),
        "transformer_wh": np.full(communities, 50_000),
        "shedding_group": (np.arange(communities) % 4).astype(np.uint8),
        "outage_intervals": of_homes.pop("homes_off")[::HOMES_PER_COMMUNITY],
        "overload_intervals": np.zeros(communities, np.int64),
    }
    shared = of_homes.pop("shared_wh")
    assert shared.sum() == of_homes["bought_wh"].sum()
    return Run(scenario, done, sites, series, columns | of_homes, of_communities)


def street(days: int = 3, scheme: str = "mid_market", seed: int = 1) -> Scenario:
    groups = (Group("medium_density", 4, 2), Group("lodger", 2))
    start = SEPTEMBER_29
    return Scenario("street", "A street", "harare", start, days, seed, scheme, groups, 6)


def _columns(home: Amounts, community: Amounts) -> dict[str, NDArray[Any]]:
    kwp = np.where(home % 2 == 0, 2 + home % 3, 0).astype(np.float32)
    return {
        "community": community.astype(np.int32),
        "place": (home % HOMES_PER_COMMUNITY + 1).astype(np.int32),
        "household_class": (home // 2 % len(CLASSES)).astype(np.uint8),
        "key": home.astype(np.uint64) + np.uint64(2**63),
        "monthly_kwh": (80 + 60.0 * (home // 2 % len(CLASSES))).astype(np.float32),
        "kwp": kwp,
        "can_export": kwp > 0,
    }


def _flows(scenario: Scenario, columns: dict[str, Any], done: int) -> dict[str, Amounts]:
    """What each home did in each half hour, (n, intervals) by name."""
    at = np.arange(done)
    of_day, day = at % INTERVALS_PER_DAY, at // INTERVALS_PER_DAY
    wanted = _whole(columns["monthly_kwh"][:, None] * 1_000 / 30.4 * day_shape()[of_day])
    light = np.clip(np.sin((of_day - 12) / 24 * np.pi), 0, None) * (0.7 + 0.3 * np.cos(day / 58))
    sun = _whole(columns["kwp"][:, None] * 420 * light)
    off = np.isin(of_day, EVENING) & (day % 4 == columns["community"][:, None] % 4)
    off |= (of_day == 24) & (day % 4 == columns["community"][:, None] % 4)  # and at noon
    used = np.where(off, 0, np.minimum(wanted, sun))
    imports, exports = np.where(off, 0, wanted - used), np.where(off, 0, sun - used)
    bought, sold = _shared(imports, exports, columns["community"])
    retail = (imports - bought) * RETAIL_MICROS_PER_WH
    return {
        "demand_wh": used + imports,
        "unserved_wh": np.where(off, wanted, 0),
        "generation_wh": used + exports,
        "curtailed_wh": np.where(off, sun, 0),
        "lost_wh": np.where(off, sun - np.minimum(sun, wanted), 0),
        "self_consumed_wh": used,
        "import_wh": imports,
        "export_wh": exports,
        "bought_wh": bought,
        "sold_wh": sold,
        "shared_wh": bought,
        "paid_micros": bought * SHARED_MICROS_PER_WH,
        "earned_micros": sold * SHARED_MICROS_PER_WH,
        "retail_micros": retail,
        "levy_micros": retail * 6 // 100,
        "feed_in_micros": (exports - sold) * FEED_IN_MICROS_PER_WH,
        "homes_off": off.astype(np.int64),
    }


def _shared(imports: Amounts, exports: Amounts, community: Amounts) -> tuple[Amounts, Amounts]:
    """What homes bought and sold: first come, first served, within each community."""
    bought, sold = np.zeros_like(imports), np.zeros_like(exports)
    for each in np.unique(community):
        homes = community == each
        shared = np.minimum(imports[homes].sum(axis=0), exports[homes].sum(axis=0))
        for flow, part in ((imports[homes], bought), (exports[homes], sold)):
            reached = np.minimum(np.cumsum(flow, axis=0), shared)
            part[homes] = np.diff(reached, axis=0, prepend=0)
    return bought, sold


def _whole(energy_wh: NDArray[np.float64]) -> Amounts:
    return np.floor(energy_wh + 0.5).astype(np.int64)
