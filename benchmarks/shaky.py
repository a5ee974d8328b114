"""A database whose connections break when told to, as networks and servers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from peergrid.database.pool import Connection, Database
from peergrid.errors import Unavailable


class ShakyDatabase(Database):
    """A pool that breaks after a number of moments: before a statement, or after a commit.

    Broken before a statement, PostgreSQL rolls the transaction back; broken after the commit, all
    is stored and nobody hears of it. ``commits`` counts what was committed.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.commits = 0
        self._moments: int | None = None
        self._cursors = _cursors_of(self)

    def break_after(self, moments: int | None) -> None:
        """Break once, after so many moments; None: not at all."""
        self._moments = moments

    @contextmanager
    def transaction(self, wait_s: float | None = None) -> Iterator[Connection]:
        """As of any database; what breaks is Unavailable, as it is there."""
        with super().transaction(wait_s) as connection:
            connection.cursor_factory = self._cursors
            yield connection
        self.commits += 1
        if self.is_over():
            raise Unavailable("The answer was lost.")

    def is_over(self) -> bool:
        """Let a moment pass; whether the connection breaks in it."""
        if self._moments is None:
            return False
        self._moments -= 1
        if self._moments >= 0:
            return False
        self._moments = None
        return True


def _cursors_of(database: ShakyDatabase) -> type[psycopg.Cursor[Any]]:
    def go_on() -> None:
        if database.is_over():
            raise psycopg.OperationalError("the connection broke")

    class ShakyCursor(psycopg.Cursor[Any]):
        def execute(self, *query: Any, **how: Any) -> "ShakyCursor":
            go_on()
            super().execute(*query, **how)
            return self

        def executemany(self, *query: Any, **how: Any) -> None:
            go_on()
            super().executemany(*query, **how)

        def copy(self, *query: Any, **how: Any) -> Any:
            go_on()
            return super().copy(*query, **how)

    return ShakyCursor
