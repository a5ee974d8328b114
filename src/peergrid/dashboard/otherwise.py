"""What a month would have come to under another scheme: on paper, nothing is booked."""

from datetime import date

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import (
    Part,
    banner,
    card,
    figure_row,
    pilot_label,
    quiet,
    waiting,
)
from peergrid.dashboard.live import Desk, use_deeds
from peergrid.dashboard.preferences import t
from peergrid.dashboard.words import format_instant, format_month
from peergrid.energy import month_start
from peergrid.money import format_usd


@ft.component
def OtherwiseCard(desk: Desk, day: date) -> ft.Control:  # noqa: N802 - a component
    """Asked for by whoever wants to know: replaying a month takes the server seconds."""
    month = month_start(day)
    none: list[wire.SchemeInfo] = []
    schemes, set_schemes = ft.use_state(none)
    asked, set_asked = ft.use_state("")
    nothing: wire.MyReplay | None = None
    shown, show = ft.use_state(nothing)
    trouble, tried = use_deeds(desk)

    async def offer() -> None:
        set_schemes(await desk.client.replay_schemes(month))

    def choose(name: str) -> None:
        async def replay() -> None:
            show(await desk.client.market_replay(month, name))

        set_asked(name)
        ft.context.page.run_task(tried(replay))

    is_for_this = shown is not None and (shown.month, shown.scheme.name) == (month, asked)
    body: list[ft.Control] = [quiet(t("otherwise_why", month=format_month(month)))]
    if not schemes:
        body.append(ft.OutlinedButton(t("otherwise_start"), on_click=tried(offer), height=44))
    else:
        options = [(one.name, one.title) for one in schemes]
        body.append(choice(t("otherwise_scheme"), options, asked, choose))
    if trouble:
        body.append(banner(trouble, ft.Icons.INFO_OUTLINE))
    elif shown and is_for_this:
        body += told(shown)
    elif asked:
        body.append(waiting(t("otherwise_waiting")))
    return card(*body, name=t("otherwise"))


def told(replay: wire.MyReplay) -> list[ft.Control]:
    """One's own month and that of all together, as booked and otherwise."""
    rows = [
        (t("otherwise_booked"), replay.booked.bill_micros, theme.LINE),
        (replay.scheme.title, replay.replayed.bill_micros, theme.SUN),
        (t("otherwise_all_booked"), replay.community_booked.bill_micros, theme.LINE),
        (t("otherwise_all"), replay.community_replayed.bill_micros, theme.NEIGHBOURS),
    ]
    until = [] if replay.is_complete else [quiet(_until(replay), 12)]
    return [
        pilot_label(replay.scheme),
        *(figure_row(Part(name, 1, bill_said(bill), color)) for name, bill, color in rows),
        quiet(_difference(replay.booked.bill_micros - replay.replayed.bill_micros)),
        *until,
    ]


def bill_said(bill_micros: int) -> str:
    """What is to pay, or comes in."""
    key = "otherwise_pays" if bill_micros >= 0 else "otherwise_gets"
    return t(key, amount=format_usd(abs(bill_micros)))


def _difference(saved_micros: int) -> str:
    if not saved_micros:
        return t("otherwise_same")
    key = "otherwise_better" if saved_micros > 0 else "otherwise_worse"
    return t(key, amount=format_usd(abs(saved_micros)))


def _until(replay: wire.MyReplay) -> str:
    return t("settled_until", time=format_instant(replay.settled_until))
