"""Members and meters, a page at a time: found by the server, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, empty, steps, trouble_banner, waiting
from peergrid.dashboard.live import Desk, use_look
from peergrid.dashboard.members.address import MemberSearch, MeterSearch, Search
from peergrid.dashboard.members.filters import Filters
from peergrid.dashboard.members.row import Cell, head, meter_state, row_button, standing_cell
from peergrid.dashboard.state import View
from peergrid.dashboard.words import format_instant

MOST_ROWS = 25  # on a page: a phone draws no more at once without a wait
PAGE = "page"  # what one turns, in the words of screens
NOBODY = "Nobody has joined yet."
NO_METER = "No meter is registered yet."
NONE_FOUND = "None is like that."
MEMBER_WIDTHS, METER_WIDTHS = (5, 2, 2, 4), (4, 4, 3, 3)


@dataclass(frozen=True, eq=False)
class Leaf:
    """The pages turned so far, each by the row it begins after, and where to go from here."""

    pages: tuple[int, ...]
    turn: Callable[[tuple[int, ...]], None]
    open_story: Callable[[int], None]
    look_for: Callable[[Search], None]

    @property
    def after(self) -> int | None:
        return self.pages[-1] if self.pages else None


@ft.component
def MemberList(desk: Desk, search: MemberSearch, leaf: Leaf) -> ft.Control:  # noqa: N802
    """Who is like that; a touch opens their story."""
    looks, look = ft.use_state(0)
    asked = (search.text or None, search.role, search.standing, search.order, leaf.after, MOST_ROWS)
    view = use_look(desk, lambda: desk.client.members_page(*asked), asked, looks)
    names = ("Member", "Role", "Standing", "Meters")
    rows = (
        [_member(row, leaf, is_wide=desk.is_wide) for row in view.value.rows] if view.value else []
    )
    heading = head(names, MEMBER_WIDTHS, is_wide=desk.is_wide)
    page = Page("Members", NOBODY, view.value.after if view.value else None, [*heading, *rows])
    return _found(desk, search, leaf, page, view, lambda: look(looks + 1))


@ft.component
def MeterList(desk: Desk, search: MeterSearch, leaf: Leaf) -> ft.Control:  # noqa: N802
    """Which meters are like that; a touch opens their owner's story."""
    looks, look = ft.use_state(0)
    asked = (search.text or None, search.only, search.order, leaf.after, MOST_ROWS)
    view = use_look(desk, lambda: desk.client.meters_page(*asked), asked, looks)
    names = ("Meter", "Owner", "Last reading", "State")
    rows = (
        [_meter(row, leaf, is_wide=desk.is_wide) for row in view.value.rows] if view.value else []
    )
    heading = head(names, METER_WIDTHS, is_wide=desk.is_wide)
    page = Page("Meters", NO_METER, view.value.after if view.value else None, [*heading, *rows])
    return _found(desk, search, leaf, page, view, lambda: look(looks + 1))


@dataclass(frozen=True)
class Page:
    """What a page of a list shows; ``after`` is where the next one begins, None: this is the last.

    ``none`` is said where there is nothing at all.
    """

    name: str
    none: str
    after: int | None
    rows: list[ft.Control]


def _found(
    desk: Desk,
    search: Search,
    leaf: Leaf,
    page: Page,
    view: View[wire.MemberPage] | View[wire.MeterPage],
    again: Callable[[], None],
) -> ft.Control:
    """What is searched for, and what was found."""
    told = [trouble_banner(view.trouble)] if view.trouble else []
    if view.value is None or view.is_left:
        body = [] if view.trouble else [waiting()]
    elif view.value.rows:
        body = [*_steps(leaf, page, len(view.value.rows)), *page.rows]
    else:
        body = _none(search, leaf, page)
    found = card(*told, *body, name=page.name)
    return ft.Column(
        [Filters(search, leaf.look_for, again, is_open=desk.is_wide), found],
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _steps(leaf: Leaf, page: Page, shown: int) -> list[ft.Control]:
    """Steps to the pages before and after, if there are any."""
    pages, after = leaf.pages, page.after
    before = (lambda: leaf.turn(pages[:-1])) if pages else None
    following = (lambda: leaf.turn((*pages, after))) if after is not None else None
    if not before and not following:
        return []
    first = len(pages) * MOST_ROWS + 1
    return [steps(f"{first:,} to {first + shown - 1:,}", before, following, PAGE)]


def _none(search: Search, leaf: Leaf, page: Page) -> list[ft.Control]:
    """Nobody is like that; or, if nothing was asked for, nobody is there."""
    everything = type(search)()
    if search == everything:
        return [empty(page.none)]
    show = ft.OutlinedButton(
        f"Show all {page.name.lower()}", on_click=lambda _: leaf.look_for(everything)
    )
    return [empty(NONE_FOUND), ft.Row([show], alignment=ft.MainAxisAlignment.CENTER)]


def _member(row: wire.MemberLine, leaf: Leaf, *, is_wide: bool) -> ft.Control:
    cells = [
        Cell(row.name, row.email),
        Cell(row.role),
        standing_cell(row.standing),
        Cell(", ".join(row.meters)),
    ]
    return row_button(cells, MEMBER_WIDTHS, lambda: leaf.open_story(row.member_id), is_wide=is_wide)


def _meter(row: wire.MeterRow, leaf: Leaf, *, is_wide: bool) -> ft.Control:
    cells = [
        Cell(row.meter, "with panels" if row.has_panels else ""),
        Cell(row.member),
        Cell(format_instant(row.latest)),
        meter_state(row),
    ]
    return row_button(cells, METER_WIDTHS, lambda: leaf.open_story(row.member_id), is_wide=is_wide)
