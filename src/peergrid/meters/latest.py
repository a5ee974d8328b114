"""How far the meters of a community have come: its own clock, and each meter's newest interval."""

from datetime import datetime

from peergrid.database.pool import Connection

CLOCK = "select latest from community_clock where community_id = %s"
MOVE = """
insert into community_clock as clock (community_id, latest) values (%(community)s, %(latest)s)
on conflict (community_id) do update set latest = excluded.latest
where clock.latest < excluded.latest"""
# Back from the clock, an interval at a time: most meters are found at once. Only one that has
# said nothing for a week is looked for among all its readings.
EACH = """
select m.meter_id, coalesce(
  (select instant from generate_series(
      clock.latest, clock.latest - interval '7 days', interval '-30 min') as instant
    where exists (select from reading r
      where r.interval_start = instant and r.meter_id = m.meter_id) limit 1),
  (select max(interval_start) from every_reading r where r.meter_id = m.meter_id))
from meter m join community_clock clock using (community_id) where m.community_id = %s"""


def clock_of(connection: Connection, community_id: int) -> datetime | None:
    """The newest interval that any meter of a community reported; None before the first."""
    row = connection.execute(CLOCK, (community_id,)).fetchone()
    return row[0] if row else None


def move_clock(connection: Connection, community_id: int, latest: datetime) -> None:
    """The clock goes to ``latest``, if it is not there yet; who moves it makes others wait."""
    connection.execute(MOVE, {"community": community_id, "latest": latest})


def latest_by_meter(connection: Connection, community_id: int) -> dict[int, datetime | None]:
    """The newest interval of each meter that ever reported; None or not there for the others."""
    return dict(connection.execute(EACH, (community_id,)).fetchall())
