"""A row of a list that opens something: cells side by side, or beneath one another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import quiet, said
from peergrid.dashboard.preferences import needs_lines, pt
from peergrid.dashboard.words import count_of, format_instant

MARK_PX = 18
STANDING_COLORS = {
    wire.Standing.LEAVING: theme.SUN_INK,
    wire.Standing.WAITING: theme.SUN_INK,
    wire.Standing.SUSPENDED: theme.TROUBLE,
}


@dataclass(frozen=True)
class Cell:
    """What one cell says, and what stands small beneath it."""

    words: str
    beneath: str = ""
    color: ft.ColorValue = theme.INK


def row_button(
    cells: Sequence[Cell], widths: Sequence[int], act: Callable[[], None], *, is_wide: bool
) -> ft.Control:
    """A row as wide as its card, heard as one sentence; ``widths`` are shares of the whole."""
    in_columns = is_wide and not needs_lines()
    face = _beside(cells, widths) if in_columns else _beneath(cells)
    mark = ft.Icon(ft.Icons.CHEVRON_RIGHT, size=MARK_PX, color=theme.QUIET)
    words = ", ".join(filter(None, (part for cell in cells for part in (cell.words, cell.beneath))))
    look = ft.ButtonStyle(
        padding=ft.Padding.symmetric(vertical=8, horizontal=0),
        shape=ft.RoundedRectangleBorder(radius=8),
    )
    button = ft.TextButton(
        content=said(words, ft.Row([ft.Container(face, expand=True), mark], spacing=10)),
        style=look,
        on_click=lambda _: act(),
    )
    line = ft.Border.only(bottom=ft.BorderSide(1, theme.LINE))
    return ft.Container(ft.MergeSemantics(button), border=line)


def head(names: Sequence[str], widths: Sequence[int], *, is_wide: bool) -> list[ft.Control]:
    """The names of the columns, where there are columns."""
    if needs_lines() or not is_wide:
        return []
    cells = [ft.Container(quiet(name, 12), expand=w) for name, w in zip(names, widths, strict=True)]
    return [ft.Row([*cells, ft.Container(width=MARK_PX)], spacing=10)]


def _beside(cells: Sequence[Cell], widths: Sequence[int]) -> ft.Control:
    return ft.Row(
        [
            ft.Container(ft.Column(_lines(cell, is_first=not i), spacing=0), expand=width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ],
        spacing=10,
    )


def _beneath(cells: Sequence[Cell]) -> ft.Control:
    """The first on lines of its own, what it is like on those after it."""
    first, *others = cells
    words = [line for cell in others if cell.words for line in _lines(cell, is_first=False)]
    about = words if needs_lines() else [ft.Row(list(words), wrap=True, spacing=12, run_spacing=0)]
    return ft.Column(
        [*_lines(first, is_first=True), *about],
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.START,
    )


def _lines(cell: Cell, *, is_first: bool) -> list[ft.Control]:
    weight = ft.FontWeight.W_600 if is_first else ft.FontWeight.W_400
    words = ft.Text(cell.words, size=pt(14), color=cell.color, weight=weight)
    small = ft.Text(cell.beneath, size=pt(12), color=theme.QUIET, weight=ft.FontWeight.W_400)
    return [words, *([small] if cell.beneath else [])]


def standing_cell(standing: wire.Standing) -> Cell:
    """A standing, in a colour if it needs somebody's eye."""
    return Cell(standing, color=STANDING_COLORS.get(standing, theme.INK))


def meter_state(row: wire.MeterRow) -> Cell:
    """Whether a meter reports."""
    if row.active_until:
        return Cell(f"ends {format_instant(row.active_until)}", color=theme.QUIET)
    if not row.is_silent:
        return Cell("reporting" if row.latest else "not heard yet")
    behind = row.intervals_behind
    since = f"for {count_of(behind, 'half hour')}" if behind else "from the beginning"
    return Cell(f"silent {since}", color=theme.TROUBLE)
