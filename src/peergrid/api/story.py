"""One member's story beyond the statement: what they hold, and what they were paid."""

from dataclasses import asdict

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Overseer
from peergrid.api.operator import meter_rows
from peergrid.members.standing import one_of
from peergrid.payments.payout import payouts_of_member
from peergrid.settlement.held import agreed_parts, held_by, meters_at

router = APIRouter(prefix="/operator/members/{member_id}", tags=["operator"], responses=GUARDED)


@router.get("/connections")
def connections(member_id: int, member: Overseer, database: Data) -> list[wire.HeldConnection]:
    """What a member holds or held: each connection with its meters and its agreed parts."""
    with database.transaction() as connection:
        one_of(connection, member, member_id)
        held = held_by(connection, member_id)
        places = [one.connection_id for one in held]
        meters = meters_at(connection, places)
        agreed = agreed_parts(connection, member.community_id, places)
        rows = {row.meter_id: row for row in meter_rows(connection, member.community_id, meters)}
    return [
        wire.HeldConnection(
            connection_id=one.connection_id,
            since=one.since,
            until=one.until,
            meters=[
                rows[meter.meter_id] for meter in meters if meter.connection_id == one.connection_id
            ],
            agreed=[
                wire.AgreedPart(
                    agreement_id=part.agreement_id,
                    valid_from=part.valid_from,
                    part_ppm=part.part_ppm,
                )
                for part in agreed
                if part.connection_id == one.connection_id
            ],
        )
        for one in held
    ]


@router.get("/payouts")
def payouts(member_id: int, member: Overseer, database: Data) -> list[wire.PayoutRow]:
    """A member's payouts, newest first."""
    with database.transaction() as connection:
        asked = one_of(connection, member, member_id)
        rows = payouts_of_member(connection, asked.member_id)
    return [wire.PayoutRow.model_validate(asdict(row)) for row in rows]
