"""One connection that hears when another transaction calls, and comes back if it is cut."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
from psycopg import sql

from peergrid.database.passwords import conninfo_of
from peergrid.database.pool import CONNECT_TIMEOUT_S, options_as

BEAT_S = 25.0  # look even if nobody called: a connection that died silently is found out
ANSWER_S = 20.0
TRY_AGAIN_S = 1.0

type AsyncConnection = psycopg.AsyncConnection


async def listen(
    url: str,
    channel: str,
    look: Callable[[AsyncConnection], Awaitable[None]],
    role: str | None = None,
) -> None:
    """Call ``look`` at first, after each notification, and now and then; until cancelled.

    Calls that come together are one. After the connection was away it looks at once, so that
    what was called meanwhile is not missed. It works as ``role``; None: as who signs in.
    """
    while True:
        try:
            await _listen(url, channel, look, role)
        except (psycopg.OperationalError, TimeoutError):
            await asyncio.sleep(TRY_AGAIN_S)


async def _listen(
    url: str,
    channel: str,
    look: Callable[[AsyncConnection], Awaitable[None]],
    role: str | None,
) -> None:
    conninfo = await asyncio.to_thread(conninfo_of, url)
    connecting = psycopg.AsyncConnection.connect(
        conninfo, autocommit=True, options=options_as(role), connect_timeout=CONNECT_TIMEOUT_S
    )
    async with await connecting as connection:
        await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        while True:
            async with asyncio.timeout(ANSWER_S):
                await look(connection)
            async for _ in connection.notifies(timeout=BEAT_S, stop_after=1):
                pass
