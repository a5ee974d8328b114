"""The prices that members set for their own connections: the most to pay, the least to take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL
from peergrid.errors import Conflict, Invalid
from peergrid.market.tariff import MOST_MICROS_PER_KWH
from peergrid.meters.latest import clock_of
from peergrid.meters.registry import Meter, owner_at
from peergrid.settlement.past import on_the_half_hour, past_until

# Who takes a connection over has said nothing yet: that is a limit of none, before any of theirs.
LIMITS = """
select l.limit_id, l.connection_id, l.valid_from, l.bid_micros_per_kwh, l.ask_micros_per_kwh
from limit_price l
join connection_owner o on o.connection_id = l.connection_id and o.member_id = l.set_by
  and o.from_interval <= l.valid_from and l.valid_from < o.until_interval
where l.connection_id = any(%(connections)s)
union all
select 0, connection_id, from_interval, null, null from connection_owner
where connection_id = any(%(connections)s) and from_interval > '-infinity'
order by valid_from, limit_id"""
OWN = """
select limit_id, connection_id, valid_from, bid_micros_per_kwh, ask_micros_per_kwh
from limit_price where set_by = %s order by valid_from, limit_id"""
ADD = """
insert into limit_price
  (connection_id, valid_from, bid_micros_per_kwh, ask_micros_per_kwh, set_by)
values (%s, %s, %s, %s, %s) returning limit_id"""


@dataclass(frozen=True)
class LimitPrice:
    """From ``valid_from`` on: pay a neighbour at most ``bid``, take at least ``ask``; None: any.

    Of two from one instant on, the one set later (the greater ``limit_id``) counts.
    """

    limit_id: int
    connection_id: int
    valid_from: datetime
    bid_micros_per_kwh: int | None
    ask_micros_per_kwh: int | None


def set_limit(
    connection: Connection,
    meter: Meter,
    member_id: int,
    bid_micros_per_kwh: int | None,
    ask_micros_per_kwh: int | None,
    valid_from: datetime | None = None,
    not_before: datetime | None = None,
) -> LimitPrice:
    """Set what the owner of a meter's connection asks and bids [micros per kWh], until set anew.

    It holds from the next half hour that nobody has metered yet, or from a later instant:
    whoever has seen an outcome has no say in it. It lapses when the connection changes hands.
    ``not_before`` is the server's clock, None for simulated time. Raises Invalid out of 0 to
    US$100 or off a half hour, and Conflict if ``valid_from`` is too early, or the meter has ended
    or is not the member's by then.
    """
    for price in (bid_micros_per_kwh, ask_micros_per_kwh):
        if price is not None and not 0 <= price <= MOST_MICROS_PER_KWH:
            raise Invalid(
                "A limit price lies between US$0 and US$100 a kWh; leave it out for none."
            )
    earliest = _earliest(connection, meter.community_id, not_before)
    begins = earliest if valid_from is None else on_the_half_hour(valid_from)
    if begins < earliest:
        raise Conflict(f"A limit price can begin at {earliest:%Y-%m-%dT%H:%MZ} or later.")
    if meter.active_until and meter.active_until <= begins:
        ended = f"{meter.active_until:%Y-%m-%dT%H:%MZ}"
        raise Conflict(f"Meter {meter.serial} ended at {ended}: name the one that took over.")
    if owner_at(connection, meter.connection_id, begins) != member_id:
        raise Conflict(f"Meter {meter.serial} is not yours at {begins:%Y-%m-%dT%H:%MZ}.")
    prices = (bid_micros_per_kwh, ask_micros_per_kwh)
    row = (meter.connection_id, begins, *prices, member_id)
    added = connection.execute(ADD, row).fetchone()
    assert added is not None, "an insert returns its row"  # noqa: S101
    return LimitPrice(added[0], meter.connection_id, begins, *prices)


def limits_of(connection: Connection, connection_ids: Sequence[int]) -> list[LimitPrice]:
    """All that was ever set for some connections by who owned them, in the order it holds in."""
    with connection.cursor(row_factory=class_row(LimitPrice)) as cursor:
        return cursor.execute(LIMITS, {"connections": list(connection_ids)}).fetchall()


def limits_by(connection: Connection, member_id: int) -> list[LimitPrice]:
    """All that a member ever set, in the order in which it came or comes to hold."""
    with connection.cursor(row_factory=class_row(LimitPrice)) as cursor:
        return cursor.execute(OWN, (member_id,)).fetchall()


def _earliest(connection: Connection, community_id: int, now: datetime | None) -> datetime:
    metered = clock_of(connection, community_id)
    instants = [past_until(connection, community_id)]
    if metered is not None:
        instants.append(metered + INTERVAL)
    if now is not None:
        instants.append(_next_half_hour(now))
    return max(instants)


def _next_half_hour(now: datetime) -> datetime:
    whole = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    return whole if whole == now else whole + INTERVAL
