"""My wallet: what is mine in each unit, and every line of the month in words."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    big_figure,
    card,
    columns,
    empty,
    frame,
    said,
    screen_title,
    steps,
    sunny_card,
)
from peergrid.dashboard.live import Desk, use_day, use_live
from peergrid.dashboard.state import Wallet, load_wallet
from peergrid.dashboard.words import (
    format_amount,
    format_day,
    format_instant,
    format_month,
    format_signed,
)
from peergrid.energy import month_start, next_month
from peergrid.money import Unit

BEFORE = timedelta(days=1)
REVERSED = "taken back: a reading was corrected"


@ft.component
def WalletScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """The running month, or the one that was stepped to."""
    month, show_month = use_day()
    running, set_running = use_day()
    view = use_live(desk, lambda: load_wallet(desk.client, month), month)
    title = screen_title("My wallet", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    if month is None and running != shown.statement.month:
        set_running(shown.statement.month)
    left = [_balances(shown.wallet)]
    right = [_months(shown.statement.month, running, show_month), *_statement(shown)]
    return frame(title, view.trouble, columns(left, right, is_wide=desk.is_wide))


def _months(
    month: date, running: date | None, show_month: Callable[[date | None], None]
) -> ft.Control:
    after = next_month(month)
    is_running = running is None or month >= running
    return steps(
        format_month(month),
        lambda: show_month(month_start(month - BEFORE)),
        None if is_running else lambda: show_month(after if after != running else None),
        "Month",
    )


def _balances(wallet: wire.Wallet) -> ft.Control:
    until = wallet.settled_until
    settled = f"Settled until {format_instant(until)}" if until else "Nothing is settled yet"
    figures = [_balance(balance) for balance in wallet.balances]
    return sunny_card(*figures, ft.Text(settled, size=13, color=theme.SUN_INK))


def _balance(balance: wire.Balance) -> ft.Control:
    amount = format_amount(balance.unit, balance.amount)
    if balance.unit is Unit.WH_CREDIT:
        return big_figure(
            "Energy credit",
            amount,
            "the grid owes you" if balance.amount else "none so far",
            theme.SUN_INK,
        )
    words = "you owe for energy" if balance.amount < 0 else "yours"
    return big_figure("Money", amount, words, theme.SUN_INK)


def _statement(shown: Wallet) -> list[ft.Control]:
    statement = shown.statement
    if not statement.lines:
        return [
            card(empty("Nothing was settled in this month.")),
            _edge("Balance", statement.closing),
        ]
    newest_first = sorted(statement.lines, key=lambda line: line.day, reverse=True)
    days = [
        card(*map(_line, lines), name=format_day(day), spacing=8)
        for day, lines in groupby(newest_first, key=lambda line: line.day)
    ]
    return [_edge("Closing", statement.closing), *days, _edge("Opening", statement.opening)]


def _line(line: wire.StatementLine) -> ft.Control:
    amount = format_signed(line.unit, line.amount)
    color = theme.NEIGHBOURS if line.amount > 0 else theme.INK
    words: list[ft.Control] = [ft.Text(line.words, size=14, color=theme.INK)]
    if line.is_reversal:
        words.append(ft.Text(REVERSED, size=12, color=theme.QUIET))
    row = ft.Row(
        [
            ft.Column(words, spacing=0, expand=True),
            ft.Text(amount, size=15, weight=ft.FontWeight.W_600, color=color),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return said(f"{line.words}: {amount} {REVERSED if line.is_reversal else ''}".strip(), row)


def _edge(name: str, balances: Sequence[wire.Balance]) -> ft.Control:
    """Where the month began or ended, for each unit."""
    amounts = "   ".join(format_amount(one.unit, one.amount) for one in balances)
    row = ft.Row(
        [
            ft.Text(name, size=13, color=theme.QUIET, expand=True),
            ft.Text(amounts, size=13, weight=ft.FontWeight.W_600, color=theme.QUIET),
        ]
    )
    return said(
        f"{name}: {amounts}", ft.Container(row, padding=ft.Padding.symmetric(horizontal=18))
    )
