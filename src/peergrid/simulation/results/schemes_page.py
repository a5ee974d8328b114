"""The page of one seed under many schemes: who wins, who loses, and how evenly."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape

import numpy as np
from matplotlib.figure import Figure

from peergrid import __version__
from peergrid.market.schemes import scheme_named
from peergrid.market.schemes.pooled import COMPENSATED
from peergrid.market.tariff import Tariff
from peergrid.simulation.results.amounts import USD, Scale, dollars, scale_for
from peergrid.simulation.results.drawing import GRID, INK, QUIET, SUN, drawn, inline
from peergrid.simulation.results.page import page, plot, table
from peergrid.simulation.results.schemes import SchemeRow, UnderScheme, same_energy
from peergrid.simulation.results.views import PERCENTILES
from peergrid.simulation.scenario import Scenario

KINDS = ((True, "with panels", SUN), (False, "without", GRID))
MICROS_PER_USD = 1e6
ROW_IN, FRAME_IN = 0.55, 1.1  # height of a scheme's boxes, and of what is around them
BOX, APART = 0.32, 0.36  # of a row
NONE = "\N{EN DASH}"


def page_of(scenario: Scenario, runs: Sequence[UnderScheme], rows: Sequence[SchemeRow]) -> str:
    """The whole page of ``runs`` of ``scenario`` and their ``rows``. The same, the same bytes."""
    title = f"{scenario.title}: {len(runs)} schemes"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(told(scenario, runs))}</p>",
        f'<div class="plots">{_changes(runs)}{_together(rows)}'
        f"{_homes(rows, runs[0].months)}{_winners(rows)}</div>",
        _sentences(scenario, runs),
        '<section class="quiet"><h2>Where this comes from</h2>'
        f"<p>PeerGrid {escape(__version__)}, scenario {escape(scenario.name)}, seed"
        f" {scenario.seed}, ZETDC's tariff of 1 December 2023 under all schemes. With the grid"
        " alone every kWh drawn is paid at the month's blocks with levy, and a kWh sent out earns"
        " nothing. Energy credit left at the end counts nothing. Homes, sky and demand are"
        " simulated; the same seed gives the same numbers.</p></section>",
    ]
    return page(title, parts)


def told(scenario: Scenario, runs: Sequence[UnderScheme]) -> str:
    """What was run, and whether the schemes price the same readings."""
    one, days = runs[0], runs[0].days
    homes, producers = len(one.produces), int(one.produces.sum())
    begun = (
        f"{homes:,} homes, {producers:,} with panels; {days:,.6g} days from"
        f" {scenario.start:%d %B %Y}, seed {scenario.seed}."
    )
    if one.adopts:
        return f"{begun} Homes buy panels as the scheme makes them pay, so energies differ."
    if same_energy(runs):
        return f"{begun} All schemes price the very same readings."
    return (
        f"{begun} {one.reacting:,} homes react to prices, so each scheme has readings of its own."
    )


def draw_changes(figure: Figure, runs: Sequence[UnderScheme]) -> None:
    """Bill changes of homes with panels and without: half in the box, nine in ten on the line."""
    axes = figure.subplots()
    names = ("whislo", "q1", "med", "q3", "whishi")
    handles, labels = [], []
    for number, (produces, label, colour) in enumerate(KINDS):
        boxes, places = [], []
        for row, run in enumerate(runs):
            spread = percentiles_usd(run, produces=produces)
            if spread:
                boxes.append(dict(zip(names, spread, strict=True)))
                places.append(-row - (number - 0.5) * APART)
        if boxes:
            shown = axes.bxp(
                boxes,
                positions=places,
                orientation="horizontal",
                showfliers=False,
                patch_artist=True,
                widths=BOX,
                boxprops={"facecolor": colour, "alpha": 0.55, "edgecolor": colour},
                medianprops={"color": INK, "linewidth": 2},
                whiskerprops={"color": colour},
                capprops={"color": colour},
            )
            handles.append(shown["boxes"][0])
            labels.append(label)
    axes.axvline(0, color=QUIET, linewidth=1)
    titles = [scheme_named(run.scheme).title.replace(" supply", "\nsupply") for run in runs]
    axes.set_yticks(-np.arange(len(runs)), titles)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("US$ a month, bill less bill with the grid alone")
    figure.legend(handles, labels, loc="outside upper left", ncols=2)


def percentiles_usd(run: UnderScheme, *, produces: bool) -> tuple[float, ...]:
    """PERCENTILES of bill changes [US$ a month] of homes with panels or without; () for nobody."""
    chosen = run.changes_micros[run.produces == produces] / run.months / MICROS_PER_USD
    return tuple(map(float, np.percentile(chosen, PERCENTILES))) if len(chosen) else ()


def _changes(runs: Sequence[UnderScheme]) -> str:
    title = "Who wins, who loses"
    caption = (
        "Bills against those with the grid alone, home by home: left of 0 a home pays less, right"
        " of it more. Boxes hold half of the homes, lines nine in ten, strokes are medians."
    )
    svg = drawn("changes", partial(draw_changes, runs=runs), FRAME_IN + ROW_IN * len(runs))
    heard = "; ".join(_heard(run) for run in runs)
    alt = escape(f"{title}. {caption} Medians in US$ a month: {heard}.", quote=True)
    return plot(title, inline(svg, "changes", alt), caption)


def _heard(run: UnderScheme) -> str:
    medians = (
        f"{USD.told(spread[2] * USD.divisor)} {label}"
        for produces, label, _ in KINDS
        if (spread := percentiles_usd(run, produces=produces))
    )
    return f"{scheme_named(run.scheme).title} {', '.join(medians)}"


def _together(rows: Sequence[SchemeRow]) -> str:
    share = scale_for("share", 1)
    cells = (
        (
            row.title,
            *(dollars(micros) for micros in (row.bill_micros, row.savings_micros)),
            *(_told(share, value) for value in (row.self_consumption, row.self_sufficiency)),
        )
        for row in rows
    )
    heads = ("Scheme", "All bills", "Saved", "Use %", "Sun %")
    note = (
        "All bills of the run, and what is saved against the grid alone, in US$. Self-consumption:"
        " the part of generation used at home; self-sufficiency: the part of demand met by it."
    )
    return _section("What all pay, and how far the sun goes", heads, cells, note)


def _homes(rows: Sequence[SchemeRow], months: float) -> str:
    index = scale_for("index", 1)
    cells = (
        (
            row.title,
            a_month(row.producers_mean_change_micros, months),
            a_month(row.consumers_mean_change_micros, months),
            *(_told(index, value) for value in (row.gini_of_bills, row.jain_of_bills)),
        )
        for row in rows
    )
    heads = ("Scheme", "Panels", "Without", "Gini", "Jain")
    note = (
        "How much more or less a home with panels, and one without, pays than with the grid alone:"
        " means, US$ a month. Gini of bills: 0, all pay alike; Jain's index of bills: 1, all alike."
    )
    return _section("What a home pays, and how evenly", heads, cells, note)


def _winners(rows: Sequence[SchemeRow]) -> str:
    cells = (
        (
            row.title,
            *(f"{count:,}" for count in (row.winners_to_grid, row.losers_to_grid)),
            *map(_count, (row.winners_to_net_metering, row.losers_to_net_metering)),
        )
        for row in rows
    )
    heads = ("Scheme", "Win", "Lose", "Win, n.m.", "Lose, n.m.")
    note = (
        "Homes that pay less or more than with the grid alone, then than under net metering"
        " (n.m.), the rule in force. Others pay the same, to the cent."
    )
    return _section("How many win, how many lose", heads, cells, note)


def _section(title: str, heads: Sequence[str], cells: Iterator[tuple[str, ...]], note: str) -> str:
    kinds = ("", *["number"] * (len(heads) - 1))
    return (
        f"<section><h2>{escape(title)}</h2>{table(heads, cells, kinds)}"
        f'<p class="quiet">{escape(note)}</p></section>'
    )


def _sentences(scenario: Scenario, runs: Sequence[UnderScheme]) -> str:
    of_scheme = {run.scheme: scenario.under(run.scheme).prices for run in runs}
    listed = "".join(
        f"<li><b>{escape(scheme.title)}</b>{' (pilot)' if scheme.pilot else ''}:"
        f" {escape(scheme.explained(tariff))}</li>"
        for scheme, tariff in ((scheme_named(name), prices) for name, prices in of_scheme.items())
    )
    return (
        f"<section><h2>The schemes</h2><ul>{listed}</ul>"
        f'<p class="quiet">{" ".join(_terms(scenario, of_scheme))}</p></section>'
    )


def _terms(scenario: Scenario, of_scheme: Mapping[str, Tariff]) -> Iterator[str]:
    """What the members agreed on, in a sentence each."""
    groups = [group for community in scenario.communities for group in community.groups]
    yield "A pilot is a scheme that no rule in force allows yet."
    if COMPENSATED.name in of_scheme and not of_scheme[COMPENSATED.name].compensation_ppm:
        yield "This tariff's compensation is 0: both ratios are the same."
    if len({group.coefficient_weight for group in groups}) == 1:
        yield "Coefficients are equal parts."
    else:
        yield "Coefficients go by the weights of the scenario's groups."
    if all(
        group.most_paid_usd_per_kwh is None and group.least_taken_usd_per_kwh is None
        for group in groups
    ):
        yield "In auctions nobody names limits."
    else:
        yield "In auctions homes name the limits of the scenario's groups."
    yield "Equal orders are served in the order of the homes."


def a_month(micros: float | None, months: float) -> str:
    """A mean change over the run as US$ a month; a dash for nobody."""
    return NONE if micros is None else USD.told(micros / months)


def _told(scale: Scale, value: float | None) -> str:
    return NONE if value is None else scale.told(value)


def _count(homes: int | None) -> str:
    return NONE if homes is None else f"{homes:,}"
