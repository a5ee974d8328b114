"""A month's statement of one member, looked at only when asked for: the look is on the trail."""

from datetime import date, timedelta
from functools import partial

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    Part,
    card,
    figure_row,
    quiet,
    steps,
    trouble_banner,
    waiting,
)
from peergrid.dashboard.live import Desk, use_look
from peergrid.dashboard.statement import MonthCard
from peergrid.dashboard.take_along import File, TakeAlong
from peergrid.dashboard.words import format_month
from peergrid.energy import month_start, next_month
from peergrid.words.figures import format_amount

NAME = "Statement"
WHY = "The member reads on the audit trail that you looked at it."


@ft.component
def StatementCard(desk: Desk, member_id: int) -> ft.Control:  # noqa: N802
    is_open, set_open = ft.use_state(initial=False)
    if is_open:
        return OpenStatement(desk, member_id)
    show = ft.OutlinedButton("Show the statement", on_click=lambda _: set_open(True))
    return card(quiet(WHY), ft.Row([show]), name=NAME)


@ft.component
def OpenStatement(desk: Desk, member_id: int) -> ft.Control:  # noqa: N802
    """The newest month first."""
    newest: date | None = None
    month, set_month = ft.use_state(newest)
    view = use_look(
        desk,
        lambda: desk.client.statement_of(member_id, month, desk.preferences.language),
        member_id,
        month,
    )
    told = [trouble_banner(view.trouble)]
    if not view.value or view.is_left:
        return card(*(told if view.trouble else [waiting()]), name=NAME)
    shown = view.value
    first = shown.month

    def earlier() -> None:
        set_month(month_start(first - timedelta(days=1)))

    def later() -> None:
        set_month(next_month(first))

    edges = [
        *_edge("Opening", shown.opening),
        *_edge("Closing", shown.closing),
    ]
    return ft.Column(
        [
            card(
                *(told if view.trouble else []),
                steps(format_month(first), earlier, later if month else None, "month"),
                *edges,
                name=NAME,
            ),
            *([MonthCard(shown.explained)] if shown.explained else []),
            TakeAlong(desk, _files(desk, member_id, first)),
        ],
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _edge(name: str, balances: list[wire.Balance]) -> list[ft.Control]:
    return [
        figure_row(Part(name, 1, format_amount(one.unit, one.amount), theme.LINE))
        for one in balances
    ]


def _files(desk: Desk, member_id: int, month: date) -> list[File]:
    return [
        File(
            ending.upper(),
            f"peergrid-member-{member_id}-{month:%Y-%m}.{ending}",
            partial(desk.client.statement_file_of, member_id, month, ending),
        )
        for ending in ("pdf", "csv")
    ]
