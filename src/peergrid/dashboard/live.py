"""The hook by which a screen follows what the API says."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from peergrid.client import Client
from peergrid.dashboard.period import day_in
from peergrid.dashboard.preferences import Prefer, Preferences
from peergrid.dashboard.session import Session
from peergrid.dashboard.state import CANNOT_REACH, View, watch
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


@dataclass(frozen=True, eq=False)
class Form[T]:
    """What is typed into a form: kept though its card is drawn anew, in a window of another width.

    A field knows what is typed into it, and drawing it anew would race with the next letter: so a
    letter is only noted.
    """

    name: str
    blank: T
    known: dict[str, object]
    draw: Callable[[object], None]

    @property
    def now(self) -> T:
        kept = self.known.get(self.name)
        return kept if isinstance(kept, type(self.blank)) else self.blank

    def note(self, typed: T) -> None:
        """Keep it; the fields show it already."""
        self.known[self.name] = typed

    def put(self, typed: T) -> None:
        """Keep it, and draw what it changes."""
        self.note(typed)
        self.draw(object())


def use_typed[T](desk: Desk, name: str, blank: T) -> Form[T]:
    """The form of that name, ``blank`` at first; what it holds is kept until the sign-in ends."""
    _, draw = ft.use_state(object())
    return Form(name, blank, desk.session.typed, draw)


def use_live[T](desk: Desk, load: Callable[[], Awaitable[T]], *about: Any) -> View[T]:
    """What ``load`` gives, again and again; ``about`` says when it is another matter."""
    return _followed(desk, load, about, lambda _: False)


def use_look[T](desk: Desk, load: Callable[[], Awaitable[T]], *about: Any) -> View[T]:
    """What ``load`` gives, once for each matter: others' data is looked at, not watched."""
    return _followed(desk, load, about, lambda view: view.trouble != CANNOT_REACH)


def _followed[T](
    desk: Desk,
    load: Callable[[], Awaitable[T]],
    about: tuple[Any, ...],
    is_enough: Callable[[View[T]], bool],
) -> View[T]:
    shown, show = ft.use_state(("", View[T]()))
    matter = repr(about)
    known_for, view = shown
    if known_for != matter:
        view = View(view.value, is_left=view.value is not None)

    async def follow() -> None:
        try:
            async with aclosing(watch(load, desk.session, desk.poll_s, view)) as views:
                async for fresh in views:
                    show((matter, fresh))
                    if is_enough(fresh):
                        return
        except Unknown:
            desk.leave()

    ft.use_effect(follow, [matter], cleanup=lambda: None)  # a cleanup is what cancels it
    return view
