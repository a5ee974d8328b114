"""The month's statement: tap an amount to read how it came about; take it along as a file."""

from collections.abc import Callable, Sequence

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, quiet
from peergrid.dashboard.preferences import needs_lines, pt, t
from peergrid.dashboard.told import explanation
from peergrid.dashboard.words import format_signed

type Key = tuple[str, str, str | None]


@ft.component
def MonthCard(lines: Sequence[wire.ExplainedLine]) -> ft.Control:  # noqa: N802
    """Every kind of transfer of the month; the one that was tapped says how it came about."""
    opened, set_opened = use_opened()

    def turn(key: Key) -> Callable[[], None]:
        return lambda: set_opened(None if opened == key else key)

    rows: list[ft.Control] = []
    for line in lines:
        key = _key(line)
        rows.append(_line(line, turn(key), is_open=opened == key))
        if opened == key:
            rows.append(explanation([*line.steps, *filter(None, (line.terms, line.pilot))]))
    return card(quiet(t("tap_amount")), *rows, name=t("whole_month"))


def use_opened() -> tuple[Key | None, Callable[[Key | None], None]]:
    """The line that was tapped, and a way to open another or none."""
    return ft.use_state(None)


def _key(line: wire.ExplainedLine) -> Key:
    return line.kind, line.meter, line.tariff


def _line(line: wire.ExplainedLine, turn: Callable[[], None], *, is_open: bool) -> ft.Control:
    """A button as wide as the card, heard as its words and its amount."""
    amount_said = format_signed(line.unit, line.amount)
    color = theme.NEIGHBOURS if line.amount > 0 else theme.INK
    words = ft.Text(
        line.words.replace(" kWh", "\N{NO-BREAK SPACE}kWh"),
        size=pt(14),
        color=theme.INK,
        weight=ft.FontWeight.W_400,
    )
    amount = ft.Text(amount_said, size=pt(15), weight=ft.FontWeight.W_600, color=color)
    beneath = [amount] if needs_lines() else []
    beside = [] if needs_lines() else [amount]
    row = ft.Row(
        [
            ft.Column([words, *beneath], spacing=0, expand=True),
            *beside,
            ft.Icon(
                ft.Icons.EXPAND_LESS if is_open else ft.Icons.EXPAND_MORE,
                size=18,
                color=theme.QUIET,
            ),
        ],
        spacing=10,
    )
    look = ft.ButtonStyle(
        padding=ft.Padding.symmetric(vertical=4, horizontal=0),
        shape=ft.RoundedRectangleBorder(radius=8),
    )
    return ft.MergeSemantics(ft.TextButton(content=row, style=look, on_click=turn))
