"""The dashboard as an ASGI application: a client of the public API, drawn by Flet."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import flet as ft
from flet_web.fastapi import app_manager
from flet_web.fastapi.flet_app import FletApp
from starlette.websockets import WebSocket

from peergrid.dashboard.app import App
from peergrid.dashboard.session import Session
from peergrid.dashboard.site.build import site_in
from peergrid.dashboard.site.serving import Pages
from peergrid.dashboard.theme import dark_theme, light_theme
from peergrid.errors import Unavailable
from peergrid.wire import CALLER, DASHBOARD_KEY

POLL_S = 5.0
KEPT_S = 120  # a page that went away may come back to what it showed
ANSWER_S = 2.0  # a browser that has not answered by then has not heard the question
TRIES = 5
SIGN_IN_KEY = "peergrid.sign_in"
DEVICE_KEY = "peergrid.device"
SOCKET = "/ws"
NOTHING_HERE = 1008  # RFC 6455, 7.4.1
PREFERENCES_KEY = "peergrid.preferences"

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]


class Dashboard:
    """An ASGI application to mount at "/", after the API's own routes.

    It begins with its first request, for a mounted application hears of no lifespan;
    the host may ``close`` it at the end.
    """

    def __init__(self, api_url: str, key: str, poll_s: float, cache_dir: Path) -> None:
        self._page = page_of(api_url, key, poll_s)
        self._pages = Pages(lambda: site_in(cache_dir))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await app_manager.start()
        if scope["type"] == "http":
            await self._pages(scope, receive, send)
            return
        socket = WebSocket(scope, receive, _forgiving(send))
        if scope["path"] != SOCKET:
            await socket.close(NOTHING_HERE)
            return
        page = FletApp(
            loop=asyncio.get_running_loop(),
            executor=app_manager.executor,
            main=self._page,
            before_main=None,
            session_timeout_seconds=KEPT_S,
        )
        await page.handle(socket)

    async def close(self) -> None:
        await app_manager.shutdown()


def create_dashboard(api_url: str, key: str, cache_dir: Path, poll_s: float = POLL_S) -> Dashboard:
    """The dashboard of the API at ``api_url``; open pages ask it anew every ``poll_s`` [s].

    The API believes from ``key`` whom the dashboard speaks for. What browsers load is packed
    once, and kept in ``cache_dir``.
    """
    return Dashboard(api_url, key, poll_s, cache_dir)


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


def page_of(api_url: str, key: str, poll_s: float) -> Callable[[ft.Page], None]:
    """What a browser that comes is shown."""

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
        page.render_views(App, session, BrowserShelf(PREFERENCES_KEY), poll_s)

    return show
