"""What a member holds: connections, the meters at them with their keys, and agreed parts."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, quiet, said, text
from peergrid.dashboard.live import Desk
from peergrid.dashboard.members.meter_keys import keys_of
from peergrid.dashboard.members.row import meter_state
from peergrid.dashboard.state import MemberStory
from peergrid.dashboard.words import format_instant
from peergrid.money import PARTS


def connections_card(
    desk: Desk, story: MemberStory, again: Callable[[], None] | None
) -> ft.Control:
    """``again`` None, and nothing can be changed."""
    if not story.connections:
        return card(quiet("They hold no connection."), name="Connections and meters")
    rows = [
        control for held in story.connections for control in _connection(desk, story, held, again)
    ]
    return card(*rows, name="Connections and meters")


def _connection(
    desk: Desk, story: MemberStory, held: wire.HeldConnection, again: Callable[[], None] | None
) -> list[ft.Control]:
    words, beneath = f"Connection {held.connection_id}", _span(held)
    parts = [quiet(_part(part), 12) for part in held.agreed]
    head = said(f"{words}, {beneath}", ft.Column([text(words), quiet(beneath, 12)], spacing=0))
    meters = [control for row in held.meters for control in _meter(desk, story, row, again)]
    return [head, *parts, *meters]


def _meter(
    desk: Desk, story: MemberStory, row: wire.MeterRow, again: Callable[[], None] | None
) -> list[ft.Control]:
    """A meter and its keys; of one that is somebody else's by now, only whose."""
    state = meter_state(row)
    is_theirs = row.member_id == story.member.member_id
    about = [
        f"{row.connection_w:,} W{', with panels' if row.has_panels else ''}",
        f"last reading {format_instant(row.latest)}",
        *([] if is_theirs else [f"{row.member}'s now"]),
    ]
    words = f"{row.meter}: {state.words}"
    lines = ft.Column([text(words, 14, state.color), quiet(", ".join(about), 12)], spacing=0)
    mark = ft.Container(width=4, height=34, border_radius=2, bgcolor=theme.SUN)
    face = ft.Row([mark, ft.Container(lines, expand=True)], spacing=10)
    told = said(", ".join([words, *about]), face)
    keys = story.keys.get(row.meter, [])
    return [told, *(keys_of(desk, row.meter, keys, again) if is_theirs else [])]


def _span(held: wire.HeldConnection) -> str:
    since = f"since {format_instant(held.since)}" if held.since else "from its beginning"
    return f"{since} until {format_instant(held.until)}" if held.until else since


def _part(part: wire.AgreedPart) -> str:
    share = f"{part.part_ppm * 100 / PARTS:g} % of the surplus by agreement {part.agreement_id}"
    return f"{share}, from {part.valid_from}" if part.valid_from else f"{share}, not in force yet"
