"""Pages of a community's members and meters: an operator looks through thousands of them."""

from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Overseer
from peergrid.api.operator import meter_rows
from peergrid.members import pages as of_members
from peergrid.meters import pages as of_meters
from peergrid.meters.latest import clock_of

router = APIRouter(prefix="/operator", tags=["operator"], responses=GUARDED)

Text = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
After = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="What the last page said.")]
Most = Annotated[int, Query(ge=1, le=200)]


@router.get("/members/page")
def members(
    member: Overseer,
    database: Data,
    text: Text = None,
    role: wire.Role | None = None,
    standing: wire.Standing | None = None,
    order: wire.MemberOrder = wire.MemberOrder.NAME,
    after: After = None,
    most: Most = 50,
) -> wire.MemberPage:
    """Members whose name, address or meter's serial holds ``text``, a page at a time."""
    wanted = of_members.Wanted(text, role, standing)
    asked = (member.community_id, wanted, of_members.Order(order), after, most + 1)
    with database.transaction() as connection:
        found = of_members.page_of_members(connection, *asked)
        shown = found[:most]
        serials = of_meters.serials_of(connection, [one.member_id for one in shown])
    rows = [
        wire.MemberLine(
            member_id=one.member_id,
            name=one.name,
            email=one.email,
            role=wire.Role(one.role),
            standing=wire.Standing(one.standing),
            meters=serials.get(one.member_id, []),
        )
        for one in shown
    ]
    return wire.MemberPage(rows=rows, after=rows[-1].member_id if len(found) > most else None)


@router.get("/meters/page")
def meters(
    member: Overseer,
    database: Data,
    text: Text = None,
    only: wire.MeterKind | None = None,
    order: wire.MeterOrder = wire.MeterOrder.SERIAL,
    after: After = None,
    most: Most = 50,
) -> wire.MeterPage:
    """Meters whose serial or owner's name holds ``text``, a page at a time."""
    wanted = of_meters.Wanted(text, only)
    asked = (member.community_id, wanted, of_meters.Order(order), after, most + 1)
    with database.transaction() as connection:
        clock = clock_of(connection, member.community_id)
        found = of_meters.page_of_meters(connection, *asked, clock)
        rows = meter_rows(connection, member.community_id, found[:most])
    return wire.MeterPage(rows=rows, after=rows[-1].meter_id if len(found) > most else None)
