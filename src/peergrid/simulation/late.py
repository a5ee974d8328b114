"""An engine that lets half hours wait until somebody looks, and then lives them at once."""

import sys
from functools import partial
from inspect import ismethod
from threading import RLock
from types import TracebackType
from typing import Any

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.engine import Engine

KEPT_ONCE = 2  # in its place, and among the arguments


class LateEngine:
    """``engine`` behind a door: whoever asks it for anything finds every interval lived.

    ``pass_by`` lets an interval pass. It waits to be lived until its day is over, since whole
    days are lived five times as fast, or until somebody comes through the door, be it to read
    or to write. A column that somebody took out and still holds, or a view of one, could be read
    or written without coming by again: while that lasts nothing waits. So nobody can tell that
    anything ever did.
    """

    __slots__ = ("_due", "_engine", "_lock")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._due = engine.done
        self._lock = Lock()

    @property
    def done(self) -> int:
        """How many intervals have passed; set, it jumps there and lives nothing in between."""
        return max(self._due, self._engine.done)

    @done.setter
    def done(self, intervals: int) -> None:
        with self._lock:
            self.catch_up()
            self._engine.done = self._due = intervals

    @property
    def waiting(self) -> int:
        """How many of them are still to be lived."""
        return self.done - self._engine.done

    def pass_by(self) -> None:
        """Let one interval pass. What its day needs (a file of weather) is looked up at once."""
        with self._lock:
            if not self.waiting:
                self._engine.day(self._engine.done // INTERVALS_PER_DAY)
            self._due = self.done + 1
            if self._due % INTERVALS_PER_DAY == 0 or self._is_held():
                self.catch_up()

    def catch_up(self) -> None:
        """Live what waits."""
        if self.waiting:
            with self._lock:
                self._engine.advance(self.waiting)

    def _is_held(self) -> bool:
        """Whether somebody else holds what living changes, or what it reads of homes."""
        of = self._engine
        return are_held(
            *(*of.homes[1:], *of.communities, *of.recording),  # the first are keys, and shared
            of.series.base,
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self.catch_up()
        value = getattr(self._engine, name)
        if ismethod(value):
            return partial(self._ask, name)
        # another tuple of the same columns: who holds it holds them
        return value._make(value) if hasattr(value, "_make") else value

    def _ask(self, name: str, *arguments: Any) -> Any:
        """Call a method of the engine, whenever it was looked up."""
        self.catch_up()
        return getattr(self._engine, name)(*arguments)

    def __reduce__(self) -> tuple[type["LateEngine"], tuple[Engine]]:
        self.catch_up()
        return LateEngine, (self._engine,)


class Lock:
    """A lock that a thread may take twice; a copy of it is another one."""

    def __init__(self) -> None:
        self._lock = RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def __reduce__(self) -> tuple[type["Lock"], tuple[()]]:
        return Lock, ()


def are_held(*things: object) -> bool:
    """Whether anything refers to one of ``things`` beside the one place where it is kept.

    A view of an array refers to the array. It is counted against a thing that is kept nowhere.
    """
    *counts, nowhere = (sys.getrefcount(thing) for thing in (*things, object()))
    return max(counts) > nowhere + KEPT_ONCE
