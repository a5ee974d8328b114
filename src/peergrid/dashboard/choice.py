"""One of several, all in sight: each a button with its own name."""

from collections.abc import Callable, Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import text
from peergrid.dashboard.preferences import needs_lines, pt

SHOWN_PX = 92


def choice(
    label: str, options: Sequence[tuple[str, str]], chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    """Chips by their keys and words; a touch of one says its key to ``choose``."""
    return ft.Column([text(label, 13), _chips(label, options, chosen, choose)], spacing=6)


def segments(
    label: str, options: Sequence[tuple[str, str]], chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    """The same of few short words, in one piece as long as the text leaves room for that."""
    if needs_lines():
        return _chips(label, options, chosen, choose)
    return ft.SegmentedButton(
        segments=[ft.Segment(value=key, label=words) for key, words in options],
        selected=[chosen],
        show_selected_icon=False,
        on_change=lambda event: choose(event.control.selected[0]),
    )


def stepper(label: ft.Control, less: ft.Control, shown: ft.Control, more: ft.Control) -> ft.Control:
    """A label, and a figure between two buttons that change it."""
    figure = ft.Container(shown, width=pt(SHOWN_PX), alignment=ft.Alignment.CENTER)
    if needs_lines():
        return ft.Column([label, ft.Row([less, figure, more], spacing=4)], spacing=0)
    return ft.Row([ft.Container(label, expand=True), less, figure, more], spacing=4)


def _chips(
    label: str, options: Sequence[tuple[str, str]], chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    def chip(key: str, words: str) -> ft.Control:
        return ft.Chip(
            label=ft.Text(
                words,
                max_lines=3,
                size=pt(13),
                color=theme.INK,
                semantics_label=f"{label}: {words}",
            ),
            selected=key == chosen,
            show_checkmark=False,
            on_select=lambda _: choose(key),
        )

    return ft.Row([chip(key, words) for key, words in options], wrap=True, spacing=6)
