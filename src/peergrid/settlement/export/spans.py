"""Which meters, and from when until when they are somebody's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from peergrid.database.pool import Connection

STEP = timedelta(days=92)  # 4,416 half hours: what stands in memory of a meter at once
OF_MEMBER = """
select m.meter_id, m.serial, greatest(o.from_interval, m.active_from, %(start)s) as start,
  least(o.until_interval, coalesce(m.active_until, 'infinity'), %(end)s) as end
from connection_owner o join meter m using (connection_id)
where o.member_id = %(member)s
  and greatest(o.from_interval, m.active_from, %(start)s)
    < least(o.until_interval, coalesce(m.active_until, 'infinity'), %(end)s)
order by m.meter_id, 3"""
OF_COMMUNITY = """
select meter_id, serial, greatest(active_from, %(start)s) as start,
  least(coalesce(active_until, 'infinity'), %(end)s) as end
from meter where community_id = %(community)s
  and greatest(active_from, %(start)s) < least(coalesce(active_until, 'infinity'), %(end)s)
order by meter_id"""


@dataclass(frozen=True)
class Span:
    """A meter in ``[start, end)``."""

    meter_id: int
    serial: str
    start: datetime
    end: datetime

    @property
    def parts(self) -> Iterator["Span"]:
        """The same, in pieces of at most STEP."""
        start = self.start
        while start < self.end:
            end = min(start + STEP, self.end)
            yield Span(self.meter_id, self.serial, start, end)
            start = end


def spans_of_member(
    connection: Connection, member_id: int, start: datetime, end: datetime
) -> list[Span]:
    """A member's meters, each for as long as its connection was theirs: not a moment more."""
    with connection.cursor(row_factory=class_row(Span)) as cursor:
        asked = {"member": member_id, "start": start, "end": end}
        return cursor.execute(OF_MEMBER, asked).fetchall()


def spans_of_community(
    connection: Connection, community_id: int, start: datetime, end: datetime
) -> list[Span]:
    """All meters of a community while they were in force."""
    with connection.cursor(row_factory=class_row(Span)) as cursor:
        asked = {"community": community_id, "start": start, "end": end}
        return cursor.execute(OF_COMMUNITY, asked).fetchall()
