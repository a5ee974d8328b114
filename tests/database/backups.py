"""What tests of backups compare."""

from typing import Any

from peergrid.database.pool import Database
from peergrid.ledger.book import balances_of
from peergrid.members.membership import communities, members_of
from peergrid.payments.check import audit_payouts
from peergrid.settlement.check import audit

SUMS = """
select count(*), sum(import_wh), sum(export_wh), sum(generation_wh), sum(revision) from reading"""


def state_of(database: Database) -> dict[str, Any]:
    """What two databases that hold the same agree on: sums, balances, findings."""
    with database.snapshot() as connection:
        found: dict[str, Any] = {"readings": connection.execute(SUMS).fetchone()}
        for community in communities(connection):
            members = members_of(connection, community.community_id)
            ids = [member.member_id for member in members]
            result = audit(connection, community)
            found[community.name] = (
                community.settled_until,
                balances_of(connection, ids),
                result.intervals,
                result.findings + audit_payouts(connection, community),
            )
    return found
