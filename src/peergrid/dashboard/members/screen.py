"""Members and meters: one of the two lists, or the story that was opened from it."""

from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import segments
from peergrid.dashboard.components import frame, screen_title
from peergrid.dashboard.live import Desk
from peergrid.dashboard.members.address import (
    MemberSearch,
    MeterSearch,
    Search,
    Story,
    address_of,
    place_in,
)
from peergrid.dashboard.members.invite import InviteButton
from peergrid.dashboard.members.lists import Leaf, MemberList, MeterList
from peergrid.dashboard.members.story import StoryScreen


@dataclass(frozen=True)
class Listed:
    """A search, and the pages turned in it: each by the row that it begins after."""

    address: str = ""
    pages: tuple[int, ...] = ()


@ft.component
def MembersScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """Where one is stands in the address; how far one has turned is known as long as one stays."""
    place = place_in(desk.place)
    listed, keep = ft.use_state(Listed())
    if isinstance(place, Story):
        back = listed.address
        story = StoryScreen(desk, me, place.member_id, lambda: desk.turn_to(back))
        return ft.Container(story, key=address_of(place))
    address = address_of(place)
    pages = listed.pages if listed.address == address else ()

    def turn(to: tuple[int, ...]) -> None:
        keep(Listed(address, to))

    def open_story(member_id: int) -> None:
        keep(Listed(address, pages))
        desk.turn_to(address_of(Story(member_id)))

    def look_for(search: Search) -> None:
        keep(Listed(address_of(search)))
        desk.turn_to(address_of(search))

    leaf = Leaf(pages, turn, open_story, look_for)
    rows = (
        MeterList(desk, place, leaf)
        if isinstance(place, MeterSearch)
        else MemberList(desk, place, leaf)
    )
    may_change = me.role is wire.Role.OPERATOR
    shown = frame(
        screen_title("Members and meters", me.community),
        "",
        ft.Row(
            [_which(place, leaf), *([InviteButton(desk, open_story)] if may_change else [])],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            wrap=True,
        ),
        rows,
    )
    return ft.Container(shown, key=type(place).__name__)


def _which(place: Search, leaf: Leaf) -> ft.Control:
    """Members or meters; what was searched for is searched for in the other list, too."""

    def choose(key: str) -> None:
        leaf.look_for(MeterSearch(place.text) if key == "meters" else MemberSearch(place.text))

    chosen = "meters" if isinstance(place, MeterSearch) else "members"
    options = [("members", "Members"), ("meters", "Meters")]
    return segments("Look through", options, chosen, choose)
