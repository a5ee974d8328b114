"""Connections end, get another meter, or change hands, from an interval on that is not settled."""

from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid
from peergrid.ledger.book import open_accounts
from peergrid.members.membership import community_by_id, member_by_id
from peergrid.meters.registry import Meter, add_successor, end_meter, meter_by_id, move_owner


def end(connection: Connection, meter_id: int, until: datetime) -> None:
    """The connection is cut: its meter counts until before ``until``.

    Raises Conflict if that is settled already or the meter has ended.
    """
    meter = _still_open(connection, meter_id, until)
    end_meter(connection, meter.meter_id, until)


def replace(connection: Connection, meter_id: int, serial: str, start: datetime) -> Meter:
    """Another device takes over from the interval at ``start`` on, for the same owner.

    A month's blocks and the energy credit are the connection's: the new one goes on where the
    old one ended. It needs a key of its own. Raises Conflict as ``end`` does, and for a
    serial that is registered already.
    """
    meter = _still_open(connection, meter_id, start)
    end_meter(connection, meter.meter_id, start)
    successor = add_successor(connection, meter, serial, start)
    open_accounts(connection, meter.community_id, {successor.meter_id: meter.member_id})
    return successor


def hand_over(connection: Connection, meter_id: int, member_id: int, start: datetime) -> None:
    """From the interval at ``start`` on the connection is another member's.

    What was booked before stays on the account of who left, with their energy credit; the month's
    blocks go on, as they are the connection's. Raises Conflict as ``end`` does, and Invalid for a
    member of another community.
    """
    meter = _still_open(connection, meter_id, start)
    member = member_by_id(connection, member_id)
    if not member or member.community_id != meter.community_id:
        raise Invalid(f"Member {member_id} is not of the community of meter {meter.serial}.")
    move_owner(connection, meter, member_id, start)
    open_accounts(connection, meter.community_id, {meter.meter_id: member_id})


def _still_open(connection: Connection, meter_id: int, start: datetime) -> Meter:
    """The meter, its community locked. Raises Conflict if ``start`` is too early or too late."""
    meter = meter_by_id(connection, meter_id)
    community = community_by_id(connection, meter.community_id, locked=True)
    if start < community.settled_until:
        until = f"{community.settled_until:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"All before {until} is settled: choose that or later.")
    if start <= meter.active_from or meter.active_until:
        raise Conflict(f"Meter {meter.serial} is not in force until then: look at its dates.")
    return meter
