"""What waits of payouts and top-ups, and for how long: for who keeps the platform."""

from dataclasses import dataclass

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
