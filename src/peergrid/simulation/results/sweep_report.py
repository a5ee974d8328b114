"""What a sweep comes to: its table, its plots, and a page of both."""

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from pathlib import Path

from peergrid import __version__
from peergrid.simulation.results.amounts import scale_for
from peergrid.simulation.results.drawing import HEIGHT_IN, drawn, inline
from peergrid.simulation.results.figures import FIGURES
from peergrid.simulation.results.grid import Sweep
from peergrid.simulation.results.page import page, plot, table
from peergrid.simulation.results.sweep_plots import draw_figures
from peergrid.simulation.results.sweep_table import Kept, by_point, names_of, write_table

CHOSEN = (
    *("shared_wh", "community_self_sufficiency", "self_sufficiency", "lost_wh"),
    *("mean_price_micros_per_kwh", "consumers_bill_micros", "producers_bill_micros"),
    "gini_of_bills",
)
MOST_SHOWN = 6


def write_sweep(directory: Path, sweep: Sweep, kept: Kept) -> None:
    """Write sweep.parquet, sweep.csv, sweep.svg and sweep.html: the same runs, the same bytes."""
    write_table(directory, sweep, kept)
    shown = shown_of(kept)
    draw = partial(draw_figures, sweep=sweep, kept=kept, names=shown)
    svg = drawn("sweep", draw, HEIGHT_IN * max(1, len(shown)))
    (directory / "sweep.svg").write_text(svg, encoding="utf-8")
    (directory / "sweep.html").write_text(_page(sweep, kept, shown), encoding="utf-8")


def shown_of(kept: Kept) -> list[str]:
    """The figures drawn: the first of CHOSEN in which the runs differ."""
    known = names_of(kept)
    differing = (
        name
        for name in CHOSEN
        if name in known and len({figures.get(name) for figures in kept.values()}) > 1
    )
    return list(differing)[:MOST_SHOWN]


def _page(sweep: Sweep, kept: Kept, shown: Sequence[str]) -> str:
    scenario = sweep.scenario
    varied = "; ".join(f"{axis.path}: {', '.join(map(str, axis.values))}" for axis in sweep.axes)
    last = scenario.seed + sweep.seeds - 1
    return page(
        f"{scenario.title}: sweep",
        [
            f"<h1>{escape(scenario.title)}: {len(kept):,} runs</h1>",
            f"<p>{escape(varied)}; {sweep.seeds} seeds each.</p>",
            f'<div class="plots">{"".join(_plots(sweep, kept, shown))}</div>',
            _means(sweep, kept, shown),
            '<section class="quiet"><h2>Where this comes from</h2>'
            f"<p>PeerGrid {escape(__version__)}, scenario {escape(scenario.name)}, seeds"
            f" {scenario.seed} to {last}. Every run is a row of sweep.parquet and of sweep.csv;"
            " sweep.json says what was asked.</p></section>",
        ],
    )


def _plots(sweep: Sweep, kept: Kept, shown: Sequence[str]) -> Iterator[str]:
    for name in shown:
        figure = FIGURES[name]
        caption = (
            f"{figure.meaning[0].upper()}{figure.meaning[1:]}. Lines are means; bands go from the"
            f" least to the most of {sweep.seeds} seeds."
        )
        svg = drawn(name, partial(draw_figures, sweep=sweep, kept=kept, names=[name]))
        alt = escape(f"{figure.title} by {', '.join(axis.path for axis in sweep.axes)}. {caption}")
        yield plot(figure.title, inline(svg, name, alt), caption)


def _means(sweep: Sweep, kept: Kept, shown: Sequence[str]) -> str:
    """The means over the seeds, a row a point of the grid."""
    values_of = {name: by_point(sweep, kept, name) for name in shown}
    scales = {
        name: scale_for(FIGURES[name].unit, max(abs(v) for vs in points.values() for v in vs))
        for name, points in values_of.items()
    }
    rows = []
    for values in dict.fromkeys(values for values, _ in sweep.points()):
        row = list(map(str, values))
        for name in shown:
            of_seeds = values_of[name].get(values)
            row.append(scales[name].told(sum(of_seeds) / len(of_seeds)) if of_seeds else "")
        rows.append(row)
    heads = [axis.path for axis in sweep.axes]
    heads += [f"{FIGURES[name].title} {scales[name].label}".strip() for name in shown]
    kinds = [""] * len(sweep.axes) + ["number"] * len(shown)
    return f"<section><h2>Means</h2>{table(heads, rows, kinds)}</section>"
