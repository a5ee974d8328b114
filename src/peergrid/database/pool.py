"""Connections to PostgreSQL: pinned to UTC, limited in time, one transaction at a time."""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, DefaultSelector

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from peergrid.database.passwords import conninfo_of
from peergrid.database.tracing import TracedCursor
from peergrid.errors import Conflict, Invalid, Unavailable

CONNECT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 10.0
POOL_SIZE = 10
SILENCE_S = 1.0  # a connection that says nothing for so long is given up
OPTIONS = (  # all limits are off by default in PostgreSQL
    "-c timezone=UTC -c statement_timeout=60s -c lock_timeout=30s"
    " -c idle_in_transaction_session_timeout=60s -c jit=off"
)
READ_AT_ONE_INSTANT = "set transaction isolation level repeatable read, read only"
MINIMUM_VERSION = 180_000
TRY_LOCK = "select pg_try_advisory_lock(%s, %s)"
UNLOCK = "select pg_advisory_unlock(%s, %s)"

type Connection = psycopg.Connection


def options_as(role: str | None) -> str:
    """What a connection begins with; ``role`` is whose rights it has, None: its own."""
    return f"{OPTIONS} -c role={role}" if role else OPTIONS


def connect(url: str) -> Connection:
    """A connection of its own; the caller closes it.

    Raises Unavailable if nobody answers, and Conflict if it is older than PostgreSQL 18 or does
    not keep to UTC.
    """
    try:
        connection = psycopg.connect(
            conninfo_of(url), options=OPTIONS, connect_timeout=CONNECT_TIMEOUT_S
        )
    except psycopg.ProgrammingError:
        raise Invalid(
            "The database's URL makes no sense; it is not shown, it may hold a password."
        ) from None
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database does not answer: {_one_line(error)}{_cure(error)}") from (
            error
        )
    try:
        _check(connection)
    except Conflict:
        connection.close()
        raise
    return connection


def _check(connection: Connection) -> None:
    """Raises Conflict for a server that cannot be worked with."""
    if connection.info.server_version < MINIMUM_VERSION:
        version = connection.info.server_version // 10_000
        raise Conflict(f"The database is PostgreSQL {version}; PeerGrid needs 18 or newer.")
    zone = connection.info.parameter_status("TimeZone")
    if zone != "UTC":  # PGTZ comes after OPTIONS, and some poolers drop OPTIONS
        raise Conflict(
            f"The database speaks in the time of {zone}, not in UTC: unset PGTZ here, or let the"
            " pooler in between pass start-up options on."
        )


@dataclass(frozen=True)
class Use:
    """Connections of a pool at one moment, those who wait for one, and how many there may be."""

    used: int
    idle: int
    waiting: int
    most: int


class Database:
    """A pool of connections. ``url`` is never shown: it may hold a password.

    They work as ``role``, which who signs in must have been granted; None: as who signs in.
    """

    def __init__(
        self, url: str, timeout_s: float = POOL_TIMEOUT_S, role: str | None = None
    ) -> None:
        self._pool = ConnectionPool(
            partial(conninfo_of, url),
            kwargs={
                "options": options_as(role),
                "connect_timeout": CONNECT_TIMEOUT_S,
                "cursor_factory": TracedCursor,
            },
            min_size=1,
            max_size=POOL_SIZE,
            timeout=timeout_s,
            open=False,
            check=_answers_soon,
        )
        self._at_first: Callable[[Connection], None] | None = None
        self._at_the_end: Callable[[Connection], None] | None = None

    def beginning_with(self, first: Callable[[Connection], None]) -> "Database":
        """The same pool, but ``first`` is done in each transaction before anything else."""
        other = copy.copy(self)
        other._at_first = first  # noqa: SLF001 - of its own kind
        return other

    def ending_with(self, last: Callable[[Connection], None]) -> "Database":
        """The same pool, but ``last`` is done in each transaction before it is committed."""
        other = copy.copy(self)
        other._at_the_end = last  # noqa: SLF001 - of its own kind
        return other

    def open(self) -> None:
        """Start connecting; returns at once, the first transaction waits if it must."""
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    @property
    def use(self) -> Use:
        """How much of the pool is in use at this moment."""
        stats = self._pool.get_stats()
        idle = stats.get("pool_available", 0)
        return Use(stats["pool_size"] - idle, idle, stats.get("requests_waiting", 0), POOL_SIZE)

    @contextmanager
    def transaction(self, wait_s: float | None = None) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back if it raises.

        It waits ``wait_s`` [s] for a connection; None: as long as the pool's own time-out.
        Raises Unavailable while the database is away or busy.
        """
        with self._connected(wait_s) as connection:
            if self._at_first:
                self._at_first(connection)
            yield connection
            if self._at_the_end:
                self._at_the_end(connection)

    @contextmanager
    def _connected(self, wait_s: float | None = None) -> Iterator[Connection]:
        try:
            with self._pool.connection(timeout=wait_s) as connection:
                yield connection
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
            raise Unavailable("The database took too long; nothing was changed.") from error
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable("The database is away; nothing was changed. Try again.") from error

    def vacuum(self, table: str) -> None:
        """Clear a table of what was deleted, so that its keys answer alone; nobody waits for it.

        Raises Unavailable as ``transaction``.
        """
        with self._connected() as connection:
            connection.autocommit = True  # a transaction is what it cannot be in
            try:
                connection.execute("set statement_timeout = 0")
                connection.execute(sql.SQL("vacuum {}").format(sql.Identifier(table)))
                connection.execute("reset statement_timeout")
            finally:
                connection.autocommit = False

    @contextmanager
    def lock(self, kind: int, number: int) -> Iterator[bool]:
        """Whether the block alone has the lock of those two numbers; it does not wait for it.

        No transaction is open meanwhile, so the block may take its time, and the lock ends with
        the connection, whatever becomes of the process. Raises Unavailable as ``transaction``.
        """
        with self._connected() as connection:
            row = connection.execute(TRY_LOCK, (kind, number)).fetchone()
            connection.commit()
            is_ours = row is not None and bool(row[0])
            try:
                yield is_ours
            finally:
                if is_ours:
                    connection.execute(UNLOCK, (kind, number))

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that only reads, and all of it as of one instant.

        For what several queries must agree on, whatever is settled meanwhile.
        """
        with self._connected() as connection:
            connection.execute(READ_AT_ONE_INSTANT)
            if self._at_first:
                self._at_first(connection)
            yield connection


def _answers_soon(connection: Connection) -> None:
    """Raises OperationalError unless the server answers within SILENCE_S.

    The pool's own check waits for ever for a process that is there and stands still, whose
    statement time-out stands still with it.
    """
    wire = connection.pgconn
    wire.send_query(b"")
    deadline = time.monotonic() + SILENCE_S
    with DefaultSelector() as selector:
        selector.register(wire.socket, EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            wire.consume_input()
            while not wire.is_busy():
                if wire.get_result() is None:
                    return
    connection.close()  # what still waits for an answer can serve nobody
    raise psycopg.OperationalError("the connection is silent")


def _cure(error: BaseException) -> str:
    """What to do about a certificate; libpq says only that it was refused."""
    if "certificate" not in str(error):
        return ""
    return (
        ". Renew the server's certificate if it has expired, or name its authority with"
        " sslrootcert in the URL."
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
