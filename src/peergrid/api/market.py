"""A member's own community: what was shared, at what price, and how well it did."""

from dataclasses import asdict
from datetime import timedelta

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, CommunityData, Data, Day
from peergrid.api.energy import latest_day
from peergrid.api.me import scheme_of
from peergrid.energy import day_start
from peergrid.market.indicators import DROUGHT_YEAR, WET_YEAR, Avoided
from peergrid.settlement.indicators import community_month
from peergrid.settlement.worth import market_between

router = APIRouter(prefix="/market", tags=["market"], responses=GUARDED)

TOLD = (  # as market.indicators calls them
    *("self_consumption", "self_sufficiency", "savings_micros", "savings_share"),
    *("gini_of_benefits", "jain_of_benefits", "participation_index", "equality_index"),
    *("energy_balance_index", "power_flatness_index", "community_self_sufficiency"),
    "technical_index",
)


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


@router.get("/indicators")
def indicators(member: AnyMember, database: CommunityData, month: Day) -> wire.MarketIndicators:
    """How the community did in the local calendar month that ``month`` lies in.

    A month that is not over is told as far as it is settled, and says so.
    """
    with database.transaction() as connection:
        found = community_month(connection, member.community_id, month)
    return wire.MarketIndicators(
        community=member.community,
        month=found.month,
        is_complete=found.is_complete,
        settled_until=found.settled_until,
        settled_intervals=found.intervals,
        households=found.households,
        demand_wh=found.energies.demand_wh,
        generation_wh=found.energies.generation_wh,
        shared_wh=found.energies.shared_wh,
        **{name: getattr(found.indicators, name) for name in TOLD},
        avoided=[_avoided(found.indicators.avoided(factor)) for factor in (WET_YEAR, DROUGHT_YEAR)],
    )


def _avoided(avoided: Avoided) -> wire.AvoidedEmissions:
    factor = avoided.factor
    return wire.AvoidedEmissions(
        factor=factor.name,
        g_per_kwh=factor.g_per_kwh,
        source=factor.source,
        grams=avoided.grams,
    )
