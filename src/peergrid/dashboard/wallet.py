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
    pilot_label,
    said,
    screen_title,
    steps,
    sunny_card,
    text,
    waiting,
)
from peergrid.dashboard.live import Desk, day_at, use_live
from peergrid.dashboard.payouts import PayoutCard
from peergrid.dashboard.preferences import pt, t
from peergrid.dashboard.running import running_card
from peergrid.dashboard.scheme import pays_in_credit
from peergrid.dashboard.state import load_wallet
from peergrid.dashboard.statement import MonthCard
from peergrid.dashboard.take_along import statement_card
from peergrid.dashboard.words import (
    format_day,
    format_instant,
    format_month,
    format_signed,
)
from peergrid.energy import month_start, next_month
from peergrid.money import Unit
from peergrid.words.figures import format_amount

BEFORE = timedelta(days=1)


@ft.component
def WalletScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """The running month, or the one that was stepped to."""
    month, show_month = day_at(desk)
    language = desk.preferences.language
    no_month: date | None = None
    running, set_running = ft.use_state(no_month)
    turn, set_turn = ft.use_state(0)
    view = use_live(desk, lambda: load_wallet(desk.client, month, language), month, language, turn)
    title = screen_title(t("my_wallet"), me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    if month is None and not view.is_left and running != shown.statement.month:
        set_running(shown.statement.month)
    payouts = PayoutCard(desk, shown.payouts, lambda: set_turn(turn + 1))
    running_month = None if view.is_left else _running(me, shown.statement)
    left = [_balances(me, shown.wallet), *filter(None, [running_month]), payouts]
    months = _months(month or running or shown.statement.month, running, show_month)
    right = [months, *([waiting()] if view.is_left else _statement(desk, me, shown.statement))]
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
        "month",
    )


def _running(me: wire.Me, statement: wire.Statement) -> ft.Control | None:
    return running_card(statement, [one.unit for one in _mine(me, statement.closing)])


def _mine(me: wire.Me, balances: Sequence[wire.Balance]) -> list[wire.Balance]:
    """Money always; energy credit where there is some, or where the scheme pays in it."""
    may_earn = me.role is wire.Role.PRODUCER and pays_in_credit(me.scheme)
    return [one for one in balances if one.unit is Unit.USD or one.amount or may_earn]


def _balances(me: wire.Me, wallet: wire.Wallet) -> ft.Control:
    until = wallet.settled_until
    settled = t("settled_until", time=format_instant(until)) if until else t("nothing_settled")
    figures = [_balance(me, balance) for balance in _mine(me, wallet.balances)]
    return sunny_card(
        *figures, text(settled, 13, theme.SUN_INK), pilot_label(me.scheme, on_sun=True)
    )


def _balance(me: wire.Me, balance: wire.Balance) -> ft.Control:
    amount = format_amount(balance.unit, balance.amount)
    if balance.unit is Unit.WH_CREDIT:
        return big_figure(
            t("energy_credit"),
            amount,
            t("credit_later" if balance.amount else "none_so_far"),
            theme.SUN_INK,
        )
    if balance.amount < 0:
        owed = format_amount(balance.unit, -balance.amount)
        is_paid = me.role is wire.Role.PRODUCER and not pays_in_credit(me.scheme)
        words = t("for_drawn_less" if is_paid else "for_drawn")
        return big_figure(t("to_pay"), owed, words, theme.SUN_INK)
    return big_figure(t("money"), amount, t("yours") if balance.amount else "", theme.SUN_INK)


def _statement(desk: Desk, me: wire.Me, statement: wire.Statement) -> list[ft.Control]:
    opening, closing = _mine(me, statement.opening), _mine(me, statement.closing)
    if not statement.lines:
        return [
            card(empty(t("nothing_in_month"))),
            _edge(t("balance"), closing),
        ]
    newest_first = sorted(statement.lines, key=lambda line: line.day, reverse=True)
    days = [
        card(*map(_line, lines), name=format_day(day), spacing=8)
        for day, lines in groupby(newest_first, key=lambda line: line.day)
    ]
    return [
        MonthCard(statement.explained),
        statement_card(desk, statement.month),
        _edge(t("closing_balance"), closing),
        *days,
        _edge(t("opening_balance"), opening),
    ]


def _line(line: wire.StatementLine) -> ft.Control:
    amount = format_signed(line.unit, line.amount)
    color = theme.NEIGHBOURS if line.amount > 0 else theme.INK
    words: list[ft.Control] = [
        ft.Text(line.words.replace(" kWh", "\N{NO-BREAK SPACE}kWh"), size=pt(14), color=theme.INK)
    ]
    if line.is_reversal:
        words.append(ft.Text(t("was_corrected"), size=pt(12), color=theme.QUIET))
    row = ft.Row(
        [
            ft.Column(words, spacing=0, expand=True),
            ft.Text(amount, size=pt(15), weight=ft.FontWeight.W_600, color=color),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return said(
        f"{line.words}: {amount} {t('was_corrected') if line.is_reversal else ''}".strip(), row
    )


def _edge(name: str, balances: Sequence[wire.Balance]) -> ft.Control:
    """Where the month began or ended, for each unit."""
    amounts = "   ".join(format_amount(one.unit, one.amount) for one in balances)
    row = ft.Row(
        [
            ft.Text(name, size=pt(13), color=theme.QUIET, expand=True),
            ft.Text(amounts, size=pt(13), weight=ft.FontWeight.W_600, color=theme.QUIET),
        ]
    )
    return said(
        f"{name}: {amounts}", ft.Container(row, padding=ft.Padding.symmetric(horizontal=18))
    )
