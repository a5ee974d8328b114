"""What a household may know of the hours to come: outages of its feeder, other prices."""

from dataclasses import asdict
from datetime import datetime, timedelta

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, HouseholdMember
from peergrid.energy import INTERVAL, day_start, local_day
from peergrid.market.tariff import DAYS, Tariff
from peergrid.members.membership import community_by_id
from peergrid.meters.latest import clock_of
from peergrid.meters.outages import outages_between
from peergrid.settlement.tariffs import tariff_on, tariffs_of

router = APIRouter(prefix="/energy", tags=["energy"], responses=GUARDED)

AHEAD = timedelta(days=1)


@router.get("/ahead")
def ahead(member: HouseholdMember, database: Data) -> wire.Ahead:
    """What is known from the newest reading on: outages of this day and the next, and prices."""
    with database.transaction() as connection:
        latest = clock_of(connection, member.community_id)
        begun = community_by_id(connection, member.community_id).settled_until
        at = latest + INTERVAL if latest else begun
        midnight = day_start(local_day(latest or begun))
        off = outages_between(connection, member.community_id, midnight, at + AHEAD)
        _, tariff = tariff_on(tariffs_of(connection, member.community_id), local_day(at))
    return wire.Ahead(
        at=at,
        outages=[wire.Outage(**asdict(one)) for one in off],
        prices=prices_ahead(tariff, at),
    )


def prices_ahead(tariff: Tariff, at: datetime) -> list[wire.PriceAhead]:
    """Where the tariff's price by the hour is another one in ``[at, at + 24 h)``, in order."""
    first = local_day(at)
    known = [
        wire.PriceAhead(
            name=time.name,
            starts=day_start(day) + time.first * INTERVAL,
            ends=day_start(day) + time.end * INTERVAL,
            micros_per_kwh=time.micros_per_kwh,
        )
        for day in (first, first + AHEAD)
        for time in tariff.times
        if day.weekday() in DAYS[time.on]
    ]
    within = [one for one in known if one.ends > at and one.starts < at + AHEAD]
    return sorted(within, key=lambda one: one.starts)
