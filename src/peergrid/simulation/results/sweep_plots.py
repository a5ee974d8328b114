"""How a figure follows what was varied, with its spread over the seeds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from peergrid.simulation.results.amounts import scale_for
from peergrid.simulation.results.drawing import GRID, INK, NEIGHBOURS, OTHER, QUIET, SUN, TROUBLE
from peergrid.simulation.results.figures import FIGURES
from peergrid.simulation.results.grid import Sweep, Value
from peergrid.simulation.results.sweep_table import Kept, by_point

LINES = (NEIGHBOURS, SUN, GRID, TROUBLE, OTHER, INK, QUIET)

type Line = dict[Value, list[float]]  # what each value on the x axis came to, by seed


def lines_of(sweep: Sweep, kept: Kept, name: str) -> dict[str, Line]:
    """A figure by the first axis: a labelled line for each combination of the others."""
    lines: dict[str, Line] = defaultdict(dict)
    for values, of_seeds in by_point(sweep, kept, name).items():
        label = ", ".join(
            f"{axis.path} {value}" for axis, value in zip(sweep.axes[1:], values[1:], strict=True)
        )
        lines[label][values[0]] = of_seeds
    return lines


def draw_figures(drawing: Figure, sweep: Sweep, kept: Kept, names: Sequence[str]) -> None:
    """One plot below the other, a figure each, with one legend."""
    if not names:
        return
    places = drawing.subplots(len(names), 1, squeeze=False)[:, 0]
    for axes, name in zip(places, names, strict=True):
        _draw(axes, lines_of(sweep, kept, name), name)
        axes.set_xlabel(sweep.axes[0].path)
    handles, labels = places[0].get_legend_handles_labels()
    if len(labels) > 1:
        drawing.legend(handles, labels, loc="outside upper left", ncols=2)


def _draw(axes: Axes, lines: Mapping[str, Line], name: str) -> None:
    """Means as a line, from the least to the most of all seeds as a band."""
    figure = FIGURES[name]
    every = [value for line in lines.values() for values in line.values() for value in values]
    scale = scale_for(figure.unit, max(map(abs, every)))
    ticks = list(dict.fromkeys(x for line in lines.values() for x in line))
    numbers = not any(isinstance(x, bool | str) for x in ticks)
    for number, (label, line) in enumerate(lines.items()):
        colour = LINES[number % len(LINES)]
        at = [float(x) if numbers else float(ticks.index(x)) for x in line]
        spread = [[value / scale.divisor for value in values] for values in line.values()]
        least, most = list(map(min, spread)), list(map(max, spread))
        axes.fill_between(at, least, most, color=colour, alpha=0.2, linewidth=0)
        means = [sum(values) / len(values) for values in spread]
        axes.plot(at, means, "o-", color=colour, label=label or name, markersize=4)
        axes.vlines(at, least, most, color=colour, linewidth=1)
    if not numbers:
        axes.set_xticks(range(len(ticks)), [str(x) for x in ticks])
    axes.set_ylabel(f"{figure.title} [{scale.label}]" if scale.label else figure.title)
