"""Work through what is held: ask the provider, outside any transaction, and book what it says."""

from dataclasses import dataclass

from psycopg.rows import class_row

from peergrid.database.pool import Database
from peergrid.errors import Conflict, Unavailable
from peergrid.payments.payout import PAYOUT, Payout, conclude
from peergrid.payments.provider import Outcome, Provider

HELD = """
select payout_id from payout join payout_batch using (batch_id)
where state = 'held' and not by_file order by payout_id"""
ATTEMPT = """
update payout set attempts = attempts + 1 where payout_id = %s and state = 'held'
returning attempts"""
ONE = f"{PAYOUT} where p.payout_id = %s"
LOCKS = 7_260_002  # any number, the same for all who pay; the second half is the payout's


@dataclass(frozen=True)
class Run:
    """What one run did; what is not concluded is held, and asked about in the next run.

    ``disputes`` are sentences about payouts of which the provider says what cannot be: they stay
    as they are until a person has looked.
    """

    paid: int
    failed: int
    held: int
    disputes: list[str]


def pay_held(database: Database, provider: Provider) -> Run:
    """Have every held payout paid.

    Can be stopped or killed at any point and run again, and several may run at once: each payout
    is one run's alone while it is asked for, by a lock that ends with the process, and the
    provider pays a key once. No answer is no failure: the money stays held.
    """
    with database.transaction() as connection:
        waiting = [int(row[0]) for row in connection.execute(HELD)]
    counts = dict.fromkeys(Outcome, 0)
    disputes = []
    for payout_id in waiting:
        try:
            outcome = _pay_one(database, provider, payout_id)
        except Conflict as dispute:
            disputes.append(str(dispute))
        else:
            if outcome:
                counts[outcome] += 1
    left = counts[Outcome.PENDING] + counts[Outcome.UNKNOWN]
    return Run(counts[Outcome.PAID], counts[Outcome.FAILED], left, disputes)


def _pay_one(database: Database, provider: Provider, payout_id: int) -> Outcome | None:
    """Attempt, ask, conclude; None if another run has the payout, or has just concluded it."""
    with database.lock(LOCKS, payout_id) as is_ours:
        payout = _attempted(database, payout_id) if is_ours else None
        if payout is None:
            return None
        outcome = _ask(provider, payout)
        with database.transaction() as connection:
            conclude(connection, payout.reference, outcome)
        return outcome


def _attempted(database: Database, payout_id: int) -> Payout | None:
    """The payout, its attempt noted before the provider hears of it; None if no longer held."""
    with database.transaction() as connection:
        if connection.execute(ATTEMPT, (payout_id,)).fetchone() is None:
            return None
        with connection.cursor(row_factory=class_row(Payout)) as cursor:
            return cursor.execute(ONE, (payout_id,)).fetchone()


def _ask(provider: Provider, payout: Payout) -> Outcome:
    """What the provider says; what was asked before is asked about before it is asked again."""
    try:
        if payout.attempts > 1:
            known = provider.status(payout.reference)
            if known is not Outcome.UNKNOWN:
                return known
        return provider.pay(payout.reference, payout.number, payout.received_micros)
    except Unavailable:
        return Outcome.PENDING
