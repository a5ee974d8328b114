"""A figure that tells how it came about when it is tapped."""

from collections.abc import Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import Part, figure_face, said
from peergrid.dashboard.preferences import pt, t


def explanation(steps: Sequence[str]) -> ft.Control:
    """The formula with its inputs, line by line."""
    lines: list[ft.Control] = [ft.Text(step, size=pt(13), color=theme.INK) for step in steps]
    sheet = ft.Container(
        ft.Column(lines, spacing=5, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        bgcolor=theme.PAPER,
        border_radius=12,
        padding=ft.Padding.all(12),
    )
    return said(t("how_said", steps="; ".join(steps)), sheet)


@ft.component
def Told(words: str, face: ft.Control, steps: Sequence[str]) -> ft.Control:  # noqa: N802
    """``face`` is heard as ``words``, and opens what it came from."""
    is_open, set_open = ft.use_state(initial=False)
    look = ft.ButtonStyle(
        padding=ft.Padding.symmetric(vertical=4, horizontal=0),
        shape=ft.RoundedRectangleBorder(radius=8),
    )
    button = ft.MergeSemantics(
        ft.TextButton(
            content=said(words, ft.Row([ft.Container(face, expand=True)])),
            style=look,
            on_click=lambda _: set_open(not is_open),
        )
    )
    return ft.Column(
        [button, *([explanation(steps)] if is_open else [])],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def told_row(part: Part, steps: Sequence[str]) -> ft.Control:
    """A part of a whole that tells how it came about."""
    words = f"{part.name}: {part.value} {part.beneath}".strip()
    return Told(words, figure_face(part), steps)
