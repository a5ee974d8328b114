"""Members and meters: who is here, what is theirs, and who has been silent."""

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import card, columns, empty, frame, screen_title
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.state import load_people
from peergrid.dashboard.table import table
from peergrid.dashboard.words import count_of, format_instant, format_kwh
from peergrid.money import format_usd


@ft.component
def MembersScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    view = use_live(desk, lambda: load_people(desk.client))
    title = screen_title("Members and meters", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    body = columns([_members(shown.members)], [_meters(shown.meters)], is_wide=desk.is_wide)
    return frame(title, view.trouble, body)


def _members(members: list[wire.MemberRow]) -> ft.Control:
    if not members:
        return card(empty("Nobody has joined yet."), name="Members")
    rows = [
        (
            f"{row.name}\n{row.role}",
            format_usd(row.usd_micros),
            format_kwh(row.credit_wh),
        )
        for row in members
    ]
    return card(
        table(["Name", "Balance", "Energy credit"], rows, [4, 3, 3]),
        name=count_of(len(members), "member"),
    )


def _meters(meters: list[wire.MeterRow]) -> ft.Control:
    if not meters:
        return card(empty("No meter is registered yet."), name="Meters")
    silent_first = sorted(meters, key=lambda row: (not row.is_silent, row.meter))
    rows = [
        (
            f"{row.meter}\n{row.member}{', panels' if row.has_panels else ''}",
            format_instant(row.latest),
            _behind(row),
        )
        for row in silent_first
    ]
    alarms = [i for i, row in enumerate(silent_first) if row.is_silent]
    name = count_of(len(meters), "meter")
    return card(
        table(["Meter", "Last reading", "State"], rows, [4, 3, 3], alarms),
        name=f"{name}, {len(alarms)} silent" if alarms else f"{name}, none silent",
    )


def _behind(row: wire.MeterRow) -> str:
    if row.intervals_behind is None:
        return "never heard"
    if row.is_silent:
        return f"silent for {count_of(row.intervals_behind, 'half hour')}"
    return "reporting"
