"""Meters that have fallen silent: two half hours behind their community's clock, or more."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection

# Interval of a community's clock, less than two of which one may be on its way.
SILENT = """
select count(*)::int as meters, max(coalesce(latest, active_from)) as since
from (
  select active_from, active_until, latest_of(meter) as latest
  from meter where community_id = %(community)s) each
where coalesce(active_until > %(clock)s, true) and active_from <= %(clock)s
  and coalesce(latest <= %(clock)s - interval '1 hour', true)"""


@dataclass(frozen=True)
class Silence:
    """``since`` is the last half hour of the one that fell silent last; None if none is."""

    meters: int
    since: datetime | None


def silence_of(connection: Connection, community_id: int, clock: datetime) -> Silence:
    """How many meters of a community are silent at ``clock``, its newest half hour."""
    with connection.cursor(row_factory=class_row(Silence)) as cursor:
        asked = {"community": community_id, "clock": clock}
        return cursor.execute(SILENT, asked).fetchone() or Silence(0, None)
