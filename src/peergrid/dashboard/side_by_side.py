"""Results of experiments beside each other: a mean day, and every figure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.chart import Series, day_chart
from peergrid.dashboard.components import card, quiet
from peergrid.dashboard.table import table
from peergrid.dashboard.words import format_price
from peergrid.energy import INTERVAL, day_start
from peergrid.money import WH_PER_KWH, format_usd
from peergrid.words.figures import format_kwh

MOST = 4
COLOURS = (theme.SUN, theme.NEIGHBOURS, theme.GRID, theme.TROUBLE)
DRAWN = {"shared_wh": "Shared between neighbours", "import_wh": "Drawn through the meters"}
LEFT_OUT = {"avoided_drought_year_g"}
G_PER_KG = 1_000
HALF = 2

type Result = tuple[str, wire.ExperimentResult]  # its title, and what it came to


def side_by_side(results: Sequence[Result]) -> list[ft.Control]:
    """Charts and one table of up to four results, each in a colour of its own."""
    return [*(_day(name, results) for name in DRAWN), _figures(results), _gains(results)]


def format_figure(unit: str, value: float) -> str:
    """A figure as a person reads it.

    >>> format_figure("share", 0.456), format_figure("micros", 1_230_000), format_figure("index", 1)
    ('45.6 %', 'US$1.23', '1.000')
    >>> format_figure("Wh", 12_345_678), format_figure("g", 1_500), format_figure("hours", 3.25)
    ('12,345.7 kWh', '2 kg', '3.2 h')
    """
    told = {
        "Wh": lambda: format_kwh(round(value), 1),
        "micros": lambda: format_usd(round(value)),
        "micros/kWh": lambda: format_price(round(value)),
        "share": lambda: f"{value * 100:.1f} %",
        "g": lambda: f"{value / G_PER_KG:,.0f} kg",
        "hours": lambda: f"{value:,.1f} h",
    }
    return told[unit]() if unit in told else f"{value:.3f}"


def _day(name: str, results: Sequence[Result]) -> ft.Control:
    """The mean day of each, per home, so that large and small can be compared."""
    midnight = day_start(datetime(2026, 1, 1, 12, tzinfo=UTC).date())  # any day: 24 h are 24 h
    lines = [
        Series(
            title,
            COLOURS[i],
            [wh / result.households / WH_PER_KWH for wh in result.mean_day[name]],
            [format_kwh(round(wh / result.households), 3) for wh in result.mean_day[name]],
        )
        for i, (title, result) in enumerate(results)
    ]
    starts = [midnight + i * INTERVAL for i in range(len(lines[0].values))]
    peaks = (f"{line.name} at most {max(v or 0 for v in line.values):.2f} kWh" for line in lines)
    heading, unit = f"{DRAWN[name]}: the mean day", "kWh a home and half hour"
    return day_chart(heading, unit, ", ".join(peaks), starts, lines)


def _figures(results: Sequence[Result]) -> ft.Control:
    by_name = [{figure.name: figure for figure in result.figures} for _, result in results]
    known = {name: figure for of in by_name for name, figure in of.items() if name not in LEFT_OUT}
    rows = [
        ("Homes", *(f"{result.households:,}" for _, result in results)),
        ("With panels", *(f"{result.producers:,}" for _, result in results)),
        ("Days", *(f"{result.days:,}" for _, result in results)),
    ]
    for name, figure in known.items():
        cells = (
            format_figure(figure.unit, of[name].value) if name in of else "-" for of in by_name
        )
        rows.append((figure.title, *cells))
    names = ["Figure", *(title for title, _ in results)]
    return card(table(names, rows, [5, *[4] * len(results)]), name="Every figure")


def _gains(results: Sequence[Result]) -> ft.Control:
    """What half of the homes of a kind gain more than, against the grid alone."""
    labels = list(dict.fromkeys(gains.label for _, result in results for gains in result.gains))
    rows = []
    for label in labels:
        found = ({gains.label: gains for gains in result.gains}.get(label) for _, result in results)
        rows.append((label, *(_middle(gains) for gains in found)))
    return card(
        quiet("US$ a month against the grid alone: the middle home, and the range of nine in ten."),
        table(["Homes", *(title for title, _ in results)], rows, [5, *[4] * len(results)]),
        name="Who gains",
    )


def _middle(gains: wire.ExperimentGains | None) -> str:
    if gains is None:
        return "-"
    low, *_, high = gains.percentiles_usd
    middle = gains.percentiles_usd[len(gains.percentiles_usd) // HALF]
    return f"{middle:+,.2f}\n{low:+,.2f} to {high:+,.2f}"
