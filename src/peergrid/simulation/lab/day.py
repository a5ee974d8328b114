"""The day that a model is living, drawn: energy above, the price below."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR, LOCAL_ZONE
from peergrid.money import MICROS, WH_PER_KWH
from peergrid.simulation.model import CommunityModel

MICROS_PER_CENT = MICROS // 100
# Colours that people who see few of them can tell apart: Okabe and Ito 2008, Color Universal
# Design, jfly.uni-koeln.de/color.
LINES = {
    "demand_wh": ("used", "#0072B2"),
    "generation_wh": ("made by panels", "#E69F00"),
    "shared_wh": ("shared with neighbours", "#009E73"),
}
PRICE_COLOUR = "#555555"
INCHES, DOTS_PER_INCH = (6.4, 5.2), 150


def lived_today(model: CommunityModel, name: str) -> list[float | None]:
    """What the model reported under ``name`` in the half hours of its present day."""
    reported: Sequence[float | None] = model.datacollector.model_vars[name]
    shown = model.of_day + 1 if reported else 0
    return list(reported[len(reported) - shown :])


def sentence(model: CommunityModel) -> str:
    """When it is, and what this day came to."""
    if not model.datacollector.model_vars["demand_wh"]:
        return "Nothing has happened yet: press Step or ▶."
    until = model.interval.later(1).start.astimezone(LOCAL_ZONE)
    used, made, shared = (
        sum(wh or 0 for wh in lived_today(model, name)) / WH_PER_KWH for name in LINES
    )
    return (
        f"{until:%A %-d %B %Y, %H:%M}. Since midnight {used:,.1f} kWh used, {made:,.1f} made,"
        f" {shared:,.1f} shared."
    )


def setting(model: CommunityModel) -> str:
    """Who lives here, and under what rules."""
    scenario, panels = model.community, int((model.homes.kwp > 0).sum())
    return (
        f"{len(model.homes):,} homes, {panels:,} with panels, {scenario.scheme},"
        f" {scenario.outages.hours_per_day:g} hours a day without power, seed {scenario.seed}."
    )


def drawn(model: CommunityModel) -> Figure:
    """The present day, as far as it has come."""
    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    energy, price = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for name, (label, colour) in LINES.items():
        kwh = [(wh or 0) / WH_PER_KWH for wh in lived_today(model, name)]
        energy.plot(_hours(kwh), kwh, label=label, color=colour, linewidth=2)
    energy.set_ylabel("kWh in half an hour")
    energy.legend(loc="upper left", frameon=False)
    cents = [
        None if micros is None else micros / MICROS_PER_CENT
        for micros in lived_today(model, "price_micros_per_kwh")
    ]
    price.plot(_hours(cents), cents, color=PRICE_COLOUR, linewidth=2)
    price.set_ylabel("US cents a kWh")
    price.set_xlabel("hour of the day")
    price.set_xlim(0, INTERVALS_PER_DAY // INTERVALS_PER_HOUR)
    price.set_xticks(range(0, 25, 3))
    for axes in (energy, price):
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.3)
    return figure


def _hours(values: Sequence[object]) -> list[float]:
    """The middle of each half hour of the day."""
    return [(j + 0.5) / INTERVALS_PER_HOUR for j in range(len(values))]
