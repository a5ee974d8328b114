"""A button that asks once more before it does what hurts."""

from collections.abc import Sequence

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, text
from peergrid.dashboard.live import Act, Desk, use_deeds
from peergrid.dashboard.preferences import pt

SHEET_PX = 420


@ft.component
def Sure(desk: Desk, words: str, of: str, question: str, deed: Act) -> ft.Control:  # noqa: N802
    """``words`` ``of`` somebody or something; beneath the button, what the deed failed of."""
    is_open, set_open = ft.use_state(initial=False)
    trouble, tried = use_deeds(desk)

    async def go() -> None:
        set_open(False)
        await tried(deed)()

    sheet = dialog(
        f"{words} {of}?",
        [text(question)],
        [
            ft.TextButton("Cancel", on_click=lambda _: set_open(False)),
            ft.FilledButton(words, on_click=go),
        ],
    )
    ft.use_dialog(sheet if is_open else None)
    button = ft.OutlinedButton(
        ft.Text(words, semantics_label=f"{words} {of}", color=theme.TROUBLE),
        on_click=lambda _: set_open(True),
    )
    return ft.Column([button, *([banner(trouble)] if trouble else [])], spacing=6)


def dialog(
    title: str, content: Sequence[ft.Control], actions: Sequence[ft.Control]
) -> ft.AlertDialog:
    """A sheet over the page that waits for an answer: a touch beside it is none."""
    return ft.AlertDialog(
        modal=True,
        title=ft.Text(title, size=pt(18), weight=ft.FontWeight.W_600, color=theme.INK),
        content=ft.Container(
            ft.Column(
                list(content),
                spacing=12,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            width=SHEET_PX,
        ),
        actions=list(actions),
        scrollable=True,
        bgcolor=theme.CARD,
        inset_padding=ft.Padding.all(16),
    )
