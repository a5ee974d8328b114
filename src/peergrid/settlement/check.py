"""The audit: do the energy and the books of a community add up, row by row."""

from collections.abc import Callable
from dataclasses import dataclass

from peergrid.database.pool import Connection
from peergrid.ledger.book import out_of_balance
from peergrid.members.membership import Community
from peergrid.settlement import audit_queries
from peergrid.settlement.audit_replay import replay
from peergrid.settlement.period import beginning_of_period, number_of
from peergrid.settlement.tariffs import tariffs_of

MOST_FINDINGS = 10


@dataclass(frozen=True)
class Audit:
    """What was looked at, and every finding as a sentence that names the row."""

    intervals: int
    findings: list[str]


def audit(
    connection: Connection, community: Community, on_interval: Callable[[int], None] | None = None
) -> Audit:
    """Clear every settled interval anew from its readings and compare all that is booked.

    Finds changed energy or money in a reading, share, settlement or transfer, a missing, double
    or stray one, a wrong count of estimates, a reversal that does not undo, an account of
    nobody who owned its meter, a balance that is not what its owner's shares come to, and
    accounts that do not sum to 0. Not looked at: generation, which nothing booked rests on.
    """
    findings: list[str] = []
    intervals = 0
    first, end = _span(connection, community)
    for count, problems in replay(connection, community, first, end):
        findings += problems
        intervals += count
        if on_interval:
            on_interval(intervals)
        if len(findings) >= MOST_FINDINGS:
            break
    parameters = {"community": community.community_id}
    for query in audit_queries.WHOLE:
        findings += [row[0] for row in connection.execute(query, parameters)]
    for unit, amount in out_of_balance(connection, community.community_id).items():
        if amount:
            findings.append(f"the accounts in {unit} are out by {amount}")
    return Audit(intervals, findings[:MOST_FINDINGS])


def _span(connection: Connection, community: Community) -> tuple[int, int]:
    """From the first settled interval until before the first that a correction waits for."""
    row = connection.execute(audit_queries.SPAN, (community.community_id,)).fetchone()
    assert row is not None, "an aggregate always has one row"  # noqa: S101
    first, settled_until, corrected = row
    if first is None:
        return 0, 0
    if corrected is None or corrected >= settled_until:
        return number_of(first), number_of(settled_until)
    tariffs = tariffs_of(connection, community.community_id)
    return number_of(first), number_of(beginning_of_period(corrected, tariffs))
