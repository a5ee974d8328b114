"""What meters and communities counted by hour, day and month: sums that cannot drift.

A meter's days are in the key of its sealed days, so that a month or a year is read from the key
alone; a day still open is summed as it stands. A community's half hours are appended by whoever
stores readings, in the same transaction, and folded later into its half hours and its days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import day_start

SUMMED = """
select {bucket} as start, sum(readings)::bigint as readings, sum(import_wh)::bigint as import_wh,
  sum(export_wh)::bigint as export_wh, sum(generation_wh)::bigint as generation_wh,
  sum(self_consumed_wh)::bigint as self_consumed_wh
from ({parts}) part group by 1 order by 1"""
OF_METERS = "unnest(%(meters)s::int[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])"
# The time in which a connection is a member's is theirs by whichever meter counted it.
OF_MEMBER = """
(select m.meter_id, greatest(o.from_interval, %(start)s), least(o.until_interval, %(end)s)
  from connection_owner o join meter m using (connection_id)
  where o.member_id = %(member)s and (%(serial)s::text is null or m.serial = %(serial)s)
    and o.from_interval < %(end)s and o.until_interval > %(start)s)"""
HALF_HOURS = """
select interval_start, 1 as readings, import_wh, export_wh, generation_wh,
    greatest(generation_wh - export_wh, 0) as self_consumed_wh
  from {of} as span (meter_id, start, until),
    intervals_of_meter(span.meter_id, span.start, span.until)"""
DAYS = """
select day_start(day) as interval_start, readings, import_wh, export_wh, generation_wh,
    self_consumed_wh
  from {of} as span (meter_id, start, until),
    days_of_meter(span.meter_id, span.start, span.until)"""
HALF_HOURS_OF_COMMUNITY = """
select interval_start, readings, import_wh, export_wh, generation_wh, self_consumed_wh
  from community_sum
  where community_id = %(community)s and interval_start >= %(start)s and interval_start < %(end)s
  union all
  select interval_start, readings, import_wh, export_wh, generation_wh, self_consumed_wh
  from community_change
  where community_id = %(community)s and interval_start >= %(start)s and interval_start < %(end)s"""
DAYS_OF_COMMUNITY = """
select day_start(day) as interval_start, readings, import_wh, export_wh, generation_wh,
    self_consumed_wh
  from community_day
  where community_id = %(community)s and day >= local_day(%(start)s) and day < local_day(%(end)s)
  union all
  select day_start(local_day(interval_start)), readings, import_wh, export_wh, generation_wh,
    self_consumed_wh
  from community_change
  where community_id = %(community)s and interval_start >= %(start)s and interval_start < %(end)s"""


class Step(StrEnum):
    """How long each sum is; days and months are local."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


BUCKETS = {
    Step.HOUR: "date_trunc('hour', interval_start)",
    Step.DAY: "interval_start",
    Step.MONTH: "date_trunc('month', interval_start, 'Africa/Harare')",
}


def _query(step: Step, half_hours: str, days: str) -> bytes:
    parts = half_hours if step is Step.HOUR else days
    return SUMMED.format(bucket=BUCKETS[step], parts=parts).encode()


BY_METERS = {
    step: _query(step, HALF_HOURS.format(of=OF_METERS), DAYS.format(of=OF_METERS)) for step in Step
}
BY_MEMBER = {
    step: _query(step, HALF_HOURS.format(of=OF_MEMBER), DAYS.format(of=OF_MEMBER)) for step in Step
}
BY_COMMUNITY = {step: _query(step, HALF_HOURS_OF_COMMUNITY, DAYS_OF_COMMUNITY) for step in Step}


@dataclass(frozen=True)
class Sum:
    """Energies [Wh] of ``readings`` readings from ``start`` on, for one step."""

    start: datetime
    readings: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int

    @property
    def demand_wh(self) -> int:
        """What was used, from wherever [Wh]."""
        return self.import_wh + self.self_consumed_wh


def sums_of_meters(
    connection: Connection, meter_ids: Sequence[int], first: date, end: date, step: Step
) -> list[Sum]:
    """What ``meter_ids`` together counted in the local days ``[first, end)``, in order."""
    start, until = _span(first, end)
    asked = {
        "meters": list(meter_ids),
        "starts": [start] * len(meter_ids),
        "ends": [until] * len(meter_ids),
    }
    return _ask(connection, BY_METERS[step], asked)


def sums_of_member(
    connection: Connection,
    member_id: int,
    first: date,
    end: date,
    step: Step,
    serial: str | None = None,
) -> list[Sum]:
    """What a member's meters counted in the local days ``[first, end)`` while they were theirs.

    Of one meter only, if its ``serial`` is told.
    """
    start, until = _span(first, end)
    asked = {"member": member_id, "serial": serial, "start": start, "end": until}
    return _ask(connection, BY_MEMBER[step], asked)


def sums_of_community(
    connection: Connection, community_id: int, first: date, end: date, step: Step
) -> list[Sum]:
    """What all meters of a community counted in the local days ``[first, end)``, in order."""
    start, until = _span(first, end)
    asked = {"community": community_id, "start": start, "end": until}
    return _ask(connection, BY_COMMUNITY[step], asked)


def _span(first: date, end: date) -> tuple[datetime, datetime]:
    return day_start(first), day_start(end)


def _ask(connection: Connection, query: bytes, asked: Mapping[str, Any]) -> list[Sum]:
    with connection.cursor(row_factory=class_row(Sum)) as cursor:
        return cursor.execute(query, asked, prepare=True).fetchall()
