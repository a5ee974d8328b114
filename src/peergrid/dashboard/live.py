"""The hook by which a screen follows what the API says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from peergrid.client import Client
from peergrid.dashboard.period import day_in
from peergrid.dashboard.preferences import Prefer, Preferences
from peergrid.dashboard.session import Session
from peergrid.dashboard.state import View, watch
from peergrid.errors import PeerGridError, Unknown

type Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class Desk:
    """What every screen is handed: whom it asks, how often, and how wide it may be."""

    session: Session
    poll_s: float
    is_wide: bool
    leave: Callable[[], None]
    place: str  # within the room, as the address says it
    turn_to: Callable[[str], None]
    preferences: Preferences
    prefer: Prefer

    @property
    def client(self) -> Client:
        return self.session.client


def day_at(desk: Desk) -> tuple[date | None, Callable[[date | None], None]]:
    """The day that the address names, and a way to step; None is the latest one."""

    def show(day: date | None) -> None:
        desk.turn_to(day.isoformat() if day else "")

    return day_in(desk.place), show


def use_deeds(desk: Desk) -> tuple[str, Callable[[Act], Act]]:
    """What the last deed failed of, and how to try one; a sign-in that has ended shows the door."""
    trouble, set_trouble = ft.use_state("")

    def tried(deed: Act) -> Act:
        async def act() -> None:
            try:
                await deed()
            except Unknown:
                desk.leave()
            except PeerGridError as error:
                set_trouble(str(error))
            else:
                set_trouble("")

        return act

    return trouble, tried


def use_typed[T](desk: Desk, form: str, blank: T) -> tuple[T, Callable[[T], None]]:
    """What is typed into a form: kept though its card is drawn anew, in a window of another width.

    It stays until it is set to ``blank`` or the sign-in ends.
    """
    known = desk.session.typed
    kept = known.get(form)
    typed, set_typed = ft.use_state(kept if isinstance(kept, type(blank)) else blank)

    def keep(changed: T) -> None:
        known[form] = changed
        set_typed(changed)

    return typed, keep


def use_live[T](desk: Desk, load: Callable[[], Awaitable[T]], *about: Any) -> View[T]:
    """What ``load`` gives, again and again; ``about`` says when it is another matter."""
    shown, show = ft.use_state(("", View[T]()))
    matter = repr(about)
    known_for, view = shown
    if known_for != matter:
        view = View(view.value, is_left=view.value is not None)

    async def follow() -> None:
        try:
            async for fresh in watch(load, desk.session, desk.poll_s, view):
                show((matter, fresh))
        except Unknown:
            desk.leave()

    ft.use_effect(follow, [matter], cleanup=lambda: None)  # a cleanup is what cancels it
    return view
