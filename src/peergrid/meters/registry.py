"""Which member owns which meter, and the keys the meters send with."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid, NotFound

KEY_PREFIX = "mk_"  # so that a leaked key is recognised in a log or a commit
METER = """
select meter_id, community_id, member_id, serial, has_panels, connection_w, active_from,
  active_until, connection_id
from meter"""
ADD_METER = """
with added as (
  insert into meter (community_id, member_id, serial, has_panels, connection_w, active_from)
  values (%s, %s, %s, %s, %s, %s) on conflict (serial) do nothing
  returning connection_id, member_id)
insert into connection_owner (connection_id, member_id, from_interval)
select connection_id, member_id, '-infinity' from added"""
END = "update meter set active_until = %s where meter_id = %s"
ADD_SUCCESSOR = """
insert into meter
  (community_id, member_id, serial, has_panels, connection_w, active_from, connection_id)
values (%s, %s, %s, %s, %s, %s, %s) on conflict (serial) do nothing returning meter_id"""
END_OWNER = """
update connection_owner set until_interval = %(start)s
where connection_id = %(connection)s and until_interval = 'infinity'
  and from_interval < %(start)s returning member_id"""
ADD_OWNER = """
insert into connection_owner (connection_id, member_id, from_interval)
values (%(connection)s, %(member)s, %(start)s)"""
MOVE_OWNER = "update meter set member_id = %s where connection_id = %s and active_until is null"
# Not a meter that was gone before they came, or came after they left.
EVER_OWNED = """
where exists (
  select from connection_owner o
  where o.connection_id = meter.connection_id and o.member_id = %(member)s
    and greatest(o.from_interval, meter.active_from, %(start)s)
      < least(o.until_interval, coalesce(meter.active_until, 'infinity'), %(end)s))
order by 1"""
HELD = """
select distinct m.meter_id, o.member_id from meter m join connection_owner o using (connection_id)
where m.community_id = %(community)s
  and m.connection_id = coalesce(%(connection)s, m.connection_id)
  and greatest(o.from_interval, m.active_from, %(start)s)
    < least(o.until_interval, coalesce(m.active_until, 'infinity'), %(end)s)
order by 1, 2"""
OWNER = """
select member_id from connection_owner
where connection_id = %s and from_interval <= %s and %s < until_interval"""
ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
ADD_KEY = """
insert into meter_key (key_hash, meter_id, created_at) values (%s, %s, %s) returning key_id"""
END_KEYS = "update meter_key set ends_at = least(ends_at, %s) where meter_id = %s and ends_at > %s"
END_KEY = """
update meter_key set ends_at = least(ends_at, %s)
where key_id = %s and meter_id in (select meter_id from meter where community_id = %s)
returning meter_id"""
KEYS = """
select key_id, serial, created_at, last_used_at, nullif(ends_at, 'infinity') as ends_at
from meter_key join meter using (meter_id)
where community_id = %s and (%s::text is null or serial = %s) and ends_at > %s
order by serial, key_id"""


@dataclass(frozen=True)
class Meter:
    """A device; ``member_id`` is its present owner.

    ``connection_w`` [W] is what its connection carries. It counts until before
    ``active_until`` (None: still). Meters of one ``connection_id`` replaced one another.
    """

    meter_id: int
    community_id: int
    member_id: int
    serial: str
    has_panels: bool
    connection_w: int
    active_from: datetime
    active_until: datetime | None
    connection_id: int


@dataclass(frozen=True)
class InForce:
    """When a connection is in force, by whichever meter; ``serial`` is that of its newest."""

    serial: str
    active_from: datetime
    active_until: datetime | None

    def at(self, instant: datetime) -> bool:
        """Whether it counts in the interval that starts then."""
        ended = self.active_until is not None and self.active_until <= instant
        return self.active_from <= instant and not ended


def add_meter(
    connection: Connection,
    community_id: int,
    member_id: int,
    serial: str,
    *,
    has_panels: bool,
    connection_w: int,
    active_from: datetime,
) -> Meter:
    """Register a meter; with the same serial, the one there is.

    Raises Invalid if that serial belongs to somebody else.
    """
    row = (community_id, member_id, serial, has_panels, connection_w, active_from)
    connection.execute(ADD_METER, row)
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        meter = cursor.execute(f"{METER} where serial = %s", (serial,)).fetchone()
    if not meter or (meter.community_id, meter.member_id) != (community_id, member_id):
        raise Invalid(f"Meter {serial} is registered already, to somebody else.")
    return meter


@dataclass(frozen=True)
class MeterKey:
    """What is known of a key; ``last_used_at`` to the hour, ``ends_at`` None: no end is set."""

    key_id: int
    serial: str
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None


def issue_key(
    connection: Connection, meter_id: int, now: datetime, overlap: timedelta = timedelta()
) -> str:
    """A new key for a meter, shown this once; those before it end after ``overlap``."""
    return rotate_key(connection, meter_id, now, overlap)[1]


def rotate_key(
    connection: Connection, meter_id: int, now: datetime, overlap: timedelta
) -> tuple[int, str]:
    """As ``issue_key``, with the new key's number, by which it can be revoked."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    connection.execute(END_KEYS, (now + overlap, meter_id, now))
    row = (hashlib.sha256(key.encode()).digest(), meter_id, now)
    (key_id,) = connection.execute(ADD_KEY, row).fetchone() or (0,)
    return key_id, key


def keys_of(
    connection: Connection, community_id: int, now: datetime, serial: str | None = None
) -> list[MeterKey]:
    """The keys that are good, of one meter or of all of a community."""
    with connection.cursor(row_factory=class_row(MeterKey)) as cursor:
        return cursor.execute(KEYS, (community_id, serial, serial, now)).fetchall()


def revoke_key(connection: Connection, community_id: int, key_id: int, now: datetime) -> Meter:
    """It is good no more, at once; whose it was. Raises NotFound unless it is the community's."""
    ended = connection.execute(END_KEY, (now, key_id, community_id)).fetchone()
    if not ended:
        raise NotFound(f"Your community has no key {key_id}.")
    return meter_by_id(connection, ended[0])


def meter_anywhere(connection: Connection, serial: str) -> Meter:
    """The meter of that serial, of whatever community. Raises NotFound if there is none."""
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        meter = cursor.execute(f"{METER} where serial = %s", (serial,)).fetchone()
    if not meter:
        raise NotFound(f"No meter is called {serial}.")
    return meter


def meter_with_serial(connection: Connection, community_id: int, serial: str) -> Meter:
    """Raises NotFound, in the same words, for one of another community and for none."""
    meter = meter_anywhere(connection, serial)
    if meter.community_id != community_id:
        raise NotFound(f"No meter is called {serial}.")
    return meter


def end_meter(connection: Connection, meter_id: int, until: datetime) -> None:
    """It counts until before ``until``."""
    connection.execute(END, (until, meter_id))


def add_successor(connection: Connection, meter: Meter, serial: str, start: datetime) -> Meter:
    """Register the device that replaces ``meter`` from ``start`` on.

    Raises Conflict if the serial is registered already.
    """
    row = (meter.community_id, meter.member_id, serial, meter.has_panels, meter.connection_w)
    added = connection.execute(ADD_SUCCESSOR, (*row, start, meter.connection_id)).fetchone()
    if not added:
        raise Conflict(f"Meter {serial} is registered already: a new meter has a new serial.")
    return meter_by_id(connection, added[0])


def move_owner(connection: Connection, meter: Meter, member_id: int, start: datetime) -> None:
    """The meter's connection is ``member_id``'s from ``start`` on.

    Raises Conflict if it changes hands at that time or later already.
    """
    asked = {"connection": meter.connection_id, "member": member_id, "start": start}
    if not connection.execute(END_OWNER, asked).fetchone():
        raise Conflict(f"Meter {meter.serial} changes hands later already: choose a later time.")
    connection.execute(ADD_OWNER, asked)
    connection.execute(MOVE_OWNER, (member_id, meter.connection_id))


def meter_by_id(connection: Connection, meter_id: int) -> Meter:
    """Raises NotFound if there is none."""
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        meter = cursor.execute(f"{METER} where meter_id = %s", (meter_id,)).fetchone()
    if not meter:
        raise NotFound(f"There is no meter {meter_id}.")
    return meter


def meters_of_member(
    connection: Connection, member_id: int, span: tuple[datetime, datetime] = ALWAYS
) -> list[Meter]:
    """The meters that in a span of time are a member's, will be or were.

    What they counted is the member's only for the time in which the connection was theirs.
    """
    asked = {"member": member_id, "start": span[0], "end": span[1]}
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        return cursor.execute(METER + EVER_OWNED, asked).fetchall()


def holders(
    connection: Connection,
    community_id: int,
    span: tuple[datetime, datetime] = ALWAYS,
    connection_id: int | None = None,
) -> list[tuple[int, int]]:
    """Meter ids with the ids of all members who hold them in a span; of one connection, if told."""
    asked = {
        "community": community_id,
        "connection": connection_id,
        "start": span[0],
        "end": span[1],
    }
    return connection.execute(HELD, asked).fetchall()


def owner_at(connection: Connection, connection_id: int, instant: datetime) -> int | None:
    """The member whose connection it is in the interval that starts then."""
    row = connection.execute(OWNER, (connection_id, instant, instant)).fetchone()
    return row[0] if row else None


def meters_of_community(connection: Connection, community_id: int) -> list[Meter]:
    with connection.cursor(row_factory=class_row(Meter)) as cursor:
        query = f"{METER} where community_id = %s order by 1"
        return cursor.execute(query, (community_id,)).fetchall()


def connections_of(meters: Iterable[Meter]) -> dict[int, InForce]:
    """Connections by id, of all their ``meters``."""
    found: dict[int, InForce] = {}
    for meter in sorted(meters, key=lambda one: one.active_from):
        first = found.get(meter.connection_id, meter)
        found[meter.connection_id] = InForce(meter.serial, first.active_from, meter.active_until)
    return found
