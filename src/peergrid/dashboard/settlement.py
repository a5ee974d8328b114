"""Settlement: how far it has come, what it waits for, and whether the books add up."""

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.approvals import ApprovalsCard
from peergrid.dashboard.audits import AuditCard
from peergrid.dashboard.awaited import awaited_card
from peergrid.dashboard.components import (
    Part,
    big_figure,
    card,
    columns,
    empty,
    figure_row,
    frame,
    screen_title,
    sunny_card,
)
from peergrid.dashboard.exports import ExportsCard
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.state import load_settled
from peergrid.dashboard.table import table
from peergrid.dashboard.words import count_of, format_instant
from peergrid.words.figures import format_amount, format_kwh


@ft.component
def SettlementScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    turn, set_turn = ft.use_state(0)
    view = use_live(desk, lambda: load_settled(desk.client), turn)
    title = screen_title("Settlement", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value.state
    payouts = ApprovalsCard(desk, me, view.value.payouts, lambda: set_turn(turn + 1))
    left = [_state(shown), payouts, _waits_for(shown), awaited_card(shown)]
    left += [AuditCard(desk), ExportsCard(desk, me, shown)]
    right = [_runs(shown)]
    if not desk.is_wide:
        return frame(title, view.trouble, *left, *right)
    return frame(title, view.trouble, columns(left, right, is_wide=True))


def settlement_line(state: wire.SettlementState) -> str:
    """The state of settlement in one line."""
    if state.settled_until is None:
        return "Nothing is settled yet."
    waits = count_of(state.waiting_intervals, "half hour")
    return f"Settled until {format_instant(state.settled_until)}; {waits} waiting."


def books_line(unbalanced: list[wire.Balance]) -> str:
    """Whether the books add up, unit by unit."""
    off = [format_amount(one.unit, one.amount) for one in unbalanced if one.amount]
    return f"off by {' and '.join(off)}" if off else "add up to 0"


def _state(state: wire.SettlementState) -> ft.Control:
    return sunny_card(
        big_figure(
            "Settled until",
            format_instant(state.settled_until),
            f"newest reading {format_instant(state.latest)}",
            theme.SUN_INK,
            size=27,
        )
    )


def _waits_for(state: wire.SettlementState) -> ft.Control:
    words = books_line(state.unbalanced)
    is_off = any(one.amount for one in state.unbalanced)
    return card(
        figure_row(Part("The books", 1, words, theme.TROUBLE if is_off else theme.NEIGHBOURS)),
        figure_row(
            Part(
                "Half hours waiting",
                1,
                f"{state.waiting_intervals:,}",
                theme.SUN if state.waiting_intervals else theme.LINE,
            )
        ),
        figure_row(Part("Corrections waiting", 1, f"{state.corrections_waiting:,}", theme.LINE)),
        name="State",
    )


def _runs(state: wire.SettlementState) -> ft.Control:
    if not state.recent:
        return card(empty("Nothing has been settled yet."), name="Recent runs")
    rows = [
        (
            format_instant(row.interval_start) + ("\nreversed" if row.is_reversal else ""),
            format_kwh(row.shared_wh),
            f"{row.transfers:,}",
            f"{row.estimated:,}",
        )
        for row in state.recent
    ]
    return card(
        table(["Half hour", "Shared", "Transfers", "Estimated"], rows, [5, 4, 3, 3]),
        name="Recent runs",
    )
