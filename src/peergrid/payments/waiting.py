"""What waits of payouts and top-ups, for who keeps the platform or operates a community."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection

WAITING = """
select 'payout' as kind, state::text, count(*)::int,
  extract(epoch from clock_timestamp() - min(requested_at))::float8 as oldest_s
from payout left join payout_batch using (batch_id)
where state in ('requested', 'held') and by_file is not true group by 2
union all
select 'top_up', state::text, count(*)::int,
  extract(epoch from clock_timestamp() - min(asked_at))::float8
from top_up where state in ('asked', 'waiting') group by 2
order by 1, 2"""
UNDECIDED = """
select count(*)::int as count, max(requested_at) as newest
from payout where community_id = %s and state = 'requested'"""


@dataclass(frozen=True)
class Waiting:
    """How many of a kind are in a state that is not the last, the oldest for ``oldest_s`` [s]."""

    kind: str
    state: str
    count: int
    oldest_s: float


def all_waiting(connection: Connection) -> list[Waiting]:
    """Of all communities; who asks must be allowed to see them. A person pays those by file."""
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(WAITING).fetchall()


@dataclass(frozen=True)
class Undecided:
    """Payouts that nobody has decided on; the newest was asked for at ``newest``."""

    count: int
    newest: datetime | None


def undecided_in(connection: Connection, community_id: int) -> Undecided:
    """How many payouts of a community wait for its operators."""
    with connection.cursor(row_factory=class_row(Undecided)) as cursor:
        return cursor.execute(UNDECIDED, (community_id,)).fetchone() or Undecided(0, None)
