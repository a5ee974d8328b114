"""The rooms of a signed-in member: a bar below on a phone, a rail at the side elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.audit import AuditScreen
from peergrid.dashboard.components import icon_button
from peergrid.dashboard.energy import EnergyScreen
from peergrid.dashboard.laboratory import LaboratoryScreen
from peergrid.dashboard.live import Desk
from peergrid.dashboard.market import MarketScreen
from peergrid.dashboard.market_room import MarketRoom
from peergrid.dashboard.me import MeScreen
from peergrid.dashboard.members import MembersScreen
from peergrid.dashboard.now import NowScreen
from peergrid.dashboard.preferences import needs_lines, pt, t
from peergrid.dashboard.settlement import SettlementScreen
from peergrid.dashboard.wallet import WalletScreen

type Screen = Callable[[Desk, wire.Me], ft.Control]


@dataclass(frozen=True)
class Room:
    address: str
    icon: ft.IconData
    chosen_icon: ft.IconData
    screen: Screen

    @property
    def name(self) -> str:
        return t(f"room_{self.address}")


def rooms_of(role: wire.Role) -> list[Room]:
    """What somebody in this role may look at."""
    me = Room("me", ft.Icons.PERSON_OUTLINE, ft.Icons.PERSON, MeScreen)
    if role in {wire.Role.OPERATOR, wire.Role.AUDITOR}:
        return [
            Room("now", ft.Icons.BOLT_OUTLINED, ft.Icons.BOLT, NowScreen),
            Room("members", ft.Icons.PEOPLE_OUTLINE, ft.Icons.PEOPLE, MembersScreen),
            Room("settlement", ft.Icons.BALANCE_OUTLINED, ft.Icons.BALANCE, SettlementScreen),
            Room("market", ft.Icons.STOREFRONT_OUTLINED, ft.Icons.STOREFRONT, MarketRoom),
            Room("laboratory", ft.Icons.SCIENCE_OUTLINED, ft.Icons.SCIENCE, LaboratoryScreen),
            Room("audit", ft.Icons.FACT_CHECK_OUTLINED, ft.Icons.FACT_CHECK, AuditScreen),
            me,
        ]
    return [
        Room("energy", ft.Icons.WB_SUNNY_OUTLINED, ft.Icons.WB_SUNNY, EnergyScreen),
        Room(
            "wallet",
            ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED,
            ft.Icons.ACCOUNT_BALANCE_WALLET,
            WalletScreen,
        ),
        Room("market", ft.Icons.STOREFRONT_OUTLINED, ft.Icons.STOREFRONT, MarketScreen),
        me,
    ]


@dataclass(frozen=True, eq=False)
class Doors:
    """What can be done from every room."""

    sign_out: Callable[[], Awaitable[None]]
    change_theme: Callable[[], None]
    is_dark: bool


def home_view(
    desk: Desk, me: wire.Me, doors: Doors, address: str, go_to: Callable[[str], None]
) -> ft.View:
    """The room at ``address``, or the first one if the member has no such room."""
    rooms = rooms_of(me.role)
    asked, _, place = address.partition("/")
    chosen = next((i for i, room in enumerate(rooms) if room.address == asked), 0)
    room = rooms[chosen]

    def choose(number: int) -> None:
        go_to(rooms[number].address)

    def turn_to(within: str) -> None:
        go_to(f"{room.address}/{within}".rstrip("/"))

    desk = replace(desk, place=place if room.address == asked else "", turn_to=turn_to)
    content = ft.Container(
        ft.Container(room.screen(desk, me), key=room.address, width=theme.CONTENT_PX),
        padding=ft.Padding.only(left=16, right=16, top=8, bottom=32),
        alignment=ft.Alignment.TOP_CENTER,
    )
    page = ft.Column(
        [_top(me, doors), ft.ListView([content], expand=True)],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    # One shape at every width: a screen keeps what it shows when a phone is turned.
    body = ft.Row(
        [ft.Container(_rail(rooms, chosen, choose), visible=desk.is_wide), page],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.View(
        controls=[ft.SafeArea(body, expand=True)],
        navigation_bar=None if desk.is_wide else _bar(rooms, chosen, choose),
        padding=0,
        spacing=0,
        bgcolor=theme.PAPER,
    )


def _top(me: wire.Me, doors: Doors) -> ft.Control:
    turn = ft.Icons.LIGHT_MODE_OUTLINED if doors.is_dark else ft.Icons.DARK_MODE_OUTLINED
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.SOLAR_POWER, color=theme.SUN, size=26),
                ft.Text(
                    me.name,
                    size=pt(15),
                    weight=ft.FontWeight.W_500,
                    color=theme.INK,
                    expand=True,
                    no_wrap=True,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
                icon_button(
                    turn,
                    t("use_light" if doors.is_dark else "use_dark"),
                    doors.change_theme,
                ),
                icon_button(ft.Icons.LOGOUT, t("sign_out"), doors.sign_out),
            ],
            spacing=8,
        ),
        padding=ft.Padding.only(left=18, right=8, top=6, bottom=2),
    )


def _bar(rooms: list[Room], chosen: int, choose: Callable[[int], None]) -> ft.NavigationBar:
    """Names beneath the pictures as long as there is room for them; spoken in any case."""
    labels = ft.NavigationBarLabelBehavior
    room_px = (ft.context.page.width or 0) / len(rooms)
    is_narrow = needs_lines() or room_px < theme.NAME_PX
    return ft.NavigationBar(
        destinations=[
            ft.NavigationBarDestination(
                icon=room.icon, selected_icon=room.chosen_icon, label=room.name
            )
            for room in rooms
        ],
        selected_index=chosen,
        on_change=lambda event: choose(event.control.selected_index),
        bgcolor=theme.CARD,
        indicator_color=theme.SUN_SOFT,
        label_behavior=labels.ALWAYS_HIDE if is_narrow else labels.ALWAYS_SHOW,
        elevation=0,
    )


def _rail(rooms: list[Room], chosen: int, choose: Callable[[int], None]) -> ft.NavigationRail:
    return ft.NavigationRail(
        destinations=[
            ft.NavigationRailDestination(
                icon=room.icon, selected_icon=room.chosen_icon, label=room.name
            )
            for room in rooms
        ],
        selected_index=chosen,
        on_change=lambda event: choose(event.control.selected_index or 0),
        label_type=ft.NavigationRailLabelType.ALL,
        min_width=104,
        group_alignment=-0.9,
        bgcolor=theme.CARD,
        indicator_color=theme.SUN_SOFT,
    )
