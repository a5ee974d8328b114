"""Rows and columns whose numbers align, each row one sentence for a screen reader."""

from collections.abc import Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import said
from peergrid.dashboard.preferences import pt


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
    head = said(
        ", ".join(names),
        ft.Container(_cells(names, widths, theme.QUIET, 12), border=_line_below()),
    )
    body = [
        said(
            ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True)),
            ft.Container(
                _cells(row, widths, theme.TROUBLE if i in alarms else theme.INK, 13),
                border=_line_below(),
            ),
        )
        for i, row in enumerate(rows)
    ]
    return ft.Column([head, *body], spacing=0)


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
