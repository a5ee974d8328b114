"""What members agree on and ask for: coefficients of sharing, and their own limit prices."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from peergrid import wire
from peergrid.api.dependencies import (
    GUARDED,
    AnyMember,
    CommunityData,
    Data,
    Does,
    HouseholdMember,
    Now,
    Operator,
    Overseer,
    Set,
)
from peergrid.database.pool import Connection
from peergrid.errors import Invalid, NotFound
from peergrid.members.membership import Member
from peergrid.meters.registry import connections_of, meters_of_community, meters_of_member
from peergrid.settlement import agreements
from peergrid.settlement.agreements import Agreement, AgreementState
from peergrid.settlement.limits import LimitPrice, limits_by, set_limit

router = APIRouter(tags=["agreements"], responses=GUARDED)

AgreementId = Annotated[int, Path(ge=1, le=2**31 - 1)]
ONE = "/operator/agreements/{agreement_id}"


@router.get("/market/agreements")
def published(member: AnyMember, database: CommunityData) -> list[wire.Agreement]:
    """What the community's members agree on, each meter with its part; drafts are left out."""
    with database.transaction() as connection:
        found = agreements.agreements_of(connection, member.community_id)
        return _told(connection, member, (a for a in found if a.state is not AgreementState.DRAFT))


@router.get("/operator/agreements")
def everything(member: Overseer, database: Data) -> list[wire.Agreement]:
    """All agreements, drafts too."""
    with database.transaction() as connection:
        found = agreements.agreements_of(connection, member.community_id)
        return _told(connection, member, found)


@router.post("/operator/agreements")
def add(body: wire.AgreementParts, member: Operator, database: Data, does: Does) -> wire.Agreement:
    """Draft an agreement: its parts must sum to 1,000,000."""
    parts, who = _parts(body), (member.community_id, member.member_id)
    with database.transaction() as connection:
        added = agreements.add_agreement(connection, *who, parts)
        does.about(agreement_id=added.agreement_id)
        return _told(connection, member, [added])[0]


@router.put(ONE)
def change(
    agreement_id: AgreementId, body: wire.AgreementParts, member: Operator, database: Data
) -> wire.Agreement:
    """Put other parts in a draft."""
    parts, who = _parts(body), (member.community_id, member.member_id)
    with database.transaction() as connection:
        changed = agreements.change_agreement(connection, *who, agreement_id, parts)
        return _told(connection, member, [changed])[0]


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
def drop(agreement_id: AgreementId, member: Operator, database: Data) -> None:
    """Throw a draft away."""
    with database.transaction() as connection:
        agreements.drop_agreement(connection, member.community_id, agreement_id)


@router.post(f"{ONE}/publish")
def publish(agreement_id: AgreementId, member: Operator, database: Data) -> wire.Agreement:
    """Let every member see a draft; its parts stay from now on."""
    who = (member.community_id, member.member_id)
    with database.transaction() as connection:
        shown = agreements.publish_agreement(connection, *who, agreement_id)
        return _told(connection, member, [shown])[0]


@router.post(f"{ONE}/apply")
def apply(
    agreement_id: AgreementId, body: wire.AgreementStart, member: Operator, database: Data
) -> wire.Agreement:
    """Let a published agreement hold from a local day on, for good."""
    who = (member.community_id, member.member_id)
    with database.transaction() as connection:
        applied = agreements.apply_agreement(connection, *who, agreement_id, body.valid_from)
        return _told(connection, member, [applied])[0]


@router.get("/limits")
def limits(member: HouseholdMember, database: Data) -> list[wire.LimitPrices]:
    """All limit prices you ever set, in the order in which they hold."""
    with database.transaction() as connection:
        own = meters_of_member(connection, member.member_id)
        found = limits_by(connection, member.member_id)
    serials = {meter.connection_id: meter.serial for meter in own}
    return [_limit(one, serials[one.connection_id]) for one in found]


@router.post("/limits")
def ask_and_bid(
    body: wire.LimitPrices, member: HouseholdMember, database: Data, settings: Set, now: Now
) -> wire.LimitPrices:
    """Set the limit prices of a meter of your own, until you set them anew or hand it over."""
    not_before: datetime | None = None if settings.simulated_time else now
    prices = (body.bid_micros_per_kwh, body.ask_micros_per_kwh)
    with database.transaction() as connection:
        own = meters_of_member(connection, member.member_id)
        meter = next((one for one in own if one.serial == body.meter), None)
        if meter is None:
            raise NotFound(f"You have no meter {body.meter}.")
        set_by = member.member_id
        added = set_limit(connection, meter, set_by, *prices, body.valid_from, not_before)
    return _limit(added, meter.serial)


def _parts(body: wire.AgreementParts) -> dict[str, int]:
    parts = {part.meter: part.coefficient_ppm for part in body.parts}
    if len(parts) < len(body.parts):
        raise Invalid("A meter is named twice: give each meter one part.")
    return parts


def _told(
    connection: Connection, member: Member, found: Iterable[Agreement]
) -> list[wire.Agreement]:
    there = connections_of(meters_of_community(connection, member.community_id))
    return [
        wire.Agreement(
            agreement_id=one.agreement_id,
            state=wire.AgreementState(one.state),
            parts=[
                wire.AgreementPart(meter=there[named].serial, coefficient_ppm=part)
                for named, part in one.coefficient_ppm.items()
            ],
            published_at=one.published_at,
            applied_at=one.applied_at,
            valid_from=one.valid_from,
        )
        for one in found
    ]


def _limit(limit: LimitPrice, serial: str) -> wire.LimitPrices:
    return wire.LimitPrices(
        meter=serial,
        bid_micros_per_kwh=limit.bid_micros_per_kwh,
        ask_micros_per_kwh=limit.ask_micros_per_kwh,
        valid_from=limit.valid_from,
    )
