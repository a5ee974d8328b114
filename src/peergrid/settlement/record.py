"""Settlements and shares as rows; an undone one stays, with what undid it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import fetch, store
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_OFFSET, day_start
from peergrid.market.clearing import Clearings
from peergrid.market.standing import Standings
from peergrid.meters.readings import start_of
from peergrid.money import Whole, price_micros_per_kwh
from peergrid.settlement.counted import Counted
from peergrid.settlement.facts import AMOUNTS
from peergrid.settlement.period import Period

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
SHARE_KEY = {"settlement_id": "int8", "meter_id": "int4", "interval_start": "interval"}
SHARE_VALUES = {
    **dict.fromkeys(("import_wh", "export_wh", "bought_wh", "sold_wh", "billed_wh"), "int4"),
    **dict.fromkeys(("paid_micros", "earned_micros", "retail_micros", "levy_micros"), "int8"),
    "feed_in_micros": "int8",
    "credit_earned_wh": "int4",
    "credit_used_wh": "int4",
    **dict.fromkeys(("vat_micros", "fixed_micros"), "int8"),
    **dict.fromkeys(("credit_lost_wh", "credit_paid_micros"), "int8"),
    **dict.fromkeys(("month_billed_wh", "month_export_wh"), "int8"),  # with this interval
}
FLOWS = ("import_wh", "export_wh", "bought_wh", "sold_wh")
REVERSE = """
insert into settlement (community_id, interval_start, revision, reverses, tariff_id, demand_wh,
  supply_wh, shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers)
select community_id, interval_start, revision, settlement_id, tariff_id, demand_wh, supply_wh,
  shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers
from standing_settlement where community_id = %s and interval_start >= %s
returning settlement_id, interval_start"""
# Every connection in force has a share in every interval that is settled.
SO_FAR = """
select m.connection_id, h.month_billed_wh as billed_wh, h.month_export_wh as export_wh
from standing_settlement s join share h using (settlement_id)
join meter m on m.meter_id = h.meter_id and m.community_id = s.community_id
where s.community_id = %(community)s and s.interval_start = %(last)s"""
# Who held the connection only for a part of a period keeps the credit to themselves.
CREDITS = """
select c.connection_id, c.credit_wh, last.interval_start as last
from (
  select m.connection_id,
    sum(case when a.account_id = t.debit_account then t.amount else -t.amount end)::bigint
      as credit_wh
  from meter m
  join connection_owner o on o.connection_id = m.connection_id
    and o.from_interval <= %(start)s and o.until_interval >= %(end)s
  join account a on a.meter_id = m.meter_id and a.member_id = o.member_id and a.unit = 'WH'
  join transfer t on t.meter_id = m.meter_id and t.unit = 'WH'
    and a.account_id in (t.debit_account, t.credit_account)
  where m.community_id = %(community)s group by 1) c
cross join lateral (
  select max(of_one.interval_start) as interval_start
  from meter m
  cross join lateral (
    select max(h.interval_start) as interval_start from share h
    where h.meter_id = m.meter_id and h.interval_start < %(start)s) of_one
  where m.connection_id = c.connection_id) last
where c.credit_wh <> 0"""
CORRECTED = "delete from correction where community_id = %s returning interval_start"
MOVE_ON = "update community set settled_until = %s where community_id = %s"


@dataclass(frozen=True, eq=False)
class Settled:
    """Consecutive intervals as they are booked: ``ids`` and ``revisions`` are (n_intervals,)."""

    period: Period
    counted: Counted
    outcomes: Sequence[Clearings]
    ids: Whole
    revisions: Whole

    @property
    def rows(self) -> Iterator[tuple[slice, Clearings]]:
        """Each outcome with the rows that it stands in."""
        first = 0
        for outcome in self.outcomes:
            yield slice(first, first + len(outcome.metered.numbers)), outcome
            first += len(outcome.metered.numbers)


def next_ids(connection: Connection, count: int) -> Whole:
    """Rising ids for ``count`` settlements, never given out again."""
    return np.array([row[0] for row in connection.execute(NEXT_IDS, (count,))], np.int64)


def next_revisions(connection: Connection, community_id: int, numbers: Whole) -> Whole:
    """The revision that a new settlement of each interval gets: 0 for the first."""
    start, end = start_of(int(numbers[0])), start_of(int(numbers[-1]) + 1)
    rows = connection.execute(REVISIONS, (community_id, start, end)).fetchall()
    known = {interval_start: revision + 1 for interval_start, revision in rows}
    return np.array([known.get(start_of(number), 0) for number in numbers.tolist()], np.int64)


def write(connection: Connection, community_id: int, settled: Settled) -> None:
    """Store settlements and then their shares, each in one statement."""
    with connection.cursor() as cursor, cursor.copy(WRITE_SETTLEMENTS) as copy:
        for rows, outcome in settled.rows:
            for row in _settlement_rows(community_id, settled, rows, outcome):
                copy.write_row(row)
    store(connection, "share", {**SHARE_KEY, **SHARE_VALUES}, _share_blocks(settled))


def _settlement_rows(
    community_id: int, settled: Settled, rows: slice, outcome: Clearings
) -> Iterator[tuple[object, ...]]:
    of = outcome.shares
    totals = {name: of.of(name).sum(axis=1).tolist() for name in AMOUNTS}
    moved = np.sum([(of.of(name) > 0).sum(axis=1) for name in AMOUNTS], axis=0)
    estimated = settled.counted.is_estimated[rows].sum(axis=1)
    flows = zip(
        settled.ids[rows].tolist(),
        outcome.metered.numbers.tolist(),
        settled.revisions[rows].tolist(),
        of.flows.import_wh.sum(axis=1).tolist(),
        of.flows.export_wh.sum(axis=1).tolist(),
        of.flows.bought_wh.sum(axis=1).tolist(),
        strict=True,
    )
    for place, (settlement_id, number, revision, demand_wh, supply_wh, shared_wh) in enumerate(
        flows
    ):
        earned = totals["earned_micros"][place] + totals["feed_in_micros"][place]
        yield (
            settlement_id,
            community_id,
            start_of(number),
            revision,
            settled.period.tariff_id,
            demand_wh,
            supply_wh,
            shared_wh,
            outcome.price_micros_per_kwh(place),
            price_micros_per_kwh(earned, supply_wh),
            int(estimated[place]),
            int(moved[place]),
        )


def _share_blocks(settled: Settled) -> Iterator[Mapping[str, Whole]]:
    for rows, outcome in settled.rows:
        there = np.nonzero(outcome.metered.is_there)
        yield {
            "settlement_id": settled.ids[rows][there[0]],
            "meter_id": settled.counted.meter_ids[rows][there],
            "interval_start": outcome.metered.numbers[there[0]],
            **{name: values[there] for name, values in share_values(outcome).items()},
        }


def share_values(outcome: Clearings) -> dict[str, Whole]:
    """Shares by the table's columns from ``import_wh`` on, each (n_intervals, n_connections)."""
    of = outcome.shares
    so_far = {
        "month_billed_wh": _so_far(of.of("billed_wh"), outcome.after.billed_wh),
        "month_export_wh": _so_far(of.flows.export_wh, outcome.after.exported_wh),
    }
    flows = {name: getattr(of.flows, name) for name in FLOWS}
    rest = [name for name in SHARE_VALUES if name not in {*flows, *so_far}]
    return {**flows, **{name: of.of(name) for name in rest}, **so_far}


def _so_far(values: Whole, after: Whole) -> Whole:
    """The sums with each interval (n_intervals, n_connections), which end at ``after``."""
    sums: Whole = values.cumsum(axis=0)
    ends: Whole = sums + (after - sums[-1])
    return ends


def take_corrections(connection: Connection, community_id: int) -> datetime | None:
    """The first settled interval that has been corrected since; None if none was."""
    return min((row[0] for row in connection.execute(CORRECTED, (community_id,))), default=None)


def reverse_from(connection: Connection, community_id: int, start: datetime) -> dict[int, datetime]:
    """Undo every settlement from ``start`` on; what undoes each, and of which interval it is."""
    return dict(connection.execute(REVERSE, (community_id, start)).fetchall())


def standings_at(
    connection: Connection, community_id: int, period: Period, connections: Whole
) -> Standings:
    """How far ``connections`` (n_connections,) are into the local month when a period begins.

    Where energy credit is left, the month is that of the last reading settled, so that it rolls
    over or ends when the meter comes into the next.
    """
    start = start_of(period.first)
    asked = {
        "community": community_id,
        "last": start - INTERVAL,
        "start": start,
        "end": start_of(period.end),
    }
    columns = {"connection_id": "int4", "billed_wh": "int8", "export_wh": "int8"}
    is_first = start == day_start(period.month)
    found = {} if is_first else fetch(connection, SO_FAR, asked, columns)
    columns = {"connection_id": "int4", "credit_wh": "int8", "last": "interval"}
    credit = fetch(connection, CREDITS, asked, columns)
    months = np.full(len(connections), np.datetime64(period.month, "M"))
    billed_wh, exported_wh, credit_wh = np.zeros((3, len(connections)), np.int64)
    if found:
        at, known = _places(connections, found["connection_id"])
        billed_wh[at], exported_wh[at] = found["billed_wh"][known], found["export_wh"][known]
    at, known = _places(connections, credit["connection_id"])
    credit_wh[at] = credit["credit_wh"][known]
    months[at] = _months_of(credit["last"][known])
    return Standings(months, billed_wh, exported_wh, credit_wh)


def _months_of(numbers: Whole) -> NDArray[np.datetime64]:
    """The local month of each interval (n,)."""
    days = (numbers + LOCAL_OFFSET // INTERVAL) // INTERVALS_PER_DAY
    return days.astype("datetime64[D]").astype("datetime64[M]")


def _places(connections: Whole, wanted: Whole) -> tuple[Whole, NDArray[np.bool_]]:
    """Where in rising ``connections`` those ``wanted`` stand that are among them, and which."""
    known = np.isin(wanted, connections)
    return np.searchsorted(connections, wanted[known]), known


def count_rows_anew(connection: Connection) -> None:
    """Let the planner know how much has been stored.

    PostgreSQL finds out by itself within minutes; until then it takes new tables for empty,
    and a report over a day's shares took minutes instead of a tenth of a second.
    """
    connection.execute("analyze reading, settlement, share, transfer")


def settled_up_to(connection: Connection, community_id: int, until: datetime) -> None:
    """Everything before ``until`` is settled."""
    connection.execute(MOVE_ON, (until, community_id))
