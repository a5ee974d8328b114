"""The rooms of a signed-in member: a bar below on a phone, a rail at the side elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import icon_button
from peergrid.dashboard.energy import EnergyScreen
from peergrid.dashboard.laboratory import LaboratoryScreen
from peergrid.dashboard.live import Desk
from peergrid.dashboard.market import MarketScreen
from peergrid.dashboard.members import MembersScreen
from peergrid.dashboard.now import NowScreen
from peergrid.dashboard.settlement import SettlementScreen
from peergrid.dashboard.wallet import WalletScreen

type Screen = Callable[[Desk, wire.Me], ft.Control]


@dataclass(frozen=True)
class Room:
    name: str
    icon: ft.IconData
    chosen_icon: ft.IconData
    screen: Screen

    @property
    def address(self) -> str:
        return self.name.lower()


def rooms_of(role: wire.Role) -> list[Room]:
    """What somebody in this role may look at."""
    if role in {wire.Role.OPERATOR, wire.Role.AUDITOR}:
        return [
            Room("Now", ft.Icons.BOLT_OUTLINED, ft.Icons.BOLT, NowScreen),
            Room("Members", ft.Icons.PEOPLE_OUTLINE, ft.Icons.PEOPLE, MembersScreen),
            Room("Settlement", ft.Icons.BALANCE_OUTLINED, ft.Icons.BALANCE, SettlementScreen),
            Room("Laboratory", ft.Icons.SCIENCE_OUTLINED, ft.Icons.SCIENCE, LaboratoryScreen),
        ]
    return [
        Room("Energy", ft.Icons.WB_SUNNY_OUTLINED, ft.Icons.WB_SUNNY, EnergyScreen),
        Room(
            "Wallet",
            ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED,
            ft.Icons.ACCOUNT_BALANCE_WALLET,
            WalletScreen,
        ),
        Room("Market", ft.Icons.STOREFRONT_OUTLINED, ft.Icons.STOREFRONT, MarketScreen),
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
    chosen = next((i for i, room in enumerate(rooms) if room.address == address), 0)

    def choose(number: int) -> None:
        go_to(rooms[number].address)

    room = rooms[chosen]
    content = ft.Container(
        ft.Container(room.screen(desk, me), key=room.name, width=theme.CONTENT_PX),
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
                    size=15,
                    weight=ft.FontWeight.W_500,
                    color=theme.INK,
                    expand=True,
                    no_wrap=True,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
                icon_button(
                    turn,
                    "Use light colours" if doors.is_dark else "Use dark colours",
                    doors.change_theme,
                ),
                icon_button(ft.Icons.LOGOUT, "Sign out", doors.sign_out),
            ],
            spacing=8,
        ),
        padding=ft.Padding.only(left=18, right=8, top=6, bottom=2),
    )


def _bar(rooms: list[Room], chosen: int, choose: Callable[[int], None]) -> ft.NavigationBar:
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
