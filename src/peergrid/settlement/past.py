"""What is settled is past: nothing that prices it may begin there."""

from datetime import date, datetime, timedelta

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Interval, day_start, local_day
from peergrid.errors import Conflict, Invalid
from peergrid.members.membership import community_by_id

NEWEST = "select max(interval_start) from settlement where community_id = %s"


def on_the_half_hour(instant: datetime) -> datetime:
    """An instant at which an interval starts, in UTC. Raises Invalid for any other."""
    try:
        return Interval(instant).start
    except ValueError as error:
        raise Invalid(f"{error}.") from error


def past_until(connection: Connection, community_id: int) -> datetime:
    """Until when half hours have ever been settled, an undone one too; nobody settles meanwhile.

    A correction takes ``settled_until`` back for a while, but not this.
    """
    community = community_by_id(connection, community_id, locked=True)
    row = connection.execute(NEWEST, (community_id,)).fetchone()
    newest = row[0] if row else None
    return max(community.settled_until, newest + INTERVAL) if newest else community.settled_until


def check_begins_later(connection: Connection, community_id: int, day: date, what: str) -> None:
    """Raises Conflict if the local ``day`` on which ``what`` begins has settled half hours."""
    until = past_until(connection, community_id)
    if day_start(day) >= until:
        return
    today = local_day(until)
    free = today if day_start(today) == until else today + timedelta(days=1)
    raise Conflict(f"{what} cannot begin on {day}, which is settled: choose {free} or later.")
