"""Faults that whoever runs the database can cure, in a sentence; the others are our own."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from peergrid.database.pool import connect
from peergrid.errors import Conflict, Unavailable

AGAIN = "nothing was changed: make room and run `peergrid migrate` again."


@contextmanager
def told_of_rights(url: str, verb: str) -> Iterator[None]:
    """Raises Conflict, with what to do, if who signs in may not ``verb`` the tables."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        with connect(url) as connection:
            user, place = connection.info.user, connection.info.dbname
        raise Conflict(
            f"{user} may not {verb} PeerGrid's tables in {place}: name their owner in"
            f" PEERGRID_DATABASE_URL, or let an administrator run `peergrid admit {user}`."
        ) from error


@contextmanager
def told_of_room() -> Iterator[None]:
    """Raises Unavailable if the database's disk is full, or it went away for another reason."""
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise Unavailable(f"The database's disk is full; {AGAIN}") from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database went away (is its disk full?); {AGAIN}") from error
