"""How far the meters of a community have come: its own clock, and each meter's newest interval."""

from datetime import datetime

from peergrid.database.pool import Connection

CLOCK = "select latest from community_clock where community_id = %s"
MOVE = """
insert into community_clock as clock (community_id, latest) values (%(community)s, %(latest)s)
on conflict (community_id) do update set latest = excluded.latest
where clock.latest < excluded.latest"""
EACH = "select meter_id, latest_of(meter) from meter where community_id = %s"
ONE = "select latest_of(meter) from meter where meter_id = %s"


def clock_of(connection: Connection, community_id: int) -> datetime | None:
    """The newest interval that any meter of a community reported; None before the first."""
    row = connection.execute(CLOCK, (community_id,)).fetchone()
    return row[0] if row else None


def move_clock(connection: Connection, community_id: int, latest: datetime) -> None:
    """The clock goes to ``latest``, if it is not there yet; who moves it makes others wait."""
    connection.execute(MOVE, {"community": community_id, "latest": latest})


def latest_by_meter(connection: Connection, community_id: int) -> dict[int, datetime | None]:
    """The newest interval of each meter that ever reported; None or not there for the others."""
    return dict(connection.execute(EACH, (community_id,)).fetchall())


def latest_of(connection: Connection, meter_id: int) -> datetime | None:
    """The newest interval that one meter reported; None if it never did."""
    row = connection.execute(ONE, (meter_id,)).fetchone()
    return row[0] if row else None
