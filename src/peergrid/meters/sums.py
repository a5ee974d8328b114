"""What meters and communities counted by hour, day and month: sums that cannot drift.

A meter's days are in the key of its sealed days, so that a month or a year is read from the key
alone; a day still open is summed as it stands. A community's half hours are kept by whoever
stores readings, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from psycopg import sql
from psycopg.rows import class_row

from peergrid.database.pool import Connection

COLUMNS = sql.SQL("""
  sum(readings)::int as readings, sum(import_wh)::bigint as import_wh,
  sum(export_wh)::bigint as export_wh, sum(generation_wh)::bigint as generation_wh,
  sum(self_consumed_wh)::bigint as self_consumed_wh""")
OF_METERS_BY_DAY = sql.SQL("""
select {bucket} as start, {columns}
from (
  select day, readings, import_wh, export_wh, generation_wh, self_consumed_wh
  from sealed_day where meter_id = any(%(meters)s) and day >= %(first)s and day < %(end)s
  union all
  select local_day(interval_start), 1, import_wh, export_wh, generation_wh,
    greatest(generation_wh - export_wh, 0)
  from reading where meter_id = any(%(meters)s)
    and interval_start >= day_start(%(first)s) and interval_start < day_start(%(end)s)) part
group by 1 order by 1""")
OF_METERS_BY_HOUR = sql.SQL("""
select date_trunc('hour', interval_start) as start, {columns}
from (
  select interval_start, 1 as readings, import_wh, export_wh, generation_wh,
    greatest(generation_wh - export_wh, 0) as self_consumed_wh
  from readings_of(%(meters)s, day_start(%(first)s), day_start(%(end)s))) part
group by 1 order by 1""")
OF_COMMUNITY = sql.SQL("""
select {bucket} as start, {columns}
from community_interval
where community_id = %(community)s
  and interval_start >= day_start(%(first)s) and interval_start < day_start(%(end)s)
group by 1 order by 1""")


class Step(StrEnum):
    """How long each sum is; days and months are local."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


DAYS = {
    Step.DAY: sql.SQL("day_start(day)"),
    Step.MONTH: sql.SQL("day_start(date_trunc('month', day)::date)"),
}
INTERVALS = {
    Step.HOUR: sql.SQL("date_trunc('hour', interval_start)"),
    Step.DAY: sql.SQL("day_start(local_day(interval_start))"),
    Step.MONTH: sql.SQL("date_trunc('month', interval_start, 'Africa/Harare')"),
}


@dataclass(frozen=True)
class Sum:
    """Energies [Wh] of ``readings`` readings from ``start`` on, for one step."""

    start: datetime
    readings: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int


def sums_of_meters(
    connection: Connection, meter_ids: Sequence[int], first: date, end: date, step: Step
) -> list[Sum]:
    """What ``meter_ids`` together counted in the local days ``[first, end)``, in order."""
    asked = {"meters": list(meter_ids), "first": first, "end": end}
    query = (
        OF_METERS_BY_HOUR.format(columns=COLUMNS)
        if step is Step.HOUR
        else OF_METERS_BY_DAY.format(bucket=DAYS[step], columns=COLUMNS)
    )
    with connection.cursor(row_factory=class_row(Sum)) as cursor:
        return cursor.execute(query, asked).fetchall()


def sums_of_community(
    connection: Connection, community_id: int, first: date, end: date, step: Step
) -> list[Sum]:
    """What all meters of a community counted in the local days ``[first, end)``, in order."""
    asked = {"community": community_id, "first": first, "end": end}
    query = OF_COMMUNITY.format(bucket=INTERVALS[step], columns=COLUMNS)
    with connection.cursor(row_factory=class_row(Sum)) as cursor:
        return cursor.execute(query, asked).fetchall()
