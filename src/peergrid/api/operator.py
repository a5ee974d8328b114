"""The operator's own community: now, members, meters, settlement."""

from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter, Response

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, Overseer
from peergrid.api.statement import FILES, Spoken, csv_answer, message_of, month_of, pdf_answer
from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVAL
from peergrid.ledger import book
from peergrid.members.membership import Member, community_by_id, members_of
from peergrid.members.standing import one_of
from peergrid.meters.latest import clock_of
from peergrid.meters.pages import latest_of_each, owners_of, serials_of
from peergrid.meters.registry import Meter, meters_of_community
from peergrid.meters.silence import silence_of, silent_among
from peergrid.money import Unit
from peergrid.settlement.state import state_of
from peergrid.settlement.worth import reported_at
from peergrid.wire.operator import AwaitedMeter
from peergrid.words.catalogue import Language

router = APIRouter(prefix="/operator", tags=["operator"], responses=GUARDED)


@router.get("/overview")
def overview(member: Overseer, database: Data) -> wire.Overview:
    """The community in its latest half hour, by its own clock."""
    with database.transaction() as connection:
        community = community_by_id(connection, member.community_id)
        meters = meters_of_community(connection, member.community_id)
        latest = clock_of(connection, member.community_id)
        silence = silence_of(connection, member.community_id, latest)
        reported, supply_wh, demand_wh = (
            reported_at(connection, member.community_id, latest) if latest else (0, 0, 0)
        )
    return wire.Overview(
        community=community.title,
        latest=latest,
        settled_until=community.settled_until,
        households=len({meter.member_id for meter in meters}),
        producers=len({meter.member_id for meter in meters if meter.has_panels}),
        silent_meters=silence.meters,
        supply_wh=supply_wh,
        demand_wh=demand_wh,
        reported_meters=reported,
    )


@router.get("/members")
def members(member: Overseer, database: Data) -> list[wire.MemberRow]:
    """Everybody in the community, with their meters and balances."""
    with database.transaction() as connection:
        everybody = members_of(connection, member.community_id)
        return member_rows(connection, everybody)


@router.get("/members/{member_id}")
def one_member(member_id: int, member: Overseer, database: Data) -> wire.MemberRow:
    """One member of the operator's own community."""
    with database.transaction() as connection:
        found = one_of(connection, member, member_id)
        return member_rows(connection, [found])[0]


@router.get("/members/{member_id}/statement")
def statement(
    member_id: int,
    member: Overseer,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> wire.Statement:
    """A month of one member of the operator's own community, as they see it themselves."""
    return message_of(database, _asked(database, member, member_id), month, language)


@router.get("/members/{member_id}/statement.csv", **FILES["csv"])
def statement_csv(
    member_id: int,
    member: Overseer,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> Response:
    """The same month for a spreadsheet."""
    asked = _asked(database, member, member_id)
    return csv_answer(month_of(database, asked, month), language)


@router.get("/members/{member_id}/statement.pdf", **FILES["pdf"])
def statement_pdf(
    member_id: int,
    member: Overseer,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> Response:
    """The same month to print."""
    asked = _asked(database, member, member_id)
    return pdf_answer(month_of(database, asked, month), language)


@router.get("/meters")
def meters(member: Overseer, database: Data) -> list[wire.MeterRow]:
    """Every meter, and how far it is behind the community's clock."""
    with database.transaction() as connection:
        everything = meters_of_community(connection, member.community_id)
        return meter_rows(connection, member.community_id, everything)


@router.get("/settlement")
def settlement(member: Overseer, database: Data) -> wire.SettlementState:
    """How far settlement has come, what it waits for, and whether the books add up."""
    with database.transaction() as connection:
        community = community_by_id(connection, member.community_id)
        state = state_of(connection, community)
        off = book.out_of_balance(connection, member.community_id)
    return wire.SettlementState(
        settled_until=community.settled_until,
        latest=state.latest,
        waiting_intervals=state.waiting,
        missing_meters=state.missing,
        awaited=[
            AwaitedMeter(meter=one.serial, since=one.since, is_silent=one.is_silent)
            for one in state.awaited
        ],
        waits_until=state.waits_until,
        corrections_waiting=state.corrections,
        unbalanced=[wire.Balance(unit=unit, amount=amount) for unit, amount in off.items()],
        recent=[wire.SettlementRow(**asdict(row)) for row in state.recent],
    )


def _asked(database: Database, operator: Member, member_id: int) -> Member:
    with database.transaction() as connection:
        return one_of(connection, operator, member_id)


def member_rows(connection: Connection, wanted: list[Member]) -> list[wire.MemberRow]:
    asked = [one.member_id for one in wanted]
    balances, serials = book.balances_of(connection, asked), serials_of(connection, asked)
    return [
        wire.MemberRow(
            member_id=one.member_id,
            name=one.name,
            email=one.email,
            role=wire.Role(one.role),
            standing=wire.Standing(one.standing),
            meters=serials.get(one.member_id, []),
            usd_micros=balances[one.member_id][Unit.USD],
            credit_wh=balances[one.member_id][Unit.WH_CREDIT],
        )
        for one in wanted
    ]


def meter_rows(
    connection: Connection, community_id: int, meters: list[Meter]
) -> list[wire.MeterRow]:
    """Meters of a community, whose they are, and how far each is behind its clock."""
    clock = clock_of(connection, community_id)
    names, latest_of = owners_of(connection, meters), latest_of_each(connection, meters)
    silent = silent_among(connection, meters, clock)
    return [
        wire.MeterRow(
            meter_id=meter.meter_id,
            meter=meter.serial,
            member_id=meter.member_id,
            member=names[meter.member_id],
            has_panels=meter.has_panels,
            connection_w=meter.connection_w,
            latest=latest_of.get(meter.meter_id),
            intervals_behind=_behind(latest_of.get(meter.meter_id), clock),
            is_silent=meter.meter_id in silent,
            active_from=meter.active_from,
            active_until=meter.active_until,
        )
        for meter in meters
    ]


def _behind(latest: datetime | None, clock: datetime | None) -> int | None:
    """Intervals between a meter's newest and the community's; None if it never reported."""
    if clock is None or latest is None:
        return None
    return (clock - latest) // INTERVAL
