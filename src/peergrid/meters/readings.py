"""What the meters counted, as settlement and screens ask for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.energy import INTERVALS_PER_DAY, Interval, Quality, Reading

BETWEEN = """
select meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision
from reading where meter_id = any(%s) and interval_start >= %s and interval_start < %s"""
ADD_ESTIMATE = """
insert into reading
  (meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision)
values (%s, %s, %s, %s, %s, %s, 0)"""

type ByInterval = dict[Interval, dict[int, Reading]]


def readings_between(
    connection: Connection, meter_ids: Sequence[int], start: datetime, end: datetime
) -> ByInterval:
    """Readings of ``[start, end)`` by interval and meter."""
    found: ByInterval = defaultdict(dict)
    rows = connection.execute(BETWEEN, (list(meter_ids), start, end))
    for meter_id, instant, import_wh, export_wh, generation_wh, quality, revision in rows:
        interval = Interval(instant)
        found[interval][meter_id] = Reading(
            meter_id, interval, import_wh, export_wh, generation_wh, Quality(quality), revision
        )
    return dict(found)


def add_estimates(
    connection: Connection, interval: Interval, meter_ids: Sequence[int]
) -> dict[int, Reading]:
    """Stand in for silent meters with the same half hour of the day before, or with nothing.

    Marked as estimated, so that a measured reading replaces it (Green Button quality 8,
    estimated using a reference day).
    """
    before = interval.later(-INTERVALS_PER_DAY)
    known = readings_between(connection, meter_ids, before.start, before.end).get(before, {})
    estimates = {}
    for meter_id in meter_ids:
        day_before = known.get(meter_id) or Reading(meter_id, before, import_wh=0, export_wh=0)
        estimates[meter_id] = Reading(
            meter_id,
            interval,
            day_before.import_wh,
            day_before.export_wh,
            day_before.generation_wh,
            Quality.ESTIMATED,
        )
    rows = [
        (r.meter_id, interval.start, r.import_wh, r.export_wh, r.generation_wh, int(r.quality))
        for r in estimates.values()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ADD_ESTIMATE, rows)
    return estimates
