"""The report of one run: a page of plots, figures with their units, and where they come from."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape

from matplotlib.figure import Figure

from peergrid import __version__
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.schemes import scheme_named
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results import plots
from peergrid.simulation.results.amounts import Scale, scale_for
from peergrid.simulation.results.drawing import HEIGHT_IN, drawn, inline
from peergrid.simulation.results.figures import FIGURES, figures_of, has_panels, intervals_asked
from peergrid.simulation.results.page import page, plot, table, tiles
from peergrid.simulation.results.provenance import SOURCES, scenario_as_given
from peergrid.simulation.results.views import gains_of, net_kw, outages_of, periods_of, town_title

FIRST_SEEN = (
    *("shared_wh", "community_self_sufficiency", "self_consumption"),
    *("mean_price_micros_per_kwh", "mean_payout_micros_per_kwh", "outage_hours"),
)
KW, USD = Scale(1, 1, "kW"), Scale(1, 2, "US$")
ROW_IN = 0.5  # height of a row of boxes or bars


def report_of(run: Run) -> str:
    """The whole page. The same run gives the same bytes."""
    figures = figures_of(run)
    return page(
        run.scenario.title,
        [
            *_opening(run),
            tiles(
                (told(name, figures[name]), FIGURES[name].title)
                for name in FIRST_SEEN
                if name in figures
            ),
            f'<div class="plots">{"".join(_plots(run, figures))}</div>',
            _table(figures),
            _provenance(run),
        ],
    )


def told(name: str, value: float) -> str:
    """A figure with its unit, as a person reads it."""
    scale = scale_for(FIGURES[name].unit, value)
    return f"{scale.told(value)} {scale.label}".strip()


def _opening(run: Run) -> Iterator[str]:
    scenario, homes = run.scenario, len(run.homes["kwp"])
    scheme = scheme_named(scenario.scheme)
    days = run.intervals / INTERVALS_PER_DAY
    towns = ", ".join(map(town_title, run.sites))
    communities = len(run.communities["site"])
    yield f"<h1>{escape(scenario.title)}</h1>"
    yield (
        f"<p>{homes:,} homes, {int(has_panels(run.homes).sum()):,} with panels, in"
        f" {communities:,} communit{'y' if communities == 1 else 'ies'} ({escape(towns)});"
        f" {days:,.6g} days from"
        f" {scenario.start:%d %B %Y}. {escape(scheme.title)}"
        f", {'a pilot that no rule in force allows yet' if scheme.pilot else 'the rule in force'}."
        "</p>"
    )
    if run.intervals < intervals_asked(scenario):
        yield (
            '<p class="warning">This run was stopped early: it shows'
            f" {days:,.6g} of {scenario.days:,} days.</p>"
        )


def _plots(run: Run, figures: Mapping[str, float]) -> Iterator[str]:
    """Each plot that the run has something to show for."""
    if not run.intervals:
        return
    said = {name: told(name, value) for name, value in figures.items()}
    yield _plot(
        "A mean day",
        partial(plots.draw_day, run=run),
        "Mean power of all communities by local time. What is shared is part of both import and"
        f" export. Over the run {said['shared_wh']} of {said['import_wh']} drawn came from"
        " neighbours.",
    )
    periods = periods_of(run)
    yield _plot(
        "Where the energy came from",
        partial(plots.draw_periods, periods=periods),
        f"What homes used, by source, {periods[0].label} to {periods[-1].label}; diamonds are what"
        f" the panels made. In all {said['demand_wh']} were used and {said['generation_wh']} made.",
    )
    net = net_kw(run)
    yield _plot(
        "How long the load lasts",
        partial(plots.draw_duration, run=run),
        "Import less export of all communities, sorted. Below 0 they send out more than they draw:"
        f" {(net < 0).mean():.0%} of the time. Highest {KW.told(net.max())} kW, lowest"
        f" {KW.told(net.min())} kW.",
    )
    yield _plot(
        "Prices",
        partial(plots.draw_prices, run=run),
        "Mean prices by local time, levy included, and how long a mean price was exceeded. A kWh"
        f" drawn cost {said.get('mean_price_micros_per_kwh', 'nothing')} on average, a kWh sent"
        f" out earned {said.get('mean_payout_micros_per_kwh', 'nothing')}.",
        1.5 * HEIGHT_IN,
    )
    yield from _gains(run)
    yield _outages(run, said)


def _gains(run: Run) -> Iterator[str]:
    gains = gains_of(run)
    middle = "; ".join(
        f"{each.label} ({each.homes:,}): {USD.told(each.percentiles_usd[2])}" for each in gains
    )
    yield _plot(
        "Who gains",
        partial(plots.draw_gains, gains=gains),
        "Bills against those with the grid alone: every kWh drawn at the month's blocks with levy,"
        " nothing for a kWh sent out. Boxes hold half of the homes, lines nine in ten. Energy"
        " credit left over counts nothing.",
        0.9 + ROW_IN * len(gains),
        f" Medians in US$ a month: {middle}.",
    )


def _outages(run: Run, said: Mapping[str, str]) -> str:
    towns = outages_of(run)
    if not any(town.hours for town in towns):
        return "<section><h2>Outages</h2><p>No feeder was off.</p></section>"
    worst = towns[0]
    shown = _plot(
        "Outages",
        partial(plots.draw_outages, towns=towns),
        f"Where homes were off, the longer the larger. A home was off for {said['outage_hours']}"
        f" on average, longest in {town_title(worst.site)}; {said['lost_wh']} could not be shared.",
        1.2 * HEIGHT_IN,
    )
    hours = FIGURES["outage_hours"].unit
    rows = [
        (town_title(town.site), told("outage_hours", town.hours), told("lost_wh", town.lost_wh))
        for town in towns
    ]
    heads = ("Town", f"Off, {hours} a home", "Not shared")
    listed = table(heads, rows, ("", "number", "number"))
    return f"{shown}<section><h2>Outages by town</h2>{listed}</section>"


def _plot(
    title: str,
    draw: Callable[[Figure], None],
    caption: str,
    height_in: float = HEIGHT_IN,
    heard: str = "",
) -> str:
    """A plot; who listens to the page is told its title, its caption and what is ``heard``."""
    name = title.lower().replace(" ", "-")
    alt = escape(f"{title}. {caption}{heard}", quote=True)
    return plot(title, inline(drawn(name, draw, height_in), name, alt), caption)


def _table(figures: Mapping[str, float]) -> str:
    rows = []
    for name, value in figures.items():
        figure = FIGURES[name]
        scale = scale_for(figure.unit, value)
        rows.append((figure.title, scale.told(value), scale.label, figure.meaning))
    heads = ("Figure", "Value", "Unit", "What it is")
    kinds = ("", "number", "", "meaning")
    return f"<section><h2>Figures</h2>{table(heads, rows, kinds)}</section>"


def _provenance(run: Run) -> str:
    scenario = run.scenario
    sources = "".join(
        f"<li>{escape(subject)}: {escape(source)}</li>" for subject, source in SOURCES.items()
    )
    given = escape(json.dumps(scenario_as_given(scenario), indent=2, ensure_ascii=False))
    return (
        '<section class="quiet"><h2>Where this comes from</h2>'
        f"<p>PeerGrid {escape(__version__)}, scenario {escape(scenario.name)}, seed"
        f" {scenario.seed}, scheme {escape(scenario.scheme)}, {run.intervals:,} half hours. Homes,"
        " sky and demand are simulated; the same seed gives the same numbers.</p>"
        f"<details><summary>Sources</summary><ul>{sources}</ul></details>"
        f"<details><summary>The scenario as given</summary><pre>{given}</pre></details></section>"
    )
