"""Sums that are kept: folded from what was appended, and counted again after a change."""

from collections.abc import Callable

from peergrid.database.pool import Connection, Database

UNLIMITED = "set local statement_timeout = 0"
FOLD = """
with folded as (delete from community_change returning *),
by_interval as (
  insert into community_sum as known
  select community_id, interval_start, sum(readings), sum(import_wh), sum(export_wh),
    sum(generation_wh), sum(self_consumed_wh)
  from folded group by 1, 2 order by 1, 2
  on conflict (community_id, interval_start) do update set
    readings = known.readings + excluded.readings,
    import_wh = known.import_wh + excluded.import_wh,
    export_wh = known.export_wh + excluded.export_wh,
    generation_wh = known.generation_wh + excluded.generation_wh,
    self_consumed_wh = known.self_consumed_wh + excluded.self_consumed_wh),
by_day as (
  insert into community_day as known
  select community_id, local_day(interval_start), sum(readings), sum(import_wh), sum(export_wh),
    sum(generation_wh), sum(self_consumed_wh)
  from folded group by 1, 2 order by 1, 2
  on conflict (community_id, day) do update set
    readings = known.readings + excluded.readings,
    import_wh = known.import_wh + excluded.import_wh,
    export_wh = known.export_wh + excluded.export_wh,
    generation_wh = known.generation_wh + excluded.generation_wh,
    self_consumed_wh = known.self_consumed_wh + excluded.self_consumed_wh)
insert into changed_month
select distinct community_id, date_trunc('month', local_day(interval_start))::date
from folded on conflict do nothing"""
CHANGED = "select community_id, month from changed_month order by 2 desc, 1"
TAKE = "delete from changed_month where community_id = %(community)s and month = %(month)s"
COUNT = """
insert into connection_month as known
select %(community)s, %(month)s, m.connection_id, sum(readings), sum(import_wh), sum(export_wh),
  sum(generation_wh), sum(self_consumed_wh)
from (
  select meter_id, readings, import_wh, export_wh, generation_wh, self_consumed_wh
  from sealed_day
  where day >= %(month)s and day < (%(month)s::date + interval '1 month')::date
  union all
  select meter_id, 1, import_wh, export_wh, generation_wh,
    greatest(generation_wh - export_wh, 0)
  from reading
  where interval_start >= day_start(%(month)s)
    and interval_start < day_start((%(month)s::date + interval '1 month')::date)) part
join meter m using (meter_id)
where m.community_id = %(community)s
group by m.connection_id
on conflict (community_id, month, connection_id) do update set
  readings = excluded.readings, import_wh = excluded.import_wh, export_wh = excluded.export_wh,
  generation_wh = excluded.generation_wh, self_consumed_wh = excluded.self_consumed_wh
where (known.readings, known.import_wh, known.export_wh, known.generation_wh,
    known.self_consumed_wh)
  <> (excluded.readings, excluded.import_wh, excluded.export_wh, excluded.generation_wh,
    excluded.self_consumed_wh)"""


def fold(connection: Connection) -> None:
    """Add what was appended to the half hours and the days of communities.

    The months that it is of are marked: they are counted again.
    """
    connection.execute(UNLIMITED)
    connection.execute(FOLD)


def count_months(database: Database, stop: Callable[[], bool] = lambda: False) -> None:
    """Count each connection's months anew in which a reading changed, the newest first.

    What was appended since the last fold is counted, and marks its month again. Each month of a
    community is a transaction; ``stop`` is asked before the next.
    """
    with database.transaction() as connection:
        changed = connection.execute(CHANGED).fetchall()
    for community_id, month in changed:
        if stop():
            return
        asked = {"community": community_id, "month": month}
        with database.transaction() as connection:
            connection.execute(UNLIMITED)
            connection.execute(TAKE, asked)
            connection.execute(COUNT, asked)
