"""How each community is doing, in a few figures that cost little: for who keeps the platform."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL

# Sums tell who is silent without a look at each meter; the newest half hour may be coming in.
CONDITIONS = """
select c.name, c.deadline_hours, c.settled_until, k.latest,
  (select count(*)::int from meter m where m.community_id = c.community_id
    and m.active_from <= before.start and before.start < coalesce(m.active_until, 'infinity'))
    as meters,
  coalesce((select i.readings from community_interval i
    where i.community_id = c.community_id and i.interval_start = before.start), 0) as reported,
  (select count(*)::int from correction x where x.community_id = c.community_id) as corrections,
  (select count(*)::int from member p where p.community_id = c.community_id
    and p.role = 'operator' and p.approved_at is not null and p.suspended_at is null) as operators,
  exists (select from tariff t where t.community_id = c.community_id
    and t.valid_from <= local_day(c.settled_until)) as has_tariff
from community c left join community_clock k using (community_id)
cross join lateral (select k.latest - interval '30 min' as start) before order by c.name"""


@dataclass(frozen=True)
class Condition:
    """One community: all before ``settled_until`` is settled, ``latest`` is its newest interval.

    ``meters`` were to report the interval before the newest, and ``reported`` of them did;
    ``corrections`` are settled intervals that wait to be settled anew.
    """

    name: str
    deadline_hours: int
    settled_until: datetime
    latest: datetime | None
    meters: int
    reported: int
    corrections: int
    operators: int
    has_tariff: bool

    @property
    def silent(self) -> int:
        """Meters that did not report the interval before the newest."""
        return max(self.meters - self.reported, 0)

    @property
    def behind(self) -> timedelta:
        """How much of what was metered is not settled yet."""
        if self.latest is None:
            return timedelta(0)
        return max(self.latest + INTERVAL - self.settled_until, timedelta(0))

    @property
    def is_late(self) -> bool:
        """Whether settlement waits longer than it has to for anybody."""
        return self.behind > timedelta(hours=self.deadline_hours) + INTERVAL


def conditions(connection: Connection) -> list[Condition]:
    """Of all communities, by name; who asks must be allowed to see them."""
    with connection.cursor(row_factory=class_row(Condition)) as cursor:
        return cursor.execute(CONDITIONS).fetchall()
