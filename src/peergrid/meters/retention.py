"""How long half hours are kept: what is older goes by the month, and its sums stay.

Books, shares and what statements say stay as they are. A month goes once every community that
counted something in it has settled all of it, no correction waits, and every day of it is sealed.
"""

from dataclasses import dataclass
from datetime import date

from peergrid.database.pool import Connection, Database
from peergrid.energy import next_month
from peergrid.errors import Conflict
from peergrid.meters.kept_sums import UNLIMITED, fold

KEPT_FROM = "select kept_from from retention"
MONTHS = """
select month from (
  select to_date(right(part.relname, 6), 'YYYYMM') as month
  from pg_inherits join pg_class part on part.oid = inhrelid
  where inhparent = 'sealed_day'::regclass) m
where month < (select date_trunc('month', local_day(max(latest))::timestamp)
    from community_clock) - %s * interval '1 month'
  and exists (select from sealed_day d
    where d.day >= month and d.day < (month + interval '1 month')::date
      and d.imports_wh is not null)
order by 1"""
ALONE = "select from community order by community_id for update"  # nobody writes readings
IN_THE_WAY = """
select case
  when c.settled_until < day_start(%(end)s) then c.name || ' is settled until '
    || to_char(c.settled_until, 'YYYY-MM-DD"T"HH24:MI"Z"') || ' only'
  when exists (select from correction k where k.community_id = c.community_id
    and k.interval_start < day_start(%(end)s)) then c.name || ' has a correction to settle'
  else c.name || ' has days that are not sealed' end
from community c
where exists (select from community_day d where d.community_id = c.community_id
    and d.day >= %(month)s and d.day < %(end)s)
  and (c.settled_until < day_start(%(end)s)
    or exists (select from correction k where k.community_id = c.community_id
      and k.interval_start < day_start(%(end)s))
    or exists (select from reading r join meter m using (meter_id)
      where m.community_id = c.community_id
        and r.interval_start >= day_start(%(month)s) and r.interval_start < day_start(%(end)s)))
order by c.community_id limit 1"""
MOVE = "update retention set kept_from = greatest(kept_from, %(end)s)"
# What a statement of this month says of each meter: of whole days from their sums.
KEEP = """
with held as (
  select m.meter_id, o.member_id,
    greatest(o.from_interval, m.active_from, day_start(%(month)s)) as first,
    least(o.until_interval, coalesce(m.active_until, 'infinity'), day_start(%(end)s)) as until
  from connection_owner o join meter m using (connection_id)),
part as (
  select h.meter_id, h.member_id, d.import_wh, d.export_wh, d.generation_wh,
    d.readings as measured, 0 as estimated, 0 as missing
  from held h join sealed_day d using (meter_id)
  where d.day >= %(month)s and d.day < %(end)s and d.qualities is null
    and day_start(d.day) >= h.first and day_start(d.day + 1) <= h.until
  union all
  select h.meter_id, h.member_id, i.import_wh, i.export_wh, i.generation_wh,
    (i.quality in (0, 3))::int, (i.quality = 1)::int, (i.quality = 2)::int
  from held h join sealed_day d using (meter_id), intervals_of(d) i
  where d.day >= %(month)s and d.day < %(end)s
    and i.interval_start >= h.first and i.interval_start < h.until
    and (d.qualities is not null
      or day_start(d.day) < h.first or day_start(d.day + 1) > h.until)),
trued as (
  select h.meter_id, h.member_id, count(distinct v.interval_start) as trued_up
  from held h join reading_version v
    on v.meter_id = h.meter_id and v.interval_start >= h.first and v.interval_start < h.until
  group by 1, 2)
insert into kept_month (member_id, month, meter_id, import_wh, export_wh, generation_wh, measured,
  estimated, missing, trued_up)
select p.member_id, %(month)s, p.meter_id, sum(import_wh), sum(export_wh), sum(generation_wh),
  sum(measured), sum(estimated), sum(missing), coalesce(min(t.trued_up), 0)
from part p left join trued t using (meter_id, member_id)
group by p.member_id, p.meter_id"""
CUT = """
insert into cut_day
select d.meter_id, greatest(o.from_interval, day_start(d.day)),
  least(o.until_interval, day_start(d.day + 1)), count(*), sum(i.import_wh), sum(i.export_wh),
  sum(i.generation_wh), sum(greatest(i.generation_wh - i.export_wh, 0))
from connection_owner o join meter m using (connection_id) join sealed_day d using (meter_id),
  intervals_of(d) i
where d.day >= %(month)s and d.day < %(end)s
  and (o.from_interval > '-infinity' or o.until_interval < 'infinity')
  and o.from_interval < day_start(d.day + 1) and o.until_interval > day_start(d.day)
  and (o.from_interval > day_start(d.day) or o.until_interval < day_start(d.day + 1))
  and i.interval_start >= o.from_interval and i.interval_start < o.until_interval
group by 1, 2, 3"""
FORGET_VERSIONS = """
delete from reading_version
where interval_start >= day_start(%(month)s) and interval_start < day_start(%(end)s)"""
# The last total stays: what comes next is counted from it.
FORGET_REGISTERS = """
delete from register r
where at >= day_start(%(month)s) and at < day_start(%(end)s)
  and exists (select from register later where later.meter_id = r.meter_id
    and later.at > r.at and later.at <= day_start(%(end)s))"""
SUMS_ONLY = "select keep_sums_only(%(month)s)"


@dataclass(frozen=True)
class Retained:
    """The local months whose half hours went, and why the next one could not; None: none is due."""

    months: tuple[date, ...]
    in_the_way: str | None


def retain(database: Database, keep_months: int) -> Retained:
    """Let half hours go that are older than ``keep_months`` whole months before the newest one.

    The newest is that of the latest reading of all. Each month is a transaction: its tables are
    dropped whole, and its day sums, month sums and statements' figures stay. In order, so that
    there is one day from which on half hours are kept.
    """
    with database.transaction() as connection:
        fold(connection)
        months = [month for (month,) in connection.execute(MONTHS, (keep_months,))]
    gone: list[date] = []
    for month in months:
        asked = {"month": month, "end": next_month(month)}
        with database.transaction() as connection:
            obstacle = _obstacle(connection, asked)
            if obstacle is None:  # whoever writes from here on is told that it is too late
                connection.execute(MOVE, asked)
        if obstacle is None:
            with database.transaction() as connection:
                obstacle = _obstacle(connection, asked)
                if obstacle is None:
                    _let_go(connection, asked)
        if obstacle:
            return Retained(tuple(gone), f"{month:%B %Y}: {obstacle}")
        gone.append(month)
    return Retained(tuple(gone), None)


def kept_from(connection: Connection) -> date:
    """The first local day whose half hours are kept."""
    row = connection.execute(KEPT_FROM).fetchone()
    assert row is not None, "the migration made the row"  # noqa: S101
    first: date = row[0]
    return first


def check_kept(connection: Connection, day: date) -> None:
    """Raises Conflict if the half hours of a local day are kept no longer."""
    first = kept_from(connection)
    if day < first:
        raise Conflict(
            f"Half hours before {first} are kept no longer: ask for their sums by the day or month."
        )


def _obstacle(connection: Connection, asked: dict[str, date]) -> str | None:
    connection.execute(UNLIMITED)
    connection.execute(ALONE)
    row = connection.execute(IN_THE_WAY, asked).fetchone()
    return row[0] if row else None


def _let_go(connection: Connection, asked: dict[str, date]) -> None:
    for statement in (KEEP, CUT, FORGET_VERSIONS, FORGET_REGISTERS, SUMS_ONLY):
        connection.execute(statement, asked)
