"""A member's own community: what was shared, and at what price."""

from dataclasses import asdict
from datetime import timedelta

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data, Day
from peergrid.api.energy import latest_day
from peergrid.api.me import scheme_of
from peergrid.energy import day_start
from peergrid.settlement.worth import market_between

router = APIRouter(prefix="/market", tags=["market"], responses=GUARDED)


@router.get("")
def market(member: AnyMember, database: Data, day: Day | None = None) -> wire.Market:
    """The settled half hours of a local day; of the latest day, if none is named."""
    with database.transaction() as connection:
        latest = latest_day(connection, member.community_id)
        asked = day or latest
        span = (day_start(asked), day_start(asked + timedelta(days=1)))
        rows = market_between(connection, member.community_id, *span)
        scheme = scheme_of(connection, member.community_id)
    return wire.Market(
        community=member.community,
        day=asked,
        latest=latest,
        scheme=scheme,
        intervals=[wire.MarketInterval(**asdict(row)) for row in rows],
    )
