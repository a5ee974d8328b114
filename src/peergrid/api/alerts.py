"""What an operator is to look at; an alert is there as long as what it tells of."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Operator, Overseer
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL
from peergrid.ledger import book
from peergrid.members.acknowledged import acknowledge, acknowledged_of
from peergrid.members.leaving import leaving_in
from peergrid.members.membership import Community, community_by_id
from peergrid.meters.latest import clock_of
from peergrid.meters.outages import outages_between
from peergrid.meters.silence import silence_of
from peergrid.payments.waiting import undecided_in
from peergrid.wire import AlertKind

router = APIRouter(prefix="/operator/alerts", tags=["operator"], responses=GUARDED)

IN_TIME = 2  # half hours that may wait to be settled: the newest, and one still on its way

type Raised = tuple[AlertKind, int, datetime]


@router.get("")
def alerts(member: Overseer, database: Data) -> list[wire.Alert]:
    """What is amiss in the operator's own community now, the gravest first."""
    with database.transaction() as connection:
        raised = list(_raised(connection, member.community_id))
        return _told(connection, member.community_id, raised)


@router.post("/acknowledge")
def see(sent: wire.Acknowledgement, member: Operator, database: Data) -> list[wire.Alert]:
    """An operator has seen an alert; one that is gone by now needs nobody to see it."""
    with database.transaction() as connection:
        raised = list(_raised(connection, member.community_id))
        for kind, _, since in raised:
            if kind is sent.kind:
                acknowledge(connection, member, kind, min(since, sent.since))
        return _told(connection, member.community_id, raised)


def _told(connection: Connection, community_id: int, raised: list[Raised]) -> list[wire.Alert]:
    known = acknowledged_of(connection, community_id)
    told = []
    for kind, count, since in raised:
        seen = known.get(kind)
        holds = seen if seen and seen.since >= since else None
        told.append(
            wire.Alert(
                kind=kind,
                count=count,
                since=since,
                acknowledged_by=holds.by if holds else None,
                acknowledged_at=holds.at if holds else None,
            )
        )
    return told


def _raised(connection: Connection, community_id: int) -> Iterator[Raised]:
    """The gravest first, as the kinds are."""
    community = community_by_id(connection, community_id)
    off = [unit for unit, sum_ in book.out_of_balance(connection, community_id).items() if sum_]
    if off:
        yield AlertKind.BOOKS_OFF, len(off), community.settled_until
    clock = clock_of(connection, community_id)
    if clock is not None:
        yield from _of_meters(connection, community, clock)
    payouts = undecided_in(connection, community_id)
    if payouts.newest:
        yield AlertKind.PAYOUTS_WAIT, payouts.count, payouts.newest
    leaving = leaving_in(connection, community_id)
    if leaving.newest:
        yield AlertKind.MEMBERS_LEAVE, leaving.count, leaving.newest


def _of_meters(connection: Connection, community: Community, clock: datetime) -> Iterator[Raised]:
    at = clock + INTERVAL
    outages = outages_between(connection, community.community_id, at, at + datetime.resolution)
    if outages:
        yield AlertKind.POWER_OFF, len(outages), outages[-1].starts
    waiting = (at - community.settled_until) // INTERVAL
    if waiting > IN_TIME:
        yield AlertKind.SETTLEMENT_WAITS, waiting, community.settled_until
    silence = silence_of(connection, community.community_id, clock)
    if silence.since:
        yield AlertKind.SILENT_METERS, silence.meters, silence.since
