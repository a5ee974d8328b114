"""Which connections of a community counted most in a month, from an index."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from psycopg.rows import class_row

from peergrid.database.pool import Connection

# The name is that of who has the connection now, the serial that of its newest meter.
HIGHEST = """
with highest as (
  select * from connection_month
  where community_id = %(community)s and month = %(month)s and {by}_wh > 0
  order by {by}_wh desc, connection_id limit %(most)s)
select h.connection_id, n.serial, p.member_id, p.name, h.readings, h.import_wh, h.export_wh,
  h.generation_wh, h.self_consumed_wh
from highest h
cross join lateral (
  select m.serial from meter m where m.connection_id = h.connection_id
  order by m.active_from desc limit 1) n
join connection_owner o on o.connection_id = h.connection_id and o.until_interval = 'infinity'
join member p using (member_id)
order by h.{by}_wh desc, h.connection_id"""


class By(StrEnum):
    """What connections are ranked by."""

    IMPORT = "import"
    EXPORT = "export"
    GENERATION = "generation"


QUERIES = {by: HIGHEST.format(by=by).encode() for by in By}


@dataclass(frozen=True)
class Ranked:
    """A connection's month [Wh], its newest meter, and whose it is now."""

    connection_id: int
    serial: str
    member_id: int
    name: str
    readings: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int


def highest(
    connection: Connection, community_id: int, month: date, by: By, most: int
) -> list[Ranked]:
    """The ``most`` connections that counted most in a local month (its first day), in order.

    As of the last time that the month was counted; who counted nothing is left out.
    """
    asked = {"community": community_id, "month": month, "most": most}
    with connection.cursor(row_factory=class_row(Ranked)) as cursor:
        return cursor.execute(QUERIES[by], asked, prepare=True).fetchall()
