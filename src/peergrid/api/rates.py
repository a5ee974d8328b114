"""What a US dollar is worth in ZiG; the books stay in US dollars."""

from dataclasses import asdict

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data, Day, Operator, Overseer
from peergrid.api.energy import latest_day
from peergrid.settlement.rates import add_rate, rate_on, rates_of

router = APIRouter(tags=["rates"], responses=GUARDED)


@router.get("/market/rate")
def rate(member: AnyMember, database: Data, day: Day | None = None) -> wire.ExchangeRate | None:
    """The latest rate of a local day or before it, of the latest day without one; null if none."""
    with database.transaction() as connection:
        asked = day or latest_day(connection, member.community_id)
        found = rate_on(connection, member.community_id, asked)
    return wire.ExchangeRate(**asdict(found)) if found else None


@router.get("/operator/rates")
def entered(member: Overseer, database: Data) -> list[wire.EnteredRate]:
    """All rates ever entered, newest day first; of one day the first of them counts."""
    with database.transaction() as connection:
        found = rates_of(connection, member.community_id)
    return [wire.EnteredRate(**asdict(one)) for one in found]


@router.post("/operator/rates")
def enter(body: wire.ExchangeRate, member: Operator, database: Data) -> wire.ExchangeRate:
    """Enter a day's rate; entered again it replaces the one before."""
    who = (member.community_id, member.member_id)
    with database.transaction() as connection:
        added = add_rate(connection, *who, body.day, body.micros_per_usd, body.source)
    return wire.ExchangeRate(**asdict(added))
