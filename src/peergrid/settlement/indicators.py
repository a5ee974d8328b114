"""How a community did in a local month, by what is settled of it."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVALS_PER_DAY, day_start, local_day, month_start, next_month
from peergrid.market.indicators import Energies, Indicators, Money, indicators_of
from peergrid.market.tariff import Tariff
from peergrid.members.membership import community_by_id
from peergrid.meters.retention import check_kept
from peergrid.settlement.tariffs import tariffs_of

# Both look at the same moment, though a settlement may be running.
ONE_MOMENT = "set transaction isolation level repeatable read"
NET = """
select interval_start, demand_wh - supply_wh as net_wh, shared_wh
from standing_settlement
where community_id = %(community)s
  and interval_start >= %(start)s and interval_start < %(end)s order by 1"""
HELD = """
select m.connection_id, o.member_id, s.tariff_id,
  sum(h.import_wh)::bigint as import_wh, sum(h.export_wh)::bigint as export_wh,
  sum(r.generation_wh)::bigint as generation_wh,
  sum(greatest(r.generation_wh - h.export_wh, 0))::bigint as self_consumed_wh,
  sum(h.paid_micros + h.retail_micros + h.levy_micros
    - h.earned_micros - h.feed_in_micros)::bigint as bill_micros
from standing_settlement s
join share h using (settlement_id)
join readings_of(array(select meter_id from meter where community_id = %(community)s),
  %(start)s, %(end)s) r on r.meter_id = h.meter_id and r.interval_start = h.interval_start
join meter m on m.meter_id = h.meter_id and m.community_id = s.community_id
join connection_owner o on o.connection_id = m.connection_id
  and o.from_interval <= h.interval_start and h.interval_start < o.until_interval
where s.community_id = %(community)s
  and s.interval_start >= %(start)s and s.interval_start < %(end)s
group by 1, 2, 3, o.from_interval order by 1, min(s.interval_start)"""


@dataclass(frozen=True)
class Held:
    """What a connection's shares come to under one tariff while one member held it [Wh, micros]."""

    connection_id: int
    member_id: int
    tariff_id: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int
    bill_micros: int


@dataclass(frozen=True)
class NetRow:
    """What a community drew from the grid in a settled interval [Wh]; below 0: sent to it."""

    interval_start: datetime
    net_wh: int
    shared_wh: int


@dataclass(frozen=True)
class CommunityMonth:
    """A month of a community; ``intervals`` are settled, and all of them if ``is_complete``.

    ``households`` are the members with a meter in it.
    """

    month: date
    is_complete: bool
    settled_until: datetime
    intervals: int
    households: int
    energies: Energies
    indicators: Indicators


def community_month(connection: Connection, community_id: int, month: date) -> CommunityMonth:
    """The indicators of the local calendar month that ``month`` lies in, as far as it is settled.

    With the grid alone a household's connections would have drawn what they drew, at the month's
    blocks with levy, and earned nothing for what they sent out; energy credit in use counts as
    saved in the month that it is used in. Zhou's value needs the best that could have been
    reached; credit from months before lies outside every bound on it, so it is not told here.
    Has to be the first in its transaction. Raises NotFound for an unknown community
    and Conflict for a month whose half hours are kept no longer.
    """
    connection.execute(ONE_MOMENT)
    first = month_start(month)
    end = day_start(next_month(first))
    asked = {"community": community_id, "start": day_start(first), "end": end}
    check_kept(connection, first)
    community = community_by_id(connection, community_id)
    tariffs = dict(tariffs_of(connection, community_id))
    with connection.cursor(row_factory=class_row(NetRow)) as cursor:
        net = cursor.execute(NET, asked).fetchall()
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        held = cursor.execute(HELD, asked).fetchall()
    energies = _energies(held, sum(row.shared_wh for row in net))
    money = _money(held, tariffs)
    return CommunityMonth(
        month=first,
        is_complete=community.settled_until >= end,
        settled_until=community.settled_until,
        intervals=len(net),
        households=len(money.bills_micros),
        energies=energies,
        indicators=indicators_of(energies, _by_day(net), money),
    )


def _energies(held: list[Held], shared_wh: int) -> Energies:
    self_consumed_wh = sum(one.self_consumed_wh for one in held)
    import_wh = sum(one.import_wh for one in held)
    return Energies(
        demand_wh=import_wh + self_consumed_wh,
        generation_wh=sum(one.generation_wh for one in held),
        self_consumed_wh=self_consumed_wh,
        import_wh=import_wh,
        export_wh=sum(one.export_wh for one in held),
        shared_wh=shared_wh,
    )


def _money(held: list[Held], tariffs: dict[int, Tariff]) -> Money:
    """Bills by household, as booked and with the grid alone.

    A connection climbs the month's blocks on its own, whatever its meter and its member, as it is
    settled; a new tariff charges what comes after.
    """
    bills: dict[int, int] = {}
    alone: dict[int, int] = {}
    for _, rows in groupby(held, key=lambda one: one.connection_id):
        before_wh = 0
        for row in rows:
            charge = sum(tariffs[row.tariff_id].charge_micros(before_wh, row.import_wh))
            alone[row.member_id] = alone.get(row.member_id, 0) + charge
            bills[row.member_id] = bills.get(row.member_id, 0) + row.bill_micros
            before_wh += row.import_wh
    by_member = sorted(bills)
    return Money([bills[one] for one in by_member], [alone[one] for one in by_member])


def _by_day(net: list[NetRow]) -> list[list[int]]:
    """Net load by local day; a day that is not whole says nothing about how flat one is."""
    days = (list(rows) for _, rows in groupby(net, key=lambda row: local_day(row.interval_start)))
    return [[row.net_wh for row in day] for day in days if len(day) == INTERVALS_PER_DAY]
