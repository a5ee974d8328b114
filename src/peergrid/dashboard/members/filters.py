"""What is searched for: a text, and what members or meters are like; it stands in the address."""

from collections.abc import Callable
from dataclasses import replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import card, icon_button
from peergrid.dashboard.members.address import MeterSearch, Search

ANY = ""
MOST_TEXT = 100
ORDERS = {
    wire.MemberOrder.NAME: "By name",
    wire.MeterOrder.SERIAL: "By serial",
    wire.MemberOrder.NEWEST: "Newest first",
}
KINDS = {
    wire.MeterKind.SILENT: "silent",
    wire.MeterKind.PANELS: "with panels",
    wire.MeterKind.ENDED: "with an end",
}


@ft.component
def Filters(  # noqa: N802
    search: Search, look_for: Callable[[Search], None], again: Callable[[], None], *, is_open: bool
) -> ft.Control:
    """``again`` looks for the same once more; ``is_open``: there is room for all of it."""
    is_shown, show = ft.use_state(initial=False)
    typed, _ = ft.use_state({"of": search.text, "text": search.text})
    if typed["of"] != search.text:
        typed.update(of=search.text, text=search.text)

    def send(text: str) -> None:
        wanted = replace(search, text=text.strip())
        if wanted == search:
            again()
        else:
            look_for(wanted)

    clear = (lambda: look_for(replace(search, text=""))) if search.text else None
    choices, field = _choices(search, look_for), _text(search, typed, send, clear)
    if is_open:
        return card(field, ft.Row(choices, wrap=True, spacing=28, run_spacing=12))
    turn = ft.TextButton(
        "Fewer filters" if is_shown else "Filter and sort",
        icon=ft.Icons.EXPAND_LESS if is_shown else ft.Icons.EXPAND_MORE,
        on_click=lambda _: show(not is_shown),
    )
    return card(field, ft.Row([turn]), *(choices if is_shown else []))


def _text(
    search: Search,
    typed: dict[str, str],
    send: Callable[[str], None],
    clear: Callable[[], None] | None,
) -> ft.Control:
    """What is typed is looked for once it is sent: each look is on the audit trail."""
    is_of_meters = isinstance(search, MeterSearch)
    field = ft.TextField(
        label="Serial or owner's name" if is_of_meters else "Name, address or serial",
        value=typed["text"],
        max_length=MOST_TEXT,
        counter="",
        border_radius=14,
        border_color=theme.QUIET,
        expand=True,
        on_change=lambda event: typed.update(text=event.control.value or ""),
        on_submit=lambda event: send(event.control.value or ""),
    )
    buttons = [icon_button(ft.Icons.SEARCH, "Search", lambda: send(typed["text"]))]
    buttons += [icon_button(ft.Icons.CLEAR, "Clear the search", clear)] if clear else []
    return ft.Row([field, *buttons], spacing=4)


def _choices(search: Search, look_for: Callable[[Search], None]) -> list[ft.Control]:
    orders: list[tuple[str, str]]
    if isinstance(search, MeterSearch):
        meters = search
        orders = [(one, ORDERS[one]) for one in wire.MeterOrder]
        return [
            choice(
                "Which",
                [(ANY, "all"), *KINDS.items()],
                meters.only or ANY,
                lambda key: look_for(replace(meters, only=wire.MeterKind(key) if key else None)),
            ),
            choice(
                "Order",
                orders,
                meters.order,
                lambda key: look_for(replace(meters, order=wire.MeterOrder(key))),
            ),
        ]
    members = search
    orders = [(one, ORDERS[one]) for one in wire.MemberOrder]
    return [
        choice(
            "Role",
            [(ANY, "any"), *((one, one) for one in wire.Role)],
            members.role or ANY,
            lambda key: look_for(replace(members, role=wire.Role(key) if key else None)),
        ),
        choice(
            "Standing",
            [(ANY, "any"), *((one, one) for one in wire.Standing)],
            members.standing or ANY,
            lambda key: look_for(replace(members, standing=wire.Standing(key) if key else None)),
        ),
        choice(
            "Order",
            orders,
            members.order,
            lambda key: look_for(replace(members, order=wire.MemberOrder(key))),
        ),
    ]
