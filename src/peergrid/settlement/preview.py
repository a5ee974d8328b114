"""What a tariff would change for households, by a month that is settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from peergrid.database.pool import Connection
from peergrid.energy import INTERVALS_PER_DAY, local_day, month_start, next_month
from peergrid.errors import Conflict
from peergrid.market.tariff import Tariff
from peergrid.members.membership import community_by_id
from peergrid.meters.registry import meters_of_community
from peergrid.settlement.indicators import ONE_MOMENT
from peergrid.settlement.replay import instead, replay, total_of
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month

HOUSEHOLDS = 10


@dataclass(frozen=True)
class Household:
    """A member's month as it was booked, and as it would have been."""

    member_id: int
    now: Sums
    then: Sums


@dataclass(frozen=True)
class Preview:
    """Some households from the one that draws least to the one that draws most, and all of them."""

    settled: SettledMonth
    households: list[Household]
    now: Sums
    then: Sums
    dearer: int
    cheaper: int


def preview(settled: SettledMonth, owners: Mapping[int, int], tariff: Tariff) -> Preview:
    """A settled month under ``tariff``; ``owners`` is member id by meter id.

    The households shown are real ones, evenly taken from all by what they draw. A bill is money
    alone: under a scheme that owes energy, look at the credit too.
    """
    now = by_member(settled.booked, owners)
    then = by_member(replay(settled, instead(settled, tariff)), owners)
    each = [Household(member_id, now[member_id], then[member_id]) for member_id in now]
    each.sort(key=lambda one: (one.now.import_wh, one.member_id))
    changes = [one.then.bill_micros - one.now.bill_micros for one in each]
    return Preview(
        settled=settled,
        households=_evenly(each),
        now=total_of(now),
        then=total_of(then),
        dearer=sum(change > 0 for change in changes),
        cheaper=sum(change < 0 for change in changes),
    )


def full_month(connection: Connection, community_id: int) -> SettledMonth:
    """The newest local month that is over and settled. Has to be the first in its transaction.

    Raises Conflict if it is not settled from its first half hour on.
    """
    connection.execute(ONE_MOMENT)
    until = community_by_id(connection, community_id).settled_until
    month = month_start(month_start(local_day(until)) - timedelta(days=1))
    settled = settled_month(connection, community_id, month)
    days = (next_month(month) - month).days
    if len(settled.counted.numbers) < days * INTERVALS_PER_DAY:
        raise Conflict("No full month is settled yet: name a month to see what there is of it.")
    return settled


def owners_of(connection: Connection, community_id: int) -> dict[int, int]:
    """Member id by meter id."""
    meters = meters_of_community(connection, community_id)
    return {meter.meter_id: meter.member_id for meter in meters}


def by_member(sums: Mapping[int, Sums], owners: Mapping[int, int]) -> dict[int, Sums]:
    """What is known by meter id, by member id."""
    found: dict[int, Sums] = {}
    for meter_id, one in sums.items():
        found[owners[meter_id]] = found.get(owners[meter_id], Sums()) + one
    return found


def _evenly(each: list[Household]) -> list[Household]:
    if len(each) <= HOUSEHOLDS:
        return each
    return [each[place * (len(each) - 1) // (HOUSEHOLDS - 1)] for place in range(HOUSEHOLDS)]
