"""The operator ends a connection, gives it another meter, or hands it to another member."""

from typing import Annotated

from fastapi import APIRouter, Path

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Does, Now, Operator
from peergrid.database.pool import Connection
from peergrid.members.membership import member_by_id
from peergrid.meters.registry import Meter, issue_key, meter_by_id
from peergrid.settlement import connections

router = APIRouter(prefix="/operator/meters/{meter_id}", tags=["operator"], responses=GUARDED)

MeterId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.post("/end")
def end(
    meter_id: MeterId, body: wire.MeterEnd, member: Operator, database: Data, does: Does
) -> wire.Connected:
    """Cut a connection: its meter counts until then, and what it counted stays booked."""
    with database.transaction() as connection:
        ended = connections.end(connection, member.community_id, meter_id, body.until)
        does.about(member_id=ended.member_id)
        return _told(connection, ended)


@router.post("/replace")
def replace(
    meter_id: MeterId,
    body: wire.MeterReplacement,
    member: Operator,
    database: Data,
    now: Now,
    does: Does,
) -> wire.NewMeter:
    """Let another device take over; its key is shown this once."""
    asked = (member.community_id, meter_id, body.serial, body.start)
    with database.transaction() as connection:
        successor = connections.replace(connection, *asked)
        key = issue_key(connection, successor.meter_id, now)
        does.about(member_id=successor.member_id)
        return wire.NewMeter(meter=_told(connection, successor), key=key)


@router.post("/hand-over")
def hand_over(
    meter_id: MeterId, body: wire.HandOver, member: Operator, database: Data
) -> wire.Connected:
    """From then on the connection is another member's; each keeps what is of their own time."""
    asked = (member.community_id, meter_id, body.member_id, body.start)
    with database.transaction() as connection:
        connections.hand_over(connection, *asked)
        return _told(connection, meter_by_id(connection, meter_id))


def _told(connection: Connection, meter: Meter) -> wire.Connected:
    owner = member_by_id(connection, meter.member_id)
    assert owner is not None, "a meter has an owner"  # noqa: S101
    return wire.Connected(
        meter_id=meter.meter_id,
        meter=meter.serial,
        member=owner.name,
        active_from=meter.active_from,
        active_until=meter.active_until,
    )
