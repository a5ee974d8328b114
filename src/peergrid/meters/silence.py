"""Meters that are silent: two half hours behind their community's clock, or more.

One yet to begin, or that has ended, is not; nor is any before the first reading of all.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.meters.registry import Meter

# One by one, so that the dear question comes last and of few: who reported in the last hour is
# known by two half hours of all, and only of the others is it asked when they last did.
SILENT = """(case
when (active_from < %(clock)s::timestamptz and coalesce(active_until > %(clock)s, true)) is not true
  then false
when exists (
  select from reading r where r.meter_id = meter.meter_id
    and r.interval_start in (%(clock)s, %(clock)s - interval '30 min'))
  then false
else coalesce(latest_of(meter) <= %(clock)s - interval '1 hour', true) end)"""
HOW_MANY = f"""
select count(*)::int as meters, max(coalesce(latest_of(meter), active_from)) as since
from meter where community_id = %(community)s and {SILENT}"""  # noqa: S608 - names of our own
AMONG = f"select meter_id from meter where meter_id = any(%(meters)s) and {SILENT}"  # noqa: S608


@dataclass(frozen=True)
class Silence:
    """``since`` is the last half hour of the one that fell silent last; None if none is."""

    meters: int
    since: datetime | None


def silence_of(connection: Connection, community_id: int, clock: datetime | None) -> Silence:
    """How many meters of a community are silent at ``clock``, its newest half hour."""
    with connection.cursor(row_factory=class_row(Silence)) as cursor:
        asked = {"community": community_id, "clock": clock}
        return cursor.execute(HOW_MANY.encode(), asked).fetchone() or Silence(0, None)


def silent_among(
    connection: Connection, meters: list[Meter], clock: datetime | None
) -> frozenset[int]:
    """The ids of those ``meters`` of one community that are silent at its ``clock``."""
    asked = {"meters": [meter.meter_id for meter in meters], "clock": clock}
    return frozenset(row[0] for row in connection.execute(AMONG.encode(), asked))
