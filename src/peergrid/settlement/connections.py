"""Connections end, get another meter, or change hands, from an interval on that is not settled."""

from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.ledger.book import open_accounts
from peergrid.members.membership import member_by_id
from peergrid.meters.latest import latest_of
from peergrid.meters.registry import (
    Meter,
    add_successor,
    end_meter,
    holders,
    meter_by_id,
    meters_of_community,
    move_owner,
)
from peergrid.settlement.past import on_the_half_hour, past_until


def end(connection: Connection, community_id: int, meter_id: int, until: datetime) -> Meter:
    """The connection is cut: its meter counts until before ``until``.

    Raises Conflict if that is settled or reported already or the meter has ended, Invalid off a
    half hour, and NotFound for a meter of another community.
    """
    meter = _still_open(connection, community_id, meter_id, until)
    _not_reported(connection, meter, until)
    end_meter(connection, meter_id, until)
    return meter_by_id(connection, meter_id)


def replace(
    connection: Connection, community_id: int, meter_id: int, serial: str, start: datetime
) -> Meter:
    """Another device takes over from the interval at ``start`` on, for the same owner.

    A month's blocks, the energy credit, the agreed part and the limit prices are the
    connection's: the new one goes on where the old one ended. It needs a key of its own. Raises
    as ``end`` does, and Conflict for a serial that is registered already.
    """
    meter = _still_open(connection, community_id, meter_id, start)
    _not_reported(connection, meter, start)
    end_meter(connection, meter_id, start)
    successor = add_successor(connection, meter, serial, start)
    _open_accounts(connection, meter)
    return successor


def hand_over(
    connection: Connection, community_id: int, meter_id: int, member_id: int, start: datetime
) -> None:
    """From the interval at ``start`` on the connection is another member's.

    What was booked before stays on the account of who left, with their energy credit, and their
    limit prices lapse; the month's blocks and the agreed part go on, as they are the
    connection's. Raises Conflict if ``start`` is settled, even if that is undone and waits to be
    settled again with another reading, or if the meter has ended; NotFound for a
    meter of another community, and Invalid off a half hour, or for a member who has no household
    here or owns it already.
    """
    meter = _still_open(connection, community_id, meter_id, start)
    member = member_by_id(connection, member_id)
    if not member or member.community_id != meter.community_id:
        raise Invalid(f"Member {member_id} is not of the community of meter {meter.serial}.")
    if member_id == meter.member_id:
        raise Invalid(f"Meter {meter.serial} is {member.name}'s already: name who takes over.")
    move_owner(connection, meter, member_id, start)
    _open_accounts(connection, meter)


def _still_open(connection: Connection, community_id: int, meter_id: int, start: datetime) -> Meter:
    """The meter, its community locked. Raises Conflict if ``start`` is too early or too late."""
    settled_until = past_until(connection, community_id)
    if meter_id not in {one.meter_id for one in meters_of_community(connection, community_id)}:
        raise NotFound(f"Your community has no meter {meter_id}.")
    meter, start = meter_by_id(connection, meter_id), on_the_half_hour(start)
    if start < settled_until:
        until = f"{settled_until:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"All before {until} is settled: choose that or later.")
    if meter.active_until:
        ended = f"{meter.active_until:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"Meter {meter.serial} ends at {ended}: name the one that takes over.")
    if start <= meter.active_from:
        begun = f"{meter.active_from:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"Meter {meter.serial} is in force from {begun} on: choose a later time.")
    return meter


def _not_reported(connection: Connection, meter: Meter, until: datetime) -> None:
    """Raises Conflict if the meter says that it counted after its end."""
    latest = latest_of(connection, meter.meter_id)
    if latest and latest >= until:
        free = f"{latest + INTERVAL:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"Meter {meter.serial} has reported until {free}: choose that or later.")


def _open_accounts(connection: Connection, meter: Meter) -> None:
    """Who holds a meter of this connection at any time has an account of it."""
    of = holders(connection, meter.community_id, connection_id=meter.connection_id)
    for meter_id, member_id in of:
        open_accounts(connection, meter.community_id, {meter_id: member_id})
