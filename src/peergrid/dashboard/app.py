"""Who is at the door: opening, signing in, or at home."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, waiting
from peergrid.dashboard.home import Doors, home_view
from peergrid.dashboard.live import Desk
from peergrid.dashboard.new_password import NewPasswordScreen, link_in
from peergrid.dashboard.preferences import Colours, Preferences, t, use_preferences
from peergrid.dashboard.second_factor import SecondFactorScreen
from peergrid.dashboard.session import TRY_AGAIN_S, Session, Shelf
from peergrid.dashboard.sign_in import Opened, SignInScreen, Tongues
from peergrid.dashboard.state import CANNOT_REACH
from peergrid.errors import PeerGridError


@dataclass(frozen=True)
class Visit:
    """``me`` is None until somebody is known; ``is_open`` once we know whether anybody is.

    ``challenge`` is to be answered with a code: the password was right.
    """

    me: wire.Me | None = None
    is_open: bool = False
    trouble: str = ""
    challenge: wire.Challenge | None = None


type SetVisit = Callable[[Visit], None]


@ft.component
def App(session: Session, shelf: Shelf, poll_s: float) -> list[ft.View]:  # noqa: N802 - named as what it draws
    visit, set_visit = use_visit(session)
    chosen, prefer = use_preferences(shelf)
    is_wide = use_width()
    is_dark = use_colours(chosen)
    address, go_to = use_address()
    if not visit.is_open:
        return [_sheet(banner(t("cannot_reach")) if visit.trouble else waiting(t("opening")))]
    link = link_in(address)
    if link:

        def arrive(words: str) -> None:
            go_to("")
            set_visit(Visit(is_open=True, trouble=words))

        return [_sheet(NewPasswordScreen(session, link, arrive))]
    if visit.challenge:
        return [_sheet(SecondFactorScreen(session, visit.challenge, _enter(set_visit)))]
    if not visit.me:
        ask = session.client.ask_for_reset
        door = SignInScreen(session.sign_in, _enter(set_visit), ask, visit.trouble)
        return [_sheet(door, Tongues(chosen, prefer))]
    me = visit.me

    async def sign_out() -> None:
        await session.sign_out()
        go_to("")
        set_visit(Visit(is_open=True))

    def leave() -> None:
        set_visit(Visit(is_open=True, trouble=t("sign_in_ended")))

    def turn() -> None:
        prefer(replace(chosen, colours=Colours.LIGHT if is_dark else Colours.DARK))

    desk = Desk(session, poll_s, is_wide, leave, "", go_to, chosen, prefer)
    return [home_view(desk, me, Doors(sign_out, turn, is_dark), address, go_to)]


def use_visit(session: Session) -> tuple[Visit, SetVisit]:
    """Come back with what the browser kept, and stay signed in while at home."""
    visit, set_visit = ft.use_state(Visit())

    async def arrive() -> None:
        while await session.is_watched():
            try:
                me = await session.resume()
            except PeerGridError:
                set_visit(Visit(trouble=CANNOT_REACH))
                await asyncio.sleep(TRY_AGAIN_S)
            else:
                set_visit(Visit(me, is_open=True))
                return

    async def stay() -> None:
        if visit.me:
            await session.stay_signed_in()

    async def hear() -> None:
        if visit.me:
            await session.hear_news()

    ft.use_effect(arrive, [], cleanup=_cancel)
    ft.use_effect(hear, [visit.me is not None], cleanup=_cancel)
    ft.use_effect(stay, [visit.me is not None], cleanup=_cancel)
    return visit, set_visit


def use_width() -> bool:
    """Whether there is room for the rail."""
    page = ft.context.page
    is_wide, set_wide = ft.use_state((page.width or 0) >= theme.WIDE_PX)

    def follow() -> None:
        page.on_resize = lambda event: set_wide(event.width >= theme.WIDE_PX)

    ft.use_effect(follow, [])
    return is_wide


def use_address() -> tuple[str, Callable[[str], None]]:
    """The room in the address of the page, where a reload and the way back find it."""
    page = ft.context.page
    address, set_address = ft.use_state(page.route.strip("/"))

    def follow() -> None:
        page.on_route_change = lambda event: set_address(event.route.strip("/"))

    def go_to(room: str) -> None:
        set_address(room)
        page.navigate(f"/{room}")

    ft.use_effect(follow, [])
    return address, go_to


def use_colours(chosen: Preferences) -> bool:
    """Whether it is dark; the device decides until somebody does."""
    page = ft.context.page
    system, set_system = ft.use_state(page.platform_brightness)

    def follow() -> None:
        page.on_platform_brightness_change = lambda _: set_system(page.platform_brightness)

    def paint() -> None:
        page.theme_mode = ft.ThemeMode(chosen.colours)
        page.theme = theme.light_theme(chosen.text_percent)
        page.dark_theme = theme.dark_theme(chosen.text_percent)
        page.update()

    ft.use_effect(follow, [])
    ft.use_effect(paint, [chosen.colours, chosen.text_percent])
    return chosen.colours is Colours.DARK or (
        chosen.colours is Colours.SYSTEM and system is ft.Brightness.DARK
    )


def _cancel() -> None:
    """An effect that has a cleanup is cancelled with its component."""


def _enter(set_visit: SetVisit) -> Callable[[Opened], None]:
    def enter(opened: Opened) -> None:
        if isinstance(opened, wire.Challenge):
            set_visit(Visit(is_open=True, challenge=opened))
        else:
            set_visit(Visit(opened, is_open=True))

    return enter


def _sheet(*content: ft.Control) -> ft.View:
    return ft.View(
        controls=[
            ft.Container(
                ft.Column(
                    list(content),
                    alignment=ft.MainAxisAlignment.CENTER,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                    scroll=ft.ScrollMode.AUTO,
                ),
                expand=True,
                alignment=ft.Alignment.CENTER,
            )
        ],
        padding=0,
        bgcolor=theme.PAPER,
    )
