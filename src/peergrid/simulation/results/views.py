"""A run seen as its reader asks: a mean day, month by month, by price, by class, by town."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.simulation.demand.classes import CLASSES, DAYS_PER_MONTH
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.figures import has_panels
from peergrid.simulation.results.months import months_of

PERCENTILES = (5, 25, 50, 75, 95)
MOST_DAYS_SHOWN, FEWEST_MONTHS = 62, 3
WH_PER_KWH, MICROS_PER_USD = 1e3, 1e6

type Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Period:
    """A day or a month, and where what was used in it came from [Wh]."""

    label: str
    own_wh: int
    neighbours_wh: int
    grid_wh: int
    generation_wh: int


@dataclass(frozen=True)
class Gains:
    """What homes of one kind gained a month [US$]: percentiles 5, 25, 50, 75 and 95 of them."""

    label: str
    homes: int
    percentiles_usd: tuple[float, ...]


@dataclass(frozen=True)
class TownOutages:
    """A town's outages: mean hours a home was off, and what could have been shared then [Wh]."""

    site: str
    hours: float
    lost_wh: int


def whole(run: Run, name: str) -> NDArray[np.int64]:
    """One of SERIES, summed over the towns (intervals,)."""
    return np.asarray(run.series[:, SERIES.index(name)].sum(axis=0), np.int64)


def mean_day(run: Run, name: str) -> Numbers:
    """The mean of one of SERIES in each half hour of the local day [48]; 0 where there is none."""
    of_day = np.arange(run.intervals) % INTERVALS_PER_DAY
    sums = np.bincount(of_day, whole(run, name), INTERVALS_PER_DAY)
    counts = np.bincount(of_day, minlength=INTERVALS_PER_DAY)
    return np.asarray(sums / np.maximum(counts, 1), np.float64)


def periods_of(run: Run) -> list[Period]:
    """The months of a run, or its days if they are few."""
    spans = [
        (month.strftime("%b %y"), span)
        for month, span in months_of(run.scenario.start, run.intervals)
    ]
    if len(spans) < FEWEST_MONTHS and run.intervals <= MOST_DAYS_SHOWN * INTERVALS_PER_DAY:
        spans = [
            (
                f"{run.scenario.start + timedelta(days=first // INTERVALS_PER_DAY):%d %b}",
                slice(first, first + INTERVALS_PER_DAY),
            )
            for first in range(0, run.intervals, INTERVALS_PER_DAY)
        ]
    wanted = ("demand_wh", "import_wh", "shared_wh", "generation_wh")
    by_name = {name: whole(run, name) for name in wanted}
    sums = ([int(by_name[name][span].sum()) for name in wanted] for _, span in spans)
    return [
        Period(label, max(0, demand - imported), shared, imported - shared, generation)
        for (label, _), (demand, imported, shared, generation) in zip(spans, sums, strict=True)
    ]


def duration(values: Numbers, points: int = 201) -> tuple[Numbers, Numbers]:
    """``values`` from the largest to the smallest, thinned: (share of the time [%], value)."""
    shares = np.linspace(0, 1, points)
    return 100 * shares, np.quantile(values, 1 - shares)


def net_kw(run: Run) -> Numbers:
    """What all communities together drew from the grid [kW] (intervals,); below 0: sent out."""
    net_wh = whole(run, "import_wh") - whole(run, "export_wh")
    return np.asarray(net_wh * INTERVALS_PER_HOUR / WH_PER_KWH, np.float64)


def price_of_day(run: Run, money: Sequence[str], energy: str) -> Numbers:
    """US cents a kWh at each half hour of the day [48]: the sum of ``money`` over ``energy``.

    Not a number where there was no energy.
    """
    micros = np.sum([mean_day(run, name) for name in money], axis=0)
    return _cents_per_kwh(micros, mean_day(run, energy))


def prices_paid(run: Run) -> Numbers:
    """The mean price [US cents/kWh] of each interval in which somebody drew energy."""
    paid = sum(whole(run, name) for name in ("paid_micros", "retail_micros", "levy_micros"))
    prices = _cents_per_kwh(np.asarray(paid, np.float64), whole(run, "import_wh"))
    return prices[np.isfinite(prices)]


def gains_of(run: Run) -> list[Gains]:
    """Who gains against the grid alone: a row a class of household, with panels and without."""
    months = run.intervals / INTERVALS_PER_DAY / DAYS_PER_MONTH
    gains_usd = (run.homes["grid_only_micros"] - run.bills_micros) / MICROS_PER_USD
    monthly_usd = gains_usd / max(months, 1 / INTERVALS_PER_DAY)
    classes = np.asarray(run.homes["household_class"])
    rows = []
    for number, each in enumerate(CLASSES.values()):
        for produces, words in ((True, "with panels"), (False, "without")):
            chosen = monthly_usd[(classes == number) & (has_panels(run.homes) == produces)]
            if len(chosen):
                spread = tuple(float(one) for one in np.percentile(chosen, PERCENTILES))
                title = each.title.partition(",")[0]
                rows.append(Gains(f"{title}, {words}", len(chosen), spread))
    return rows


def outages_of(run: Run) -> list[TownOutages]:
    """The towns' outages, the worst first."""
    sites = np.asarray(run.communities["site"])[run.homes["community"]]
    homes = np.bincount(sites, minlength=len(run.sites))
    off = run.series[:, SERIES.index("homes_off")].sum(axis=1) / INTERVALS_PER_HOUR
    lost = run.series[:, SERIES.index("lost_wh")].sum(axis=1)
    towns = [
        TownOutages(site, float(off[i] / max(homes[i], 1)), int(lost[i]))
        for i, site in enumerate(run.sites)
    ]
    return sorted(towns, key=lambda town: (-town.hours, town.site))


def town_title(site: str) -> str:
    """A town as a person writes it.

    >>> town_title("victoria_falls")
    'Victoria Falls'
    """
    return site.replace("_", " ").title()


def _cents_per_kwh(micros: Numbers, energy_wh: NDArray[np.integer] | Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):  # no energy has no price
        return np.asarray(np.divide(micros, energy_wh) / 10, np.float64)
