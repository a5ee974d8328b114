"""Members and meters: who is here, what is theirs, and who has been silent."""

from collections.abc import Callable, Sequence

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import (
    card,
    columns,
    empty,
    frame,
    pilot_label,
    quiet,
    screen_title,
    steps,
)
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.state import load_people
from peergrid.dashboard.table import table
from peergrid.dashboard.words import count_of, format_instant
from peergrid.money import format_usd
from peergrid.words.figures import format_kwh

SHEET = "page"  # what one turns, in the words of screens
MOST_ROWS = 25  # on one sheet: a phone draws no more at once without a wait


@ft.component
def MembersScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    view = use_live(desk, lambda: load_people(desk.client))
    members_from, show_members = ft.use_state(0)
    meters_from, show_meters = ft.use_state(0)
    title = screen_title("Members and meters", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    body = columns(
        [_members(me, shown.members, members_from, show_members)],
        [_meters(shown.meters, meters_from, show_meters)],
        is_wide=desk.is_wide,
    )
    return frame(title, view.trouble, body)


def _sheet[T](
    rows: Sequence[T], first: int, show: Callable[[int], None]
) -> tuple[Sequence[T], list[ft.Control]]:
    """The rows from ``first`` on, and the steps to the sheets before and after."""
    if len(rows) <= MOST_ROWS:
        return rows, []
    first = min(first, (len(rows) - 1) // MOST_ROWS * MOST_ROWS)
    end = min(first + MOST_ROWS, len(rows))
    words = f"{first + 1:,} to {end:,} of {len(rows):,}"
    before = (lambda: show(first - MOST_ROWS)) if first else None
    after = (lambda: show(end)) if end < len(rows) else None
    return rows[first:end], [steps(words, before, after, SHEET)]


def _members(
    me: wire.Me, members: list[wire.MemberRow], first: int, show: Callable[[int], None]
) -> ft.Control:
    if not members:
        return card(empty("Nobody has joined yet."), name="Members")
    sheet, turn = _sheet(members, first, show)
    rows = [
        (
            f"{row.name}\n{row.role}",
            format_usd(row.usd_micros) if row.meters else "-",
            format_kwh(row.credit_wh) if row.meters else "-",
        )
        for row in sheet
    ]
    return card(
        pilot_label(me.scheme),
        quiet("A balance below zero is to be paid by the member."),
        *turn,
        table(["Name", "Balance", "Energy credit"], rows, [4, 3, 3]),
        name=count_of(len(members), "member"),
    )


def _meters(meters: list[wire.MeterRow], first: int, show: Callable[[int], None]) -> ft.Control:
    if not meters:
        return card(empty("No meter is registered yet."), name="Meters")
    silent_first = sorted(meters, key=lambda row: (not row.is_silent, row.meter))
    sheet, turn = _sheet(silent_first, first, show)
    rows = [
        (
            f"{row.meter}\n{row.member}{', panels' if row.has_panels else ''}",
            format_instant(row.latest),
            _behind(row),
        )
        for row in sheet
    ]
    silent = sum(row.is_silent for row in meters)
    alarms = [i for i, row in enumerate(sheet) if row.is_silent]
    name = count_of(len(meters), "meter")
    return card(
        *turn,
        table(["Meter", "Last reading", "State"], rows, [4, 3, 3], alarms),
        name=f"{name}, {silent:,} silent" if silent else f"{name}, none silent",
    )


def _behind(row: wire.MeterRow) -> str:
    if row.intervals_behind is None:
        return "never heard"
    if row.is_silent:
        return f"silent for {count_of(row.intervals_behind, 'half hour')}"
    return "reporting"
