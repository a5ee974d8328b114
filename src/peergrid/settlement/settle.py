"""Turn readings into transfers, once: complete intervals in order, corrected ones again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from peergrid.database.pool import Connection, Database
from peergrid.energy import (
    INTERVAL,
    INTERVALS_PER_DAY,
    Interval,
    Quality,
    Reading,
    local_day,
    month_start,
)
from peergrid.ledger import book
from peergrid.market.clearing import clear, standings_after
from peergrid.market.standing import Standing
from peergrid.members.membership import Community, community_by_id
from peergrid.meters.readings import add_estimates, readings_between
from peergrid.meters.registry import Meter, latest_of, meters_of_community
from peergrid.settlement import record
from peergrid.settlement.record import Settled
from peergrid.settlement.tariffs import tariff_on, tariffs_of
from peergrid.settlement.transfers import transfers_of

CHUNK = INTERVALS_PER_DAY  # intervals in one transaction


@dataclass(frozen=True)
class Run:
    """What one run did: intervals settled, intervals reversed because of corrections."""

    settled: int
    reversed: int


def settle(
    database: Database, community_id: int, on_interval: Callable[[int], None] | None = None
) -> Run:
    """Settle all that can be settled; ``on_interval`` hears how many are done.

    An interval is settled when every active meter has reported, or at the community's
    deadline, silent meters estimated. If a settled reading was corrected, everything from
    there on is reversed and settled anew, since a month's blocks depend on what came before.
    Can be stopped at any point and run again: each day is one transaction.
    """
    with database.transaction() as connection:
        reversed_count = _reverse_corrected(connection, community_id)
    settled = 0
    while True:
        with database.transaction() as connection:
            count = _settle_chunk(connection, community_id)
            if count == CHUNK:
                record.count_rows_anew(connection)
        if not count:
            return Run(settled, reversed_count)
        settled += count
        if on_interval:
            on_interval(settled)


def _reverse_corrected(connection: Connection, community_id: int) -> int:
    community_by_id(connection, community_id, locked=True)
    first = record.take_corrections(connection, community_id)
    if first is None:
        return 0
    connection.execute("set local statement_timeout = 0")  # it may go back a long way
    reversals = record.reverse_from(connection, community_id, first)
    book.reverse(connection, reversals)
    record.settled_up_to(connection, community_id, first)
    return len(reversals)


def _settle_chunk(connection: Connection, community_id: int) -> int:
    community = community_by_id(connection, community_id, locked=True)
    meters = meters_of_community(connection, community_id)
    clock = latest_of(meters)
    if clock is None or clock < community.settled_until:
        return 0
    ready = _ready_intervals(connection, community, meters, clock)
    if not ready:
        return 0
    settled = _clear_all(connection, community, ready)
    record.write(connection, community_id, settled)
    accounts = book.account_ids(connection, community_id)
    postings = [
        book.Posting(one.settlement_id, one.clearing.interval.start, one.transfers)
        for one in settled
    ]
    book.post(connection, accounts, postings)
    record.settled_up_to(connection, community_id, settled[-1].clearing.interval.end)
    return len(settled)


def _ready_intervals(
    connection: Connection, community: Community, meters: list[Meter], clock: datetime
) -> list[tuple[Interval, list[Reading], int]]:
    """Complete intervals in order, each with its readings and how many are estimates."""
    start = community.settled_until
    end = min(start + CHUNK * INTERVAL, clock + INTERVAL)
    known = readings_between(connection, [m.meter_id for m in meters], start, end)
    deadline = timedelta(hours=community.deadline_hours)
    ready = []
    interval = Interval(start)
    while interval.start < end:
        active = [m.meter_id for m in meters if m.active_from <= interval.start]
        readings = known.get(interval, {})
        silent = [meter_id for meter_id in active if meter_id not in readings]
        if silent and interval.end + deadline > clock + INTERVAL:
            break
        estimates = add_estimates(connection, interval, silent) if silent else {}
        counted = [*readings.values(), *estimates.values()]
        estimated = sum(reading.quality is Quality.ESTIMATED for reading in counted)
        ready.append((interval, counted, estimated))
        interval = interval.later(1)
    return ready


def _clear_all(
    connection: Connection,
    community: Community,
    ready: list[tuple[Interval, list[Reading], int]],
) -> list[Settled]:
    first, last = ready[0][0], ready[-1][0]
    tariffs = tariffs_of(connection, community.community_id)
    standings = _standings(connection, community, first)
    ids = record.next_ids(connection, len(ready))
    revisions = record.next_revisions(connection, community.community_id, first.start, last.end)
    settled = []
    for settlement_id, (interval, readings, estimated) in zip(ids, ready, strict=True):
        tariff_id, tariff = tariff_on(tariffs, local_day(interval.start))
        clearing = clear(interval, readings, standings, tariff)
        standings = standings_after(clearing, standings)
        settled.append(
            Settled(
                settlement_id,
                revisions.get(interval.start, 0),
                tariff_id,
                clearing,
                estimated,
                transfers_of(clearing),
            )
        )
    return settled


def _standings(
    connection: Connection, community: Community, first: Interval
) -> dict[int, Standing]:
    credit_wh = book.credits_wh(connection, community.community_id)
    month = month_start(local_day(first.start))
    return record.standings_at(connection, community.community_id, month, first.start, credit_wh)
