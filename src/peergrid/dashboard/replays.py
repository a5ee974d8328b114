"""Replay: a settled month under every scheme, on paper, against what was booked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard import theme
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, card, columns, empty, frame, quiet, said, text
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.months import month_at, month_steps
from peergrid.dashboard.previews import WIDTHS, bill_told, compared
from peergrid.dashboard.table import table
from peergrid.dashboard.told import Told
from peergrid.dashboard.words import format_instant, format_signed
from peergrid.errors import PeerGridError, Unknown
from peergrid.money import Unit

WHAT = "A month settled again on paper, under every scheme: nothing is booked."
MOST_NAMED = 10  # who would gain most, and who would lose most


@dataclass(frozen=True)
class Schemes:
    """What a month can be replayed under, and how far months are settled."""

    schemes: list[wire.SchemeRow]
    settled_until: datetime | None


@dataclass(frozen=True)
class Outcome:
    """A month under one scheme: bills of all [micros], and the members it changes most."""

    booked_micros: int
    replayed_micros: int
    credit_wh: int  # more than was booked
    better: int  # members who would have paid less, or got more
    worse: int
    until: datetime | None  # of a month that is not over
    gains: list[wire.ReplayedMember]
    losses: list[wire.ReplayedMember]


@dataclass(frozen=True)
class Replays:
    """What is found of a month so far, scheme by scheme; a text says why there is nothing."""

    month: date | None = None
    found: tuple[tuple[str, Outcome | str], ...] = ()


def outcome_of(replay: wire.Replay) -> Outcome:
    """The few figures of a replay that a screen keeps."""
    saved = {one.member_id: _saved(one) for one in replay.members}
    ranked = sorted(replay.members, key=lambda one: (-saved[one.member_id], one.name))
    gains = [one for one in ranked if saved[one.member_id] > 0]
    losses = [one for one in reversed(ranked) if saved[one.member_id] < 0]
    booked, replayed = replay.booked, replay.replayed
    return Outcome(
        booked.bill_micros,
        replayed.bill_micros,
        replayed.credit_earned_wh - booked.credit_earned_wh,
        len(gains),
        len(losses),
        None if replay.is_complete else replay.settled_until,
        gains[:MOST_NAMED],
        losses[:MOST_NAMED],
    )


def _saved(one: wire.ReplayedMember) -> int:
    return one.booked.bill_micros - one.replayed.bill_micros


async def load_schemes(client: Client) -> Schemes:
    return Schemes(await client.schemes(), (await client.overview()).settled_until)


@ft.component
def ReplayPart(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802 - named as what it draws
    del me  # who may look may replay: nothing is changed
    nothing: tuple[date, int] | None = None
    asked, ask = ft.use_state(nothing)
    replays, show = ft.use_state(Replays())
    chosen, choose = ft.use_state("")
    view = use_live(desk, lambda: load_schemes(desk.client))
    shown = view.value

    async def replay_all() -> None:
        if asked and shown:
            await replay_each(desk, asked[0], shown.schemes, show)

    ft.use_effect(replay_all, [asked], cleanup=lambda: None)  # a cleanup is what cancels it
    if not shown:
        return frame(quiet(WHAT), view.trouble)
    told = _schemes(shown.schemes)
    if not shown.settled_until:
        return frame(quiet(WHAT), view.trouble, card(empty("Nothing is settled yet.")), told)
    month = month_at(desk, shown.settled_until)
    of_month = replays if replays.month == month else Replays()
    is_under_way = bool(asked and asked[0] == month and len(of_month.found) < len(shown.schemes))

    def begin() -> None:
        show(Replays(month))
        ask((month, asked[1] + 1 if asked else 1))

    def stop() -> None:
        ask(None)

    button = (
        ft.OutlinedButton("Stop", icon=ft.Icons.STOP, on_click=stop, height=44)
        if is_under_way
        else ft.FilledButton("Replay this month", on_click=begin, height=44)
    )
    choose_month = [
        card(
            month_steps(desk, month, shown.settled_until),
            button,
            *([_progress(of_month, shown.schemes)] if is_under_way else []),
            name="Which month",
        )
    ]
    total, who = _found(of_month, shown.schemes, chosen, choose)
    left, right = [*choose_month, *total], [*who, told]
    if desk.is_wide:
        return frame(quiet(WHAT), view.trouble, columns(left, right, is_wide=True))
    return frame(quiet(WHAT), view.trouble, *left, *right)


async def replay_each(
    desk: Desk, month: date, schemes: list[wire.SchemeRow], show: Callable[[Replays], None]
) -> None:
    """One scheme after another, each shown as it comes: a month takes the server seconds."""
    found: tuple[tuple[str, Outcome | str], ...] = ()
    for scheme in schemes:
        try:
            outcome: Outcome | str = outcome_of(await desk.client.replay(month, scheme.name))
        except Unknown:
            desk.leave()
            return
        except PeerGridError as error:
            outcome = str(error)
        found = (*found, (scheme.name, outcome))
        show(Replays(month, found))


def _progress(replays: Replays, schemes: list[wire.SchemeRow]) -> ft.Control:
    done = len(replays.found)
    words = f"{done} of {len(schemes)} schemes replayed; next {schemes[done].title}"
    bar = ft.ProgressBar(value=done / len(schemes), color=theme.SUN)
    return said(words, ft.Column([quiet(words), bar], spacing=6))


def _found(
    replays: Replays,
    schemes: list[wire.SchemeRow],
    chosen: str,
    choose: Callable[[str], None],
) -> tuple[list[ft.Control], list[ft.Control]]:
    """What there is in total, and who gains or loses: cards, as far as they can be drawn."""
    if not replays.found:
        return [], []
    titles = {one.name: one.title for one in schemes}
    outcomes = {name: one for name, one in replays.found if isinstance(one, Outcome)}
    failed = [(titles[name], one) for name, one in replays.found if isinstance(one, str)]
    troubles = [banner(f"{title}: {why}", ft.Icons.INFO_OUTLINE) for title, why in failed]
    if not outcomes:
        return [card(*troubles, name="In total")], []
    first, *_ = outcomes.values()
    until = [quiet(f"The month until {format_instant(first.until)}.")] if first.until else []
    rows = [
        (
            titles[name],
            bill_told(one.replayed_micros),
            _change(one),
            f"{one.better:,} / {one.worse:,}",
        )
        for name, one in outcomes.items()
    ]
    total = card(
        *troubles,
        *until,
        text(f"As booked, all together: {bill_told(first.booked_micros)}"),
        table(["Scheme", "All together", "Change", "Gain / lose"], rows, [5, 4, 4, 3]),
        quiet("Members who would have paid less and more. Bills are money; credit is beside them."),
        name="In total",
    )
    name = chosen if chosen in outcomes else next(iter(outcomes))
    options = [(one, titles[one]) for one in outcomes]
    return [total], [_who(choice("Under", options, name, choose), outcomes[name])]


def _change(one: Outcome) -> str:
    change = format_signed(Unit.USD, one.replayed_micros - one.booked_micros)
    return f"{change}\n{format_signed(Unit.WH_CREDIT, one.credit_wh)}" if one.credit_wh else change


def _who(under: ft.Control, outcome: Outcome) -> ft.Control:
    """Those whom a scheme would change most."""
    names = ["Member", "Booked", "Replayed", "Change"]
    lists = [("Would gain most", outcome.gains), ("Would lose most", outcome.losses)]
    parts: list[ft.Control] = []
    for title, members in lists:
        if members:
            parts += [text(title, 15), table(names, [compared(one) for one in members], WIDTHS)]
    none = quiet("Nobody's bill would have been another.")
    return card(under, *(parts or [none]), name="Who gains, who loses")


def _schemes(schemes: list[wire.SchemeRow]) -> ft.Control:
    """Each in a paragraph, for whoever touches it."""
    rows = []
    for scheme in schemes:
        marks = [
            "pilot: no rule in force allows it yet" if scheme.is_pilot else "a rule in force",
            *(["priced when a month is over"] if scheme.is_by_month else []),
        ]
        beneath = ", ".join(marks)
        lines = ft.Column([text(scheme.title, 15), quiet(beneath, 12)], spacing=0)
        rows.append(Told(f"{scheme.title}. {beneath}", lines, [scheme.paragraph]))
    return card(quiet("Touch one to read what it does."), *rows, name="The schemes", spacing=6)
