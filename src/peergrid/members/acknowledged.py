"""Which of a community's alerts an operator has seen, and until when that holds."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.members.membership import Member

ALL = """
select a.kind, a.since, m.name as by, a.at
from acknowledged a join member m using (member_id) where a.community_id = %s"""
ACKNOWLEDGE = """
insert into acknowledged as known (community_id, kind, since, member_id)
values (%(community)s, %(kind)s, %(since)s, %(member)s)
on conflict (community_id, kind) do update
set since = excluded.since, member_id = excluded.member_id, at = clock_timestamp()
where known.since < excluded.since"""


@dataclass(frozen=True)
class Acknowledged:
    """``by`` saw, at ``at``, all of a kind that had come up until ``since``."""

    kind: str
    since: datetime
    by: str
    at: datetime


def acknowledged_of(connection: Connection, community_id: int) -> dict[str, Acknowledged]:
    """What was seen last of each kind of alert."""
    with connection.cursor(row_factory=class_row(Acknowledged)) as cursor:
        return {one.kind: one for one in cursor.execute(ALL, (community_id,))}


def acknowledge(connection: Connection, operator: Member, kind: str, since: datetime) -> None:
    """All of ``kind`` that came up until ``since`` has been seen; who said so first, stays."""
    connection.execute(
        ACKNOWLEDGE,
        {
            "community": operator.community_id,
            "kind": kind,
            "since": since,
            "member": operator.member_id,
        },
    )
