"""What a tariff would change for households, by a month that is settled."""

from dataclasses import dataclass
from datetime import timedelta

from peergrid.database.pool import Connection
from peergrid.energy import INTERVALS_PER_DAY, local_day, month_start, next_month
from peergrid.errors import Conflict
from peergrid.market.tariff import Tariff
from peergrid.members.membership import community_by_id
from peergrid.settlement.indicators import ONE_MOMENT
from peergrid.settlement.replay import Household, households_of, instead, replay, total_of
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month

SHOWN = 10  # households


@dataclass(frozen=True)
class Preview:
    """Some households from the one that draws least to the one that draws most, and all of them.

    Of all, ``dearer`` would have owed more and ``cheaper`` less.
    """

    households: list[Household]
    booked: Sums
    replayed: Sums
    dearer: int
    cheaper: int


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


def preview(settled: SettledMonth, tariff: Tariff) -> Preview:
    """A settled month under ``tariff``.

    The households shown are real ones, evenly taken from all by what they draw. A bill is money
    alone: under a scheme that owes energy, look at the credit too.
    """
    replayed = replay(settled, instead(settled, tariff))
    each = households_of(settled, replayed)
    each.sort(key=lambda one: (one.booked.import_wh, one.member_id))
    changes = [one.replayed.bill_micros - one.booked.bill_micros for one in each]
    return Preview(
        households=_evenly(each),
        booked=total_of(settled.booked),
        replayed=total_of(replayed),
        dearer=sum(change > 0 for change in changes),
        cheaper=sum(change < 0 for change in changes),
    )


def _evenly(each: list[Household]) -> list[Household]:
    if len(each) <= SHOWN:
        return each
    return [each[place * (len(each) - 1) // (SHOWN - 1)] for place in range(SHOWN)]
