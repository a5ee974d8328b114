"""A meter's energy beside what it was worth, by half hour, day or month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg import sql
from psycopg.rows import class_row

from peergrid.database.pool import Connection

# A reading counts as settled once a settlement that nothing has undone has its share.
WORTH = sql.SQL("""
select {bucket} as start, count(*)::int as readings, count(h.settlement_id)::int as settled,
  max(r.quality)::int as quality,
  sum(r.import_wh)::bigint as import_wh, sum(r.export_wh)::bigint as export_wh,
  sum(r.generation_wh)::bigint as generation_wh,
  sum(greatest(r.generation_wh - r.export_wh, 0))::bigint as self_consumed_wh,
  sum(r.import_wh + greatest(r.generation_wh - r.export_wh, 0))::bigint as demand_wh,
  coalesce(sum(h.bought_wh), 0)::bigint as bought_wh,
  coalesce(sum(h.sold_wh), 0)::bigint as sold_wh,
  coalesce(sum(h.import_wh - h.bought_wh), 0)::bigint as grid_import_wh,
  coalesce(sum(h.export_wh - h.sold_wh), 0)::bigint as grid_export_wh,
  coalesce(sum(h.paid_micros), 0)::bigint as paid_micros,
  coalesce(sum(h.earned_micros), 0)::bigint as earned_micros,
  coalesce(sum(h.retail_micros), 0)::bigint as retail_micros,
  coalesce(sum(h.levy_micros), 0)::bigint as levy_micros,
  coalesce(sum(h.feed_in_micros), 0)::bigint as feed_in_micros,
  coalesce(sum(h.credit_earned_wh), 0)::bigint as credit_earned_wh,
  coalesce(sum(h.credit_used_wh), 0)::bigint as credit_used_wh
from readings_of(%(meters)s, %(start)s, %(end)s) r
join meter m using (meter_id)
join connection_owner o on o.connection_id = m.connection_id
  and o.from_interval <= r.interval_start and r.interval_start < o.until_interval
  and o.member_id = coalesce(%(owner)s, o.member_id)
left join lateral (
  select h.* from share h join standing_settlement s
    on s.settlement_id = h.settlement_id and s.community_id = m.community_id
  where h.meter_id = r.meter_id and h.interval_start = r.interval_start) h on true
group by 1 order by 1""")

MARKET = """
select interval_start, supply_wh, demand_wh, shared_wh, demand_wh - shared_wh as grid_import_wh,
  supply_wh - shared_wh as grid_export_wh, price_micros_per_kwh, payout_micros_per_kwh
from standing_settlement
where community_id = %s and interval_start >= %s and interval_start < %s order by 1"""
NOW = """
select readings, export_wh, import_wh from community_interval
where community_id = %s and interval_start = %s"""


class Step(StrEnum):
    """How long each row of energy is; days and months are local."""

    INTERVAL = "interval"
    DAY = "day"
    MONTH = "month"


BUCKETS = {
    Step.INTERVAL: sql.SQL("r.interval_start"),
    Step.DAY: sql.SQL("date_trunc('day', r.interval_start, 'Africa/Harare')"),
    Step.MONTH: sql.SQL("date_trunc('month', r.interval_start, 'Africa/Harare')"),
}


@dataclass(frozen=True)
class Worth:
    """Energy [Wh] and money [micros] of some meters from ``start`` on, for one step."""

    start: datetime
    readings: int
    settled: int
    quality: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int
    demand_wh: int
    bought_wh: int
    sold_wh: int
    grid_import_wh: int
    grid_export_wh: int
    paid_micros: int
    earned_micros: int
    retail_micros: int
    levy_micros: int
    feed_in_micros: int
    credit_earned_wh: int
    credit_used_wh: int


@dataclass(frozen=True)
class MarketRow:
    """One settled interval of a community; energies [Wh], prices None without energy."""

    interval_start: datetime
    supply_wh: int
    demand_wh: int
    shared_wh: int
    grid_import_wh: int
    grid_export_wh: int
    price_micros_per_kwh: int | None
    payout_micros_per_kwh: int | None


def worth_between(
    connection: Connection,
    meter_ids: Sequence[int],
    start: datetime,
    end: datetime,
    step: Step,
    owner: int | None = None,
) -> list[Worth]:
    """What ``meter_ids`` together counted in ``[start, end)``, one row a step, in order.

    With ``owner`` (a member's id) only while the meters were theirs.
    """
    query = WORTH.format(bucket=BUCKETS[step])
    asked = {"meters": list(meter_ids), "start": start, "end": end, "owner": owner}
    with connection.cursor(row_factory=class_row(Worth)) as cursor:
        return cursor.execute(query, asked).fetchall()


def market_between(
    connection: Connection, community_id: int, start: datetime, end: datetime
) -> list[MarketRow]:
    """The settled intervals of a community in ``[start, end)``, in order."""
    with connection.cursor(row_factory=class_row(MarketRow)) as cursor:
        return cursor.execute(MARKET, (community_id, start, end)).fetchall()


def reported_at(
    connection: Connection, community_id: int, interval_start: datetime
) -> tuple[int, int, int]:
    """How many meters reported an interval, and their supply and demand [Wh]."""
    row = connection.execute(NOW, (community_id, interval_start)).fetchone()
    return row or (0, 0, 0)
