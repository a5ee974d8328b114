"""Turn readings into transfers, once: complete intervals in order, corrected ones again."""

from collections.abc import Callable
from dataclasses import dataclass

from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY
from peergrid.errors import Conflict
from peergrid.ledger import book
from peergrid.members.membership import community_by_id
from peergrid.meters.news import Change, NewsKind, tell
from peergrid.meters.readings import start_of
from peergrid.settlement import record
from peergrid.settlement.agreed import cleared_as_agreed
from peergrid.settlement.due import next_due
from peergrid.settlement.period import beginning_of_period
from peergrid.settlement.record import Settled
from peergrid.settlement.tariffs import tariffs_of
from peergrid.settlement.transfers import post

# A month or a million meters take what they take.
UNLIMITED = "set local statement_timeout = 0; set local work_mem = '128MB'"


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
    deadline, silent meters estimated; under a scheme priced by the month when all of the month
    is. If a settled reading was corrected, everything from there on (from the beginning of
    what was priced together) is reversed and settled anew, since a month's blocks depend on
    what came before. Can be stopped at any point and run again: each day or month is one
    transaction. Raises Conflict without a tariff, and for what the market cannot price.
    """
    try:
        return _settle_all_due(database, community_id, on_interval)
    except ValueError as error:
        raise Conflict(f"Settlement cannot go on: {error}.") from error


def _settle_all_due(
    database: Database, community_id: int, on_interval: Callable[[int], None] | None
) -> Run:
    with database.transaction() as connection:
        reversed_count = _reverse_corrected(connection, community_id)
    settled, transactions = 0, 0
    while True:
        transactions += 1
        with database.transaction() as connection:
            count = _settle_next(connection, community_id)
            if count >= INTERVALS_PER_DAY and transactions.bit_count() == 1:  # 1, 2, 4 …
                record.count_rows_anew(connection)
        if not count:
            return Run(settled, reversed_count)
        settled += count
        if on_interval:
            on_interval(settled)


def _reverse_corrected(connection: Connection, community_id: int) -> int:
    community_by_id(connection, community_id, locked=True)
    corrected = record.take_corrections(connection, community_id)
    if corrected is None:
        return 0
    connection.execute(UNLIMITED)
    first = beginning_of_period(corrected, tariffs_of(connection, community_id))
    reversals = record.reverse_from(connection, community_id, first)
    book.reverse(connection, community_id, list(reversals))
    record.settled_up_to(connection, community_id, min(reversals.values(), default=first))
    if reversals:
        undone = reversals.values()
        tell(connection, [Change(community_id, NewsKind.REVERSED, min(undone), max(undone))])
    return len(reversals)


def _settle_next(connection: Connection, community_id: int) -> int:
    """Settle what can be priced together next; how many intervals."""
    community = community_by_id(connection, community_id, locked=True)
    due = next_due(connection, community)
    if due is None:
        return 0
    connection.execute(UNLIMITED)
    period, metered = due.period, due.counted.metered
    standings = record.standings_at(connection, community_id, period, metered.meter_ids)
    outcomes = cleared_as_agreed(connection, community_id, period, metered, standings)
    ids = record.next_ids(connection, len(metered.numbers))
    revisions = record.next_revisions(connection, community_id, metered.numbers)
    settled = Settled(period, due.counted, outcomes, ids, revisions)
    record.write(connection, community_id, settled)
    post(connection, community_id, settled, due.owners)
    first, last = (start_of(int(metered.numbers[place])) for place in (0, -1))
    record.settled_up_to(connection, community_id, last + INTERVAL)
    tell(connection, [Change(community_id, NewsKind.SETTLED, first, last)])
    return len(metered.numbers)
