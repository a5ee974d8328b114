"""What is new in a community: a hint to look again, for whoever listens.

Ids rise in the order in which news are committed, since all who add some take turns until they
have: whoever has heard of one has heard of all below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.rows import class_row

from peergrid.database.listening import AsyncConnection
from peergrid.database.pool import Connection

CHANNEL = "peergrid_news"
TURN = 7_260_011  # any number, the same for all who add news
KEPT = 100_000  # of the newest; who was away for longer looks at everything again
TAKE_TURN = "select pg_advisory_xact_lock(%s)"
ADD = """
insert into news (community_id, kind, first_interval, last_interval) values (%s, %s, %s, %s)"""
RING = "select pg_notify(%s, '')"
FORGET = "delete from news where news_id <= (select max(news_id) from news) - %s"
# What has no place in the books may be lost with the power: nobody waits for the disk.
NEED_NOT_LAST = "set local synchronous_commit = off"
NEWEST = "select coalesce(max(news_id), 0) from news"
AFTER = """
select news_id, community_id, kind, first_interval, last_interval from news
where news_id > %s order by 1 limit %s"""
OF_COMMUNITY = """
select news_id, community_id, kind, first_interval, last_interval from news
where community_id = %s and news_id > %s order by 1 limit %s"""
IS_KEPT = "select %s between min(news_id) - 1 and max(news_id) from news"
AT_ONCE = 1_000


class NewsKind(StrEnum):
    """Readings came or were corrected; intervals were settled, or their settlement undone."""

    READINGS = "readings"
    SETTLED = "settled"
    REVERSED = "reversed"


@dataclass(frozen=True)
class Change:
    """Something of ``kind`` in intervals from ``first_interval`` to ``last_interval``."""

    community_id: int
    kind: NewsKind
    first_interval: datetime
    last_interval: datetime

    def joined(self, other: "Change") -> "Change":
        """One that covers both."""
        return Change(
            self.community_id,
            self.kind,
            min(self.first_interval, other.first_interval),
            max(self.last_interval, other.last_interval),
        )


@dataclass(frozen=True)
class News(Change):
    """A change that was told."""

    news_id: int


def tell(connection: Connection, changes: Sequence[Change]) -> None:
    """Tell of changes when the transaction is committed; make it the last thing it does.

    PostgreSQL lets one who notifies commit at a time, and so do we: what many do at once, such
    as storing readings, is told of in a transaction of its own by ``tell_later``.
    """
    connection.execute(TAKE_TURN, (TURN,))
    rows = [(c.community_id, c.kind, c.first_interval, c.last_interval) for c in changes]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)
    connection.execute(FORGET, (KEPT,))
    connection.execute(RING, (CHANNEL,))


def tell_later(connection: Connection, changes: Sequence[Change]) -> None:
    """Tell of changes that are committed already, without waiting for the disk."""
    connection.execute(NEED_NOT_LAST)
    tell(connection, changes)


def newest_news(connection: Connection) -> int:
    """The id of the newest; 0 before any."""
    row = connection.execute(NEWEST).fetchone()
    return int(row[0]) if row else 0


def missed_news(connection: Connection, community_id: int, since: int) -> list[News] | None:
    """What was told in a community after ``since``; None if that is too long ago to say."""
    row = connection.execute(IS_KEPT, (since,)).fetchone()
    if not row or not row[0]:
        return None
    with connection.cursor(row_factory=class_row(News)) as cursor:
        found = cursor.execute(OF_COMMUNITY, (community_id, since, AT_ONCE)).fetchall()
    return found if len(found) < AT_ONCE else None


async def news_after(connection: AsyncConnection, since: int | None) -> tuple[int, list[News]]:
    """All communities' news after ``since`` and how far that is; none of them without it."""
    if since is None:
        row = await (await connection.execute(NEWEST)).fetchone()
        return (int(row[0]) if row else 0), []
    async with connection.cursor(row_factory=class_row(News)) as cursor:
        found = await (await cursor.execute(AFTER, (since, AT_ONCE))).fetchall()
    return (found[-1].news_id if found else since), found
