"""What a member holds, held or will hold: connections, their meters, their parts in agreements."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.meters.registry import METER, Meter

HELD = """
select connection_id, nullif(from_interval, '-infinity') as since,
  nullif(until_interval, 'infinity') as until
from connection_owner where member_id = %s order by connection_id, from_interval"""
METERS = f"{METER} where connection_id = any(%s) order by active_from, meter_id"
PARTS = """
select c.connection_id, a.agreement_id, a.valid_from,
  a.coefficients_ppm[array_position(a.connection_ids, c.connection_id)] as part_ppm
from unnest(%s::int[]) as c (connection_id)
join agreement a on c.connection_id = any(a.connection_ids)
where a.community_id = %s and a.published_at is not null order by a.agreement_id"""


@dataclass(frozen=True)
class Held:
    """A connection that is a member's from ``since`` (None: ever) until before ``until``."""

    connection_id: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Agreed:
    """A connection's part of the surplus, in force from ``valid_from`` (None: not yet)."""

    connection_id: int
    agreement_id: int
    valid_from: date | None
    part_ppm: int


def held_by(connection: Connection, member_id: int) -> list[Held]:
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(HELD, (member_id,)).fetchall()


def meters_at(connection: Connection, connection_ids: list[int]) -> list[Meter]:
    """All meters that ever counted at these connections, the oldest first."""
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        return cursor.execute(METERS, (connection_ids,)).fetchall()


def agreed_parts(
    connection: Connection, community_id: int, connection_ids: list[int]
) -> list[Agreed]:
    """What published agreements give these connections, in the order of the agreements."""
    with connection.cursor(row_factory=class_row(Agreed)) as cursor:
        return cursor.execute(PARTS, (connection_ids, community_id)).fetchall()
