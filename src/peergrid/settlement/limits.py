"""The prices that members set for their own meters: the most to pay, the least to take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Interval
from peergrid.errors import Conflict, Invalid
from peergrid.market.tariff import MOST_MICROS_PER_KWH
from peergrid.meters.registry import Meter, latest_of, meters_of_community
from peergrid.settlement.past import past_until

LIMITS = """
select limit_id, meter_id, valid_from, bid_micros_per_kwh, ask_micros_per_kwh
from limit_price where meter_id = any(%s) order by valid_from, limit_id"""
ADD = """
insert into limit_price (meter_id, valid_from, bid_micros_per_kwh, ask_micros_per_kwh, set_by)
values (%s, %s, %s, %s, %s)"""


@dataclass(frozen=True)
class LimitPrice:
    """From ``valid_from`` on: pay a neighbour at most ``bid``, take at least ``ask``; None: any.

    Of two from one instant on, the one set later (the greater ``limit_id``) counts.
    """

    limit_id: int
    meter_id: int
    valid_from: datetime
    bid_micros_per_kwh: int | None
    ask_micros_per_kwh: int | None


def set_limit(
    connection: Connection,
    meter: Meter,
    bid_micros_per_kwh: int | None,
    ask_micros_per_kwh: int | None,
    valid_from: datetime | None = None,
    not_before: datetime | None = None,
) -> LimitPrice:
    """Set what a meter's owner asks and bids [micros per kWh], until it is set anew.

    It holds from the next half hour that nobody has metered yet, or from a later instant:
    whoever has seen an outcome has no say in it. ``not_before`` is the server's clock, None for
    simulated time. Raises Invalid out of 0 to US$100 or off a half hour, and Conflict if
    ``valid_from`` is too early.
    """
    for price in (bid_micros_per_kwh, ask_micros_per_kwh):
        if price is not None and not 0 <= price <= MOST_MICROS_PER_KWH:
            raise Invalid(
                "A limit price lies between US$0 and US$100 a kWh; leave it out for none."
            )
    earliest = _earliest(connection, meter.community_id, not_before)
    begins = earliest if valid_from is None else _on_the_half_hour(valid_from)
    if begins < earliest:
        raise Conflict(f"A limit price can begin at {earliest:%Y-%m-%dT%H:%MZ} or later.")
    row = (meter.meter_id, begins, bid_micros_per_kwh, ask_micros_per_kwh, meter.member_id)
    connection.execute(ADD, row)
    return [one for one in limits_of(connection, [meter.meter_id]) if one.valid_from == begins][-1]


def limits_of(connection: Connection, meter_ids: Sequence[int]) -> list[LimitPrice]:
    """All that was ever set for some meters, in the order in which it came or comes to hold."""
    with connection.cursor(row_factory=class_row(LimitPrice)) as cursor:
        return cursor.execute(LIMITS, (list(meter_ids),)).fetchall()


def _earliest(connection: Connection, community_id: int, now: datetime | None) -> datetime:
    metered = latest_of(meters_of_community(connection, community_id))
    instants = [past_until(connection, community_id)]
    if metered is not None:
        instants.append(metered + INTERVAL)
    if now is not None:
        instants.append(_next_half_hour(now))
    return max(instants)


def _next_half_hour(now: datetime) -> datetime:
    whole = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    return whole if whole == now else whole + INTERVAL


def _on_the_half_hour(instant: datetime) -> datetime:
    try:
        return Interval(instant).start
    except ValueError as error:
        raise Invalid(f"{error}.") from error
