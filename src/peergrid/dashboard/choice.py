"""One of several, all in sight: each a button with its own name."""

from collections.abc import Callable, Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import text


def choice(
    label: str, options: Sequence[tuple[str, str]], chosen: str, choose: Callable[[str], None]
) -> ft.Control:
    """Chips by their keys and words; a touch of one says its key to ``choose``."""

    def chip(key: str, words: str) -> ft.Control:
        return ft.Chip(
            label=ft.Text(words, size=13, color=theme.INK, semantics_label=f"{label}: {words}"),
            selected=key == chosen,
            show_checkmark=False,
            on_select=lambda _: choose(key),
        )

    chips = [chip(key, words) for key, words in options]
    return ft.Column([text(label, 13), ft.Row(chips, wrap=True, spacing=6)], spacing=6)
