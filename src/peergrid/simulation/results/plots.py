"""What one looks at first: the day, the months, the price, who gains, and the outages."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.amounts import scale_for
from peergrid.simulation.results.drawing import GRID, INK, NEIGHBOURS, QUIET, SUN, TROUBLE
from peergrid.simulation.results.views import (
    Gains,
    Period,
    TownOutages,
    duration,
    mean_day,
    net_kw,
    price_of_day,
    prices_paid,
)
from peergrid.simulation.sky.sites import SITES

HOURS = (np.arange(48) + 0.5) / INTERVALS_PER_HOUR  # the middle of each half hour
KW_PER_MW = 1_000
MIDDLE_LATITUDE = -19  # of Zimbabwe, for the map's shape
LARGEST_DISC = 500  # area of the town that was off longest [points squared]
PRICES = (
    ("paid, a kWh drawn", ("paid_micros", "retail_micros", "levy_micros"), "import_wh", GRID, "-"),
    ("between neighbours", ("paid_micros",), "shared_wh", NEIGHBOURS, "-"),
    ("earned, a kWh sent out", ("paid_micros", "feed_in_micros"), "export_wh", SUN, "--"),
)


def draw_day(figure: Figure, run: Run) -> None:
    """The mean day of all communities: mean power by local time."""
    axes = figure.subplots()
    by_name = {
        name: mean_day(run, f"{name}_wh") * INTERVALS_PER_HOUR / 1e3
        for name in ("demand", "generation", "import", "export", "shared")
    }
    divisor, unit = _power(max(float(values.max()) for values in by_name.values()))
    kw = {name: values / divisor for name, values in by_name.items()}
    axes.fill_between(
        HOURS, kw["shared"], color=NEIGHBOURS, alpha=0.35, linewidth=0, label="shared"
    )
    axes.plot(HOURS, kw["generation"], color=SUN, label="generation")
    axes.plot(HOURS, kw["demand"], color=INK, label="demand")
    axes.plot(HOURS, kw["import"], color=GRID, linestyle="--", label="import")
    axes.plot(HOURS, kw["export"], color=TROUBLE, linestyle=":", label="export")
    axes.set_ylabel(unit)
    axes.set_ylim(bottom=0)
    _time_of_day(axes)
    figure.legend(loc="outside upper left", ncols=3)


def draw_periods(figure: Figure, periods: Sequence[Period]) -> None:
    """Where what was used came from, by month or by day, and what the panels made."""
    axes = figure.subplots()
    at = np.arange(len(periods))
    scale = scale_for(
        "Wh", max(each.own_wh + each.neighbours_wh + each.grid_wh for each in periods)
    )
    reached = np.zeros(len(periods))
    for name, label, colour in (
        ("own_wh", "own sun", SUN),
        ("neighbours_wh", "neighbours", NEIGHBOURS),
        ("grid_wh", "grid", GRID),
    ):
        values = np.array([getattr(each, name) for each in periods]) / scale.divisor
        axes.bar(at, values, 0.8, bottom=reached, color=colour, label=label)
        reached += values
    made = [each.generation_wh / scale.divisor for each in periods]
    axes.plot(at, made, "D", color=INK, markersize=4, label="generation")
    shown = at[:: max(1, -(-len(at) // 6))]
    axes.set_xticks(shown, [periods[i].label for i in shown])
    axes.grid(visible=False, axis="x")
    axes.set_ylabel(scale.label)
    figure.legend(loc="outside upper left", ncols=4, columnspacing=1, handlelength=1.2)


def draw_duration(figure: Figure, run: Run) -> None:
    """Net load of all communities together, from its highest to its lowest half hour."""
    axes = figure.subplots()
    kw = net_kw(run)
    divisor, unit = _power(float(np.abs(kw).max()))
    shares, values = duration(kw / divisor)
    axes.fill_between(
        shares,
        values,
        where=list(values >= 0),
        interpolate=True,
        color=GRID,
        alpha=0.4,
        linewidth=0,
    )
    axes.fill_between(
        shares, values, where=list(values <= 0), interpolate=True, color=SUN, alpha=0.5, linewidth=0
    )
    axes.plot(shares, values, color=INK)
    axes.axhline(0, color=QUIET, linewidth=1)
    axes.set(xlim=(0, 100), xlabel="% of the time", ylabel=f"import less export [{unit}]")


def draw_prices(figure: Figure, run: Run) -> None:
    """Prices over the day, and how long which mean price held."""
    of_day, of_time = figure.subplots(2, 1, height_ratios=(3, 2))
    for label, money, energy, colour, dashes in PRICES:
        prices = price_of_day(run, money, energy)
        if np.nansum(prices):  # net metering moves no money between neighbours
            of_day.plot(HOURS, prices, color=colour, label=label, linestyle=dashes)
    of_day.set_ylim(bottom=0)
    of_day.set_ylabel("US¢/kWh")
    _time_of_day(of_day)
    prices = prices_paid(run)
    if len(prices):
        of_time.plot(*duration(prices), color=GRID)
    of_time.set_ylim(bottom=0)
    of_time.set(xlim=(0, 100), xlabel="% of the time the price paid was above")
    of_time.set_ylabel("US¢/kWh")
    figure.legend(loc="outside upper left", ncols=2, columnspacing=1, handlelength=1.5)


def draw_gains(figure: Figure, gains: Sequence[Gains]) -> None:
    """What homes of each kind gain a month: half of them in the box, nine in ten on the line."""
    axes = figure.subplots()
    names = ("whislo", "q1", "med", "q3", "whishi")
    boxes = [dict(zip(names, each.percentiles_usd, strict=True)) for each in gains]
    axes.bxp(
        boxes,
        positions=-np.arange(len(gains)),
        orientation="horizontal",
        showfliers=False,
        patch_artist=True,
        widths=0.55,
        boxprops={"facecolor": NEIGHBOURS, "alpha": 0.55, "edgecolor": NEIGHBOURS},
        medianprops={"color": INK, "linewidth": 2},
        whiskerprops={"color": NEIGHBOURS},
        capprops={"color": NEIGHBOURS},
    )
    axes.axvline(0, color=QUIET, linewidth=1)
    axes.set_yticks(-np.arange(len(gains)), [each.label.replace(", ", "\n") for each in gains])
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("US$ a month gained")


def draw_outages(figure: Figure, towns: Sequence[TownOutages]) -> None:
    """A map of the towns: the larger a disc, the longer homes there were off."""
    axes = figure.subplots()
    axes.set_aspect(1 / np.cos(np.radians(MIDDLE_LATITUDE)))
    hours = {town.site: town.hours for town in towns}
    longest = max(hours.values())
    for name, site in SITES.items():
        at = (site.longitude, site.latitude)
        axes.plot(*at, ".", color=INK if name in hours else QUIET, markersize=4)
        if name in hours:
            area = LARGEST_DISC * hours[name] / longest
            axes.scatter(*at, area, color=TROUBLE, alpha=0.55, linewidth=0)
            axes.annotate(
                site.title, at, (14, 0), textcoords="offset points", va="center", fontsize=10
            )
    axes.set(xlim=(25, 34.5), ylim=(-21, -15.5), xlabel="degrees east", ylabel="degrees north")


def _time_of_day(axes: Axes) -> None:
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 6), [f"{hour:02d}:00" for hour in range(0, 25, 6)])


def _power(largest_kw: float) -> tuple[float, str]:
    return (KW_PER_MW, "MW") if largest_kw >= KW_PER_MW else (1, "kW")
