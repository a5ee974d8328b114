"""Who is signed in, and how their community prices shared energy."""

from fastapi import APIRouter

from peergrid.api.dependencies import GUARDED, AnyMember, Data
from peergrid.api.energy import latest_day
from peergrid.database.pool import Connection
from peergrid.market.schemes import scheme_named
from peergrid.market.tariff import Tariff
from peergrid.meters.registry import meters_of_member
from peergrid.settlement.tariffs import tariff_on, tariffs_of
from peergrid.wire import Me, Role, SchemeInfo, Standing

router = APIRouter(tags=["me"], responses=GUARDED)


def scheme_info(tariff: Tariff) -> SchemeInfo:
    scheme = scheme_named(tariff.scheme)
    return SchemeInfo(
        name=scheme.name,
        title=scheme.title,
        sentence=scheme.explained(tariff),
        is_pilot=scheme.pilot,
        takes_limits=scheme.takes_limits,
    )


def scheme_of(connection: Connection, community_id: int) -> SchemeInfo:
    """The scheme in force on a community's latest day. Raises Conflict if there is none yet."""
    day = latest_day(connection, community_id)
    _, tariff = tariff_on(tariffs_of(connection, community_id), day)
    return scheme_info(tariff)


@router.get("/me")
def me(member: AnyMember, database: Data) -> Me:
    """Who is signed in."""
    with database.transaction() as connection:
        meters = meters_of_member(connection, member.member_id)
        scheme = scheme_of(connection, member.community_id)
    return Me(
        member_id=member.member_id,
        name=member.name,
        email=member.email,
        role=Role(member.role),
        standing=Standing(member.standing),
        community=member.community,
        meters=[meter.serial for meter in meters],
        scheme=scheme,
    )
