"""Rows and columns whose numbers align, each row one sentence for a screen reader."""

from collections.abc import Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import said
from peergrid.dashboard.preferences import needs_lines, pt


def table(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int] | None = None,
    alarms: Sequence[int] = (),
) -> ft.Control:
    """The first column is of words and stands left; the others are numbers, right.

    ``widths`` are shares of the whole, ``alarms`` the rows that need somebody's eye.
    """
    widths = widths or [1] * len(names)
    head = _row(", ".join(names), _cells(names, widths, theme.QUIET, 12))
    body: list[ft.Control] = []
    for i, row in enumerate(rows):
        words = [f"{name} {cell}" for name, cell in zip(names, row, strict=True)]
        color = theme.TROUBLE if i in alarms else theme.INK
        cells = (
            _lines(row[0], words[1:], color) if needs_lines() else _cells(row, widths, color, 13)
        )
        body.append(_row(", ".join(words), cells))
    return ft.Column(
        body if needs_lines() else [head, *body],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _row(words: str, cells: ft.Control) -> ft.Control:
    return said(words, ft.Container(cells, border=_line_below()))


def _lines(first: str, others: Sequence[str], color: ft.ColorValue) -> ft.Control:
    """A row beneath one another: large text leaves no room for columns."""
    cells: list[ft.Control] = [
        ft.Text(first, size=pt(14), weight=ft.FontWeight.W_600, color=color),
        *(ft.Text(words, size=pt(13), color=color) for words in others),
    ]
    return ft.Container(ft.Column(cells, spacing=2), padding=ft.Padding.symmetric(vertical=7))


def _cells(row: Sequence[str], widths: Sequence[int], color: ft.ColorValue, size: int) -> ft.Row:
    return ft.Row(
        [
            ft.Container(
                ft.Text(
                    cell,
                    size=pt(size),
                    color=color,
                    text_align=ft.TextAlign.RIGHT if i else ft.TextAlign.LEFT,
                ),
                expand=width,
                padding=ft.Padding.symmetric(vertical=7),
                alignment=ft.Alignment.CENTER_RIGHT if i else ft.Alignment.CENTER_LEFT,
            )
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ],
        spacing=10,
    )


def _line_below() -> ft.Border:
    return ft.Border.only(bottom=ft.BorderSide(1, theme.LINE))
