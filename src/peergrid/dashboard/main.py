"""The dashboard as an ASGI application: a client of the public API, drawn by Flet."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

import flet as ft
import flet_web.fastapi

from peergrid.dashboard.app import App
from peergrid.dashboard.session import Session
from peergrid.dashboard.theme import dark_theme, light_theme
from peergrid.errors import Unavailable
from peergrid.wire import CALLER, DASHBOARD_KEY

POLL_S = 5.0
KEPT_S = 120  # a page that went away may come back to what it showed
ANSWER_S = 2.0  # a browser that has not answered by then has not heard the question
TRIES = 5
SIGN_IN_KEY = "peergrid.sign_in"
DEVICE_KEY = "peergrid.device"

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


class Dashboard:
    """An ASGI application to mount at "/", after the API's own routes.

    It begins with its first request, for a mounted application hears of no lifespan;
    the host may ``close`` it at the end.
    """

    def __init__(self, api_url: str, key: str, poll_s: float) -> None:
        self._app = flet_web.fastapi.app(
            _page_of(api_url, key, poll_s),
            app_name="PeerGrid",
            app_short_name="PeerGrid",
            app_description="Share the sun with your neighbours.",
            session_timeout_seconds=KEPT_S,
            no_cdn=True,
            route_url_strategy=ft.RouteUrlStrategy.HASH,  # any host of files can serve it
        )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await flet_web.fastapi.app_manager.start()
        await self._app(scope, receive, _forgiving(send))

    async def close(self) -> None:
        await flet_web.fastapi.app_manager.shutdown()


def create_dashboard(api_url: str, key: str, poll_s: float = POLL_S) -> Dashboard:
    """The dashboard of the API at ``api_url``; open pages ask it anew every ``poll_s`` [s].

    The API believes from ``key`` whom the dashboard speaks for.
    """
    return Dashboard(api_url, key, poll_s)


class BrowserShelf:
    """A text kept in the member's own browser.

    A page that comes back to a server begun anew may not answer at first: ask it again.
    """

    def __init__(self, key: str) -> None:
        self._preferences = ft.SharedPreferences()
        self._key = key

    async def read(self) -> str | None:
        kept = await self._answer(lambda shelf: shelf.get(self._key))
        return kept if isinstance(kept, str) else None

    async def write(self, text: str | None) -> None:
        if text is None:
            await self._answer(lambda shelf: shelf.remove(self._key))
        else:
            await self._answer(lambda shelf: shelf.set(self._key, text))

    async def _answer[T](self, ask: Callable[[ft.SharedPreferences], Awaitable[T]]) -> T:
        for _ in range(TRIES):
            try:
                return await asyncio.wait_for(ask(self._preferences), ANSWER_S)
            except TimeoutError:
                self._preferences = ft.SharedPreferences()
        raise Unavailable("The browser does not answer.")


def _forgiving(send: Send) -> Send:
    """A phone may be gone while something is on its way to it: that is no error."""

    async def send_if_there(message: Message) -> None:
        with suppress(OSError):
            await send(message)

    return send_if_there


def _page_of(api_url: str, key: str, poll_s: float) -> Callable[[ft.Page], None]:
    def show(page: ft.Page) -> None:
        page.title = "PeerGrid"
        page.theme, page.dark_theme = light_theme(), dark_theme()
        page.theme_mode = ft.ThemeMode.SYSTEM
        spoken_for = {DASHBOARD_KEY: key, CALLER: page.client_ip or ""}
        if page.client_user_agent:
            spoken_for["User-Agent"] = page.client_user_agent
        shelves = BrowserShelf(SIGN_IN_KEY), BrowserShelf(DEVICE_KEY)
        session = Session(api_url, *shelves, spoken_for)

        async def end(_: object) -> None:
            await session.end()

        page.on_disconnect = lambda _: session.pause()
        page.on_connect = lambda _: session.go_on()
        page.on_close = end
        page.render_views(App, session, poll_s)

    return show
