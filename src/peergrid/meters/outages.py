"""Outages of a community's feeder: who says nothing in one counted nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid, NotFound

MOST = timedelta(days=31)  # what lasts longer is a slip of the pen

ADD = """
insert into outage (community_id, starts, ends) values (%(community)s, %(starts)s, %(ends)s)
on conflict do nothing"""
OPEN_ESTIMATED = """
select open_again(array_agg(meter_id), array_agg(day))
from sealed_day join meter using (meter_id)
where community_id = %(community)s and 1 = any(qualities)
  and day >= local_day(%(starts)s) and day <= local_day(%(ends)s)"""
# What stood in for a silent meter gives way; if it is settled, the next run puts it right.
GIVE_WAY = """
with changed as (
  update reading r set import_wh = 0, export_wh = 0, generation_wh = 0, quality = 4
  from meter m
  where m.meter_id = r.meter_id and m.community_id = %(community)s and r.quality = 1
    and r.interval_start >= %(starts)s and r.interval_start + interval '30 min' <= %(ends)s
  returning old.interval_start, old.meter_id, old.import_wh, old.export_wh, old.generation_wh,
    old.quality, old.revision),
kept as (
  insert into reading_version (interval_start, meter_id, import_wh, export_wh, generation_wh,
    quality, revision)
  select * from changed),
summed as (
  insert into community_change
  select %(community)s, interval_start, 0, -sum(import_wh), -sum(export_wh),
    -sum(generation_wh), -sum(greatest(generation_wh - export_wh, 0))
  from changed group by interval_start)
insert into correction (community_id, interval_start)
select distinct community_id, interval_start from changed, community
where community_id = %(community)s and interval_start < settled_until
on conflict do nothing"""
LOCK = "select from community where community_id = %(community)s for update"
ALL = """
select outage_id, starts, ends, reported_at from outage
where community_id = %s order by starts desc"""
BETWEEN = """
select outage_id, starts, ends, reported_at from outage
where community_id = %s and ends > %s and starts < %s order by starts"""
WITHDRAW = """
delete from outage where community_id = %(community)s and outage_id = %(outage)s
returning starts, ends"""
SETTLED_UNTIL = "select settled_until from community where community_id = %(community)s for update"
# An estimate that a meter sent and the outage set aside counts again, unless another one covers it.
COME_BACK = """
with changed as (
  update reading r set import_wh = v.import_wh, export_wh = v.export_wh,
    generation_wh = v.generation_wh, quality = v.quality
  from meter m, reading_version v
  where m.meter_id = r.meter_id and m.community_id = %(community)s and r.quality = 4
    and r.interval_start >= %(starts)s and r.interval_start + interval '30 min' <= %(ends)s
    and not exists (select from outage o where o.community_id = m.community_id
      and o.starts <= r.interval_start and r.interval_start + interval '30 min' <= o.ends)
    and v.meter_id = r.meter_id and v.interval_start = r.interval_start
    and v.revision = r.revision and v.quality = 1
  returning new.*)
insert into community_change
select %(community)s, interval_start, 0, sum(import_wh), sum(export_wh), sum(generation_wh),
  sum(greatest(generation_wh - export_wh, 0))
from changed group by interval_start"""


@dataclass(frozen=True)
class Outage:
    """From ``starts`` until ``ends`` the feeder was off."""

    outage_id: int
    starts: datetime
    ends: datetime
    reported_at: datetime


def report_outage(
    connection: Connection, community_id: int, starts: datetime, ends: datetime
) -> None:
    """Note an outage; the same one again changes nothing.

    In half hours that lie wholly in it silent meters counted nothing, and are not waited for.
    What a meter did report, or reports later, counts. Raises Invalid if it ends before it starts,
    or lasts longer than a month.
    """
    if ends <= starts:
        raise Invalid("An outage ends after it starts: check the two times.")
    if ends - starts > MOST:
        raise Invalid(f"An outage of more than {MOST.days} days: check the two times.")
    asked = {"community": community_id, "starts": starts, "ends": ends}
    connection.execute(LOCK, asked)
    connection.execute(ADD, asked)
    connection.execute(OPEN_ESTIMATED, asked)
    connection.execute(GIVE_WAY, asked)


def withdraw_outage(connection: Connection, community_id: int, outage_id: int) -> None:
    """Take back an outage: silent meters in it are waited for again.

    Raises NotFound if the community has none of that number, and Conflict once some of it is
    settled: a meter that did count then sends its readings, which replace what stood in.
    """
    asked = {"community": community_id, "outage": outage_id}
    row = connection.execute(SETTLED_UNTIL, asked).fetchone()
    gone = connection.execute(WITHDRAW, asked).fetchone()
    if not row or not gone:
        raise NotFound(f"Your community has no outage {outage_id}.")
    starts, ends = gone
    if starts < row[0]:
        raise Conflict(
            f"All before {row[0]:%Y-%m-%dT%H:%MZ} is settled: what a meter still sends for this"
            " outage replaces what stood in for it."
        )
    connection.execute(COME_BACK, asked | {"starts": starts, "ends": ends})


def outages_of(connection: Connection, community_id: int) -> list[Outage]:
    """All that were reported, the newest first."""
    with connection.cursor(row_factory=class_row(Outage)) as cursor:
        return cursor.execute(ALL, (community_id,)).fetchall()


def outages_between(
    connection: Connection, community_id: int, start: datetime, end: datetime
) -> list[Outage]:
    """Those that touch ``[start, end)``, in order."""
    with connection.cursor(row_factory=class_row(Outage)) as cursor:
        return cursor.execute(BETWEEN, (community_id, start, end)).fetchall()
