"""Matplotlib's figures as SVG that reads the same everywhere and follows the page's colours."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

from matplotlib import style
from matplotlib.figure import Figure

WIDTH_IN, HEIGHT_IN = 5.0, 3.3  # drawn for a phone: letters keep their size on 360 px

COLOURS = {  # by the names that the page's CSS knows; as in the dashboard's light theme
    "ink": "#1d2125",
    "quiet": "#5a6068",
    "line": "#d9d2c2",
    "sun": "#f2a31b",
    "neighbours": "#0b7568",
    "grid": "#3f5fa8",
    "trouble": "#b3261e",
    "other": "#8a4f9e",
}
INK, QUIET, LINE = COLOURS["ink"], COLOURS["quiet"], COLOURS["line"]
SUN, NEIGHBOURS, GRID = COLOURS["sun"], COLOURS["neighbours"], COLOURS["grid"]
TROUBLE, OTHER = COLOURS["trouble"], COLOURS["other"]

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same widths on every machine
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "svg.fonttype": "none",  # letters stay letters: small, and read aloud
}
UNDATED = {"Date": None, "Creator": None, "Format": None, "Type": None}


def drawn(
    name: str,
    draw: Callable[[Figure], None],
    height_in: float = HEIGHT_IN,
    width_in: float = WIDTH_IN,
) -> str:
    """An SVG file of what ``draw`` puts on a figure; the same drawing gives the same bytes."""
    with style.context(["default", STYLE | {"svg.hashsalt": name}]):
        figure = Figure((width_in, height_in), layout="constrained")
        draw(figure)
        file = StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata=UNDATED)
    return file.getvalue()


def inline(svg: str, name: str, alt: str) -> str:
    """An SVG file as a part of a page: its own ids, the page's colours, ``alt`` for who listens.

    ``alt`` is escaped text.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r'\b(id=")', rf"\1{name}-", body)
    body = re.sub(r'(url\(#|href="#)', rf"\1{name}-", body)
    for role, colour in COLOURS.items():
        body = body.replace(colour, f"var(--{role})")
    size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt" ', body)
    assert size is not None  # noqa: S101 - how Matplotlib begins each SVG
    return body.replace(size[0], "", 1).replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
