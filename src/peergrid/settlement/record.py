"""Settlements and shares as rows; an undone one stays, with what undid it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from peergrid.database.pool import Connection
from peergrid.energy import day_start
from peergrid.ledger.transfer import Transfer
from peergrid.market.clearing import Clearing
from peergrid.market.shares import Share
from peergrid.market.standing import Standing

NEXT_IDS = """
select nextval(pg_get_serial_sequence('settlement', 'settlement_id'))
from generate_series(1, %s)"""
REVISIONS = """
select interval_start, max(revision) from settlement
where community_id = %s and interval_start >= %s and interval_start < %s group by 1"""
WRITE_SETTLEMENTS = """
copy settlement (settlement_id, community_id, interval_start, revision, tariff_id, demand_wh,
  supply_wh, shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers)
from stdin"""
WRITE_SHARES = """
copy share (settlement_id, meter_id, interval_start, import_wh, export_wh, bought_wh, sold_wh,
  billed_wh, paid_micros, earned_micros, retail_micros, levy_micros, feed_in_micros,
  credit_earned_wh, credit_used_wh, vat_micros, fixed_micros, credit_lost_wh, credit_paid_micros)
from stdin"""
REVERSE = """
insert into settlement (community_id, interval_start, revision, reverses, tariff_id, demand_wh,
  supply_wh, shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers)
select community_id, interval_start, revision, settlement_id, tariff_id, demand_wh, supply_wh,
  shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers
from standing_settlement where community_id = %s and interval_start >= %s
returning settlement_id"""
STANDINGS = """
select h.meter_id, sum(h.billed_wh)::bigint, sum(h.export_wh)::bigint
from standing_settlement s join share h using (settlement_id)
where s.community_id = %s and s.interval_start >= %s and s.interval_start < %s group by 1"""
CORRECTED = "delete from correction where community_id = %s returning interval_start"
MOVE_ON = "update community set settled_until = %s where community_id = %s"


@dataclass(frozen=True)
class Settled:
    """A clearing as it is booked under its id."""

    settlement_id: int
    revision: int
    tariff_id: int
    clearing: Clearing
    estimated: int
    transfers: list[Transfer]


def next_ids(connection: Connection, count: int) -> list[int]:
    """Ids for ``count`` settlements, never given out again."""
    return [row[0] for row in connection.execute(NEXT_IDS, (count,))]


def next_revisions(
    connection: Connection, community_id: int, start: datetime, end: datetime
) -> dict[datetime, int]:
    """The revision a new settlement gets, for intervals settled before."""
    rows = connection.execute(REVISIONS, (community_id, start, end))
    return {interval_start: revision + 1 for interval_start, revision in rows}


def write(connection: Connection, community_id: int, settled: Sequence[Settled]) -> None:
    """Store settlements and then their shares, each in one statement."""
    with connection.cursor() as cursor:
        with cursor.copy(WRITE_SETTLEMENTS) as copy:
            for one in settled:
                copy.write_row(_settlement_row(community_id, one))
        with cursor.copy(WRITE_SHARES) as copy:
            for one in settled:
                for row in _share_rows(one):
                    copy.write_row(row)


def _settlement_row(community_id: int, one: Settled) -> tuple[object, ...]:
    clearing = one.clearing
    return (
        one.settlement_id,
        community_id,
        clearing.interval.start,
        one.revision,
        one.tariff_id,
        clearing.demand_wh,
        clearing.supply_wh,
        clearing.shared_wh,
        clearing.price_micros_per_kwh,
        clearing.payout_micros_per_kwh,
        one.estimated,
        len(one.transfers),
    )


def _share_rows(one: Settled) -> list[tuple[object, ...]]:
    start = one.clearing.interval.start
    return [
        (one.settlement_id, share.flow.meter_id, start, *share_values(share))
        for share in one.clearing.shares
    ]


def share_values(share: Share) -> tuple[int, ...]:
    """A share's numbers in the order of the table's columns from ``import_wh`` on."""
    return (
        share.flow.import_wh,
        share.flow.export_wh,
        share.flow.bought_wh,
        share.flow.sold_wh,
        share.billed_wh,
        share.paid_micros,
        share.earned_micros,
        share.retail_micros,
        share.levy_micros,
        share.feed_in_micros,
        share.credit_earned_wh,
        share.credit_used_wh,
        share.vat_micros,
        share.fixed_micros,
        share.credit_lost_wh,
        share.credit_paid_micros,
    )


def take_corrections(connection: Connection, community_id: int) -> datetime | None:
    """The first settled interval that has been corrected since; None if none was."""
    return min((row[0] for row in connection.execute(CORRECTED, (community_id,))), default=None)


def reverse_from(connection: Connection, community_id: int, start: datetime) -> list[int]:
    """Undo every settlement from ``start`` on; the ids of what undoes them."""
    return [row[0] for row in connection.execute(REVERSE, (community_id, start))]


def standings_at(
    connection: Connection,
    community_id: int,
    month: date,
    until: datetime,
    credit_wh: dict[int, int],
) -> dict[int, Standing]:
    """How far each meter is into the local ``month`` before ``until``."""
    rows = connection.execute(STANDINGS, (community_id, day_start(month), until))
    found = {
        meter_id: Standing(month, billed, exported, credit_wh.get(meter_id, 0))
        for meter_id, billed, exported in rows
    }
    for meter_id, left_wh in credit_wh.items():
        found.setdefault(meter_id, Standing(month, credit_wh=left_wh))
    return found


def count_rows_anew(connection: Connection) -> None:
    """Let the planner know how much has been stored.

    PostgreSQL finds out by itself within minutes; until then it takes new tables for empty,
    and a report over a day's shares took minutes instead of a tenth of a second.
    """
    connection.execute("analyze reading, settlement, share, transfer")


def settled_up_to(connection: Connection, community_id: int, until: datetime) -> None:
    """Everything before ``until`` is settled."""
    connection.execute(MOVE_ON, (until, community_id))
