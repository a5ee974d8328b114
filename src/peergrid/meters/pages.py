"""A community's meters page by page, as ``members.pages``; those that are silent, if asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg.rows import class_row

from peergrid.database.patterns import anywhere
from peergrid.database.pool import Connection
from peergrid.meters.registry import METER, Meter
from peergrid.meters.silence import SILENT

FOUND = """(serial ilike %(like)s or member_id in (
  select member_id from member where community_id = %(community)s and name ilike %(like)s))"""
KINDS = {
    "silent": SILENT,
    "panels": "has_panels",
    "ended": "active_until is not null",
}
NAMES = "select member_id, name from member where member_id = any(%s)"
SERIALS = """
select member_id, array_agg(serial order by meter_id) from meter where member_id = any(%s)
group by 1"""
LATEST = "select meter_id, latest_of(meter) from meter where meter_id = any(%s)"


class Order(StrEnum):
    """By serial, or the newest first."""

    SERIAL = "serial"
    NEWEST = "newest"


AFTER = {
    Order.SERIAL: "serial > (select serial from meter where meter_id = %(after)s)",
    Order.NEWEST: "meter_id < %(after)s",
}
ORDER = {Order.SERIAL: "serial", Order.NEWEST: "meter_id desc"}


@dataclass(frozen=True)
class Wanted:
    """Which meters: ``text`` stands in the serial or the owner's name; None is all.

    ``only`` is silent (as ``silence`` tells), panels or ended.
    """

    text: str | None = None
    only: str | None = None


def page_of_meters(
    connection: Connection,
    community_id: int,
    wanted: Wanted,
    order: Order,
    after: int | None,
    most: int,
    clock: datetime | None,
) -> list[Meter]:
    """At most ``most`` meters that come after the meter ``after`` (None: from the first on)."""
    asked = {
        "community": community_id,
        "like": anywhere(wanted.text or ""),
        "clock": clock,
        "after": after,
        "most": most,
    }
    conditions = ["community_id = %(community)s"]
    conditions += [FOUND] if wanted.text else []
    conditions += [KINDS[wanted.only]] if wanted.only else []
    conditions += [AFTER[order]] if after is not None else []
    query = f"{METER} where {' and '.join(conditions)} order by {ORDER[order]} limit %(most)s"
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        return cursor.execute(query.encode(), asked).fetchall()


def owners_of(connection: Connection, meters: list[Meter]) -> dict[int, str]:
    """The names of the meters' present owners, by member id."""
    return dict(connection.execute(NAMES, ([meter.member_id for meter in meters],)).fetchall())


def latest_of_each(connection: Connection, meters: list[Meter]) -> dict[int, datetime | None]:
    """The newest interval of each meter; None for one that never reported."""
    return dict(connection.execute(LATEST, ([meter.meter_id for meter in meters],)).fetchall())


def serials_of(connection: Connection, member_ids: list[int]) -> dict[int, list[str]]:
    """The serials of the meters that members own at present; nothing of who owns none."""
    return dict(connection.execute(SERIALS, (member_ids,)).fetchall())
