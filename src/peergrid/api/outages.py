"""The operator reports when the feeder was off."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Operator, Overseer
from peergrid.database.pool import Connection
from peergrid.meters.outages import outages_of, report_outage, withdraw_outage

router = APIRouter(prefix="/operator/outages", tags=["operator"], responses=GUARDED)

OutageId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def outages(member: Overseer, database: Data) -> list[wire.Outage]:
    """The outages of the operator's own community, newest first."""
    with database.transaction() as connection:
        return _told(connection, member.community_id)


@router.post("")
def report(sent: wire.OutageReport, member: Operator, database: Data) -> list[wire.Outage]:
    """Report an outage: silent meters in it counted nothing, and are not waited for."""
    with database.transaction() as connection:
        report_outage(connection, member.community_id, sent.starts, sent.ends)
        return _told(connection, member.community_id)


@router.delete("/{outage_id}")
def withdraw(outage_id: OutageId, member: Operator, database: Data) -> list[wire.Outage]:
    """Take back an outage of which nothing is settled yet: silent meters are waited for again."""
    with database.transaction() as connection:
        withdraw_outage(connection, member.community_id, outage_id)
        return _told(connection, member.community_id)


def _told(connection: Connection, community_id: int) -> list[wire.Outage]:
    return [wire.Outage(**asdict(one)) for one in outages_of(connection, community_id)]
