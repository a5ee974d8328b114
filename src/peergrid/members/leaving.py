"""A member asks for their data to be deleted, and may think again until that is done.

Zimbabwe's Cyber and Data Protection Act [Chapter 12:07], section 14.
"""

from dataclasses import dataclass
from datetime import datetime

from peergrid.database.pool import Connection

ASK = """
update member set erasure_asked_at = coalesce(erasure_asked_at, %s) where member_id = %s"""
KEEP = "update member set erasure_asked_at = null where member_id = %s"
LEAVING = """
select count(*), max(erasure_asked_at) from member
where community_id = %s and erasure_asked_at is not null and erased_at is null"""


@dataclass(frozen=True)
class Leaving:
    """How many members of a community wait to be forgotten, and when the newest asked."""

    count: int
    newest: datetime | None


def ask_to_leave(connection: Connection, member_id: int, now: datetime) -> None:
    """Operators are told from now on; asked twice, the first time counts."""
    connection.execute(ASK, (now, member_id))


def stay(connection: Connection, member_id: int) -> None:
    """Nothing is asked for any more."""
    connection.execute(KEEP, (member_id,))


def leaving_in(connection: Connection, community_id: int) -> Leaving:
    (count, newest) = connection.execute(LEAVING, (community_id,)).fetchone() or (0, None)
    return Leaving(count, newest)
