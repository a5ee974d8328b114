"""Settled days become one row a meter; what is empty then goes, and sums are folded."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

import psycopg

from peergrid.database.pool import Connection, Database
from peergrid.energy import day_start, month_start
from peergrid.meters.kept_sums import UNLIMITED, fold

METERS_AT_ONCE = 20_000  # a million readings: its community waits for a second or so
KEYS_KEPT_DAYS = 35  # how long a request that comes again is known
DROP_LOCK_TIMEOUT = "set local lock_timeout = '2s'"
OPEN_DAYS = """
select to_date(right(part.relname, 8), 'YYYYMMDD')
from pg_inherits join pg_class part on part.oid = inhrelid
where inhparent = 'reading'::regclass
  and to_date(right(part.relname, 8), 'YYYYMMDD')
    <= (select local_day(max(latest)) from community_clock) - %s::int
order by 1"""
COMMUNITIES = "select community_id from community order by 1"
METERS = "select meter_id from meter where community_id = %s order by 1"
LOCK = """
select settled_until, exists (
  select from correction k where k.community_id = c.community_id
    and k.interval_start < day_start(%(day)s + 1)) as is_corrected
from community c where community_id = %(community)s for update"""
NOTE = """
update community set sealed_until = greatest(sealed_until, %(day)s + 1)
where community_id = %(community)s and sealed_until < %(day)s + 1"""
OPEN_MONTHS = "select open_months(array[%(day)s::date])"
# A meter with all 48 half hours needs no places for those that are missing.
SEAL = """
with moved as (
  delete from reading r using meter m
  where m.meter_id = r.meter_id and m.community_id = %(community)s
    and r.meter_id between %(first)s and %(last)s
    and r.interval_start >= day_start(%(day)s) and r.interval_start < day_start(%(day)s + 1)
  returning r.*),
counted as (
  select meter_id, count(*) as readings, sum(import_wh) as import_wh,
    sum(export_wh) as export_wh, sum(generation_wh) as generation_wh,
    sum(greatest(generation_wh - export_wh, 0)) as self_consumed_wh,
    max(quality) as worst_quality, max(revision) as last_revision
  from moved group by 1),
placed as (
  select meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision
  from moved
  union all
  select c.meter_id, instant, 0, 0, 0, null, 0
  from counted c, generate_series(day_start(%(day)s),
    day_start(%(day)s + 1) - interval '30 min', interval '30 min') as instant
  where c.readings < 48 and not exists (select from moved
    where moved.meter_id = c.meter_id and moved.interval_start = instant)),
listed as (
  select meter_id, array_agg(import_wh) as imports_wh, array_agg(export_wh) as exports_wh,
    array_agg(generation_wh) as generations_wh, array_agg(quality) as qualities,
    array_agg(revision) as revisions
  from (select * from placed order by meter_id, interval_start) in_order group by 1)
insert into sealed_day (meter_id, day, import_wh, export_wh, generation_wh, self_consumed_wh,
  readings, worst_quality, imports_wh, exports_wh, generations_wh, qualities, revisions)
select meter_id, %(day)s, import_wh, export_wh, generation_wh, self_consumed_wh, readings,
  worst_quality, imports_wh, exports_wh, generations_wh,
  case when readings < 48 or worst_quality > 0 then qualities end,
  case when last_revision > 0 then revisions end
from counted join listed using (meter_id)"""
DROP = "select drop_day(%s)"
FORGET_KEYS = "delete from ingest_batch where received_at < now() - %s * interval '1 day'"


def seal(database: Database, keep_open_days: int, stop: Callable[[], bool] = lambda: False) -> int:
    """Seal every settled local day but the newest ``keep_open_days``; how many meter-days.

    The newest is that of the latest reading of all. A community's days are sealed as far as it
    is settled, and not while a correction waits to be settled. Each step is a transaction; cut
    off anywhere, the next run goes on; ``stop`` is asked before each day. A late reading of a
    sealed day takes its meter's day apart again, and a later run seals it anew.
    """
    sealed = 0
    with database.transaction() as connection:
        days = [day for (day,) in connection.execute(OPEN_DAYS, (keep_open_days,))]
        communities = [one for (one,) in connection.execute(COMMUNITIES)]
    months = set()
    for day in days:
        if stop():
            break
        of_day = sum(_seal_day(database, community_id, day) for community_id in communities)
        if of_day:
            months.add(month_start(day))
        sealed += of_day
        with database.transaction() as connection:
            _drop(connection, day)
    with database.transaction() as connection:
        fold(connection)
        connection.execute(FORGET_KEYS, (KEYS_KEPT_DAYS,))
    for month in months:  # only then are sums read from the key alone
        database.vacuum(f"sealed_day_{month:%Y%m}")
    return sealed


def _drop(connection: Connection, day: date) -> None:
    """Take an open day away that holds nothing any more; another time, if somebody writes to it."""
    connection.execute(DROP_LOCK_TIMEOUT)
    with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
        connection.execute(DROP, (day,))


def _seal_day(database: Database, community_id: int, day: date) -> int:
    with database.transaction() as connection:
        meters = [one for (one,) in connection.execute(METERS, (community_id,))]
    sealed = 0
    for place in range(0, len(meters), METERS_AT_ONCE):
        with database.transaction() as connection:
            sealed += _seal_some(
                connection, community_id, day, meters[place : place + METERS_AT_ONCE]
            )
    return sealed


def _seal_some(connection: Connection, community_id: int, day: date, meters: Sequence[int]) -> int:
    """Seal one day of neighbouring ``meters`` (at least one), if it is settled."""
    asked = {"community": community_id, "day": day, "first": meters[0], "last": meters[-1]}
    connection.execute(UNLIMITED)
    row = connection.execute(LOCK, asked).fetchone()
    if row is None:
        return 0
    settled_until, is_corrected = row
    if is_corrected or settled_until < day_start(day + timedelta(days=1)):
        return 0
    connection.execute(OPEN_MONTHS, asked)
    connection.execute(NOTE, asked)
    return connection.execute(SEAL, asked).rowcount
