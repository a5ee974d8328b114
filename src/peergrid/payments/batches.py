"""What operators do with payouts: put them into a batch, approve another's batch, or reject.

Four eyes: whoever puts a batch together cannot approve it, nor can a member whose payout is in it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, NotFound, Refused
from peergrid.ledger import payouts as books
from peergrid.members.membership import Member
from peergrid.money import to_cents
from peergrid.payments.payout import PAYOUT, Payout, conclude
from peergrid.payments.provider import Outcome

IN_STATE = f"""{PAYOUT}
where p.community_id = %(community)s
  and (%(state)s::payout_state is null or p.state = %(state)s::payout_state)
  and (%(over)s::int is null or p.state in ('requested', 'held') or p.payout_id in (
    select o.payout_id from payout o
    where o.community_id = %(community)s and o.state not in ('requested', 'held')
    order by o.payout_id desc limit %(over)s))
order by p.payout_id desc limit %(most)s"""  # noqa: S608 - a constant
CHOSEN = f"""{PAYOUT}
where p.community_id = %s and p.payout_id = any(%s) order by p.member_id, p.payout_id
for update of p"""
OF_BATCH = f"""{PAYOUT}
where p.community_id = %s and p.batch_id = %s and p.state::text = %s
order by p.member_id, p.payout_id"""
OF_BATCH_LOCKED = f"{OF_BATCH} for update of p"
ADD_BATCH = """
insert into payout_batch (community_id, by_file, created_by) values (%s, %s, %s)
returning batch_id"""
PUT_INTO = "update payout set batch_id = %s where payout_id = any(%s)"
BATCH = """
select created_by, approved_by from payout_batch where community_id = %s and batch_id = %s
for update"""
APPROVE = """
update payout_batch set approved_by = %s, approved_at = clock_timestamp() where batch_id = %s"""
HELD = "update payout set state = 'held' where payout_id = %s"
REJECT = """
update payout set state = 'rejected', reason = %s, concluded_by = %s,
  concluded_at = clock_timestamp()
where payout_id = %s"""
NOT_COVERED = "Your balance no longer covered it; nothing was taken."
MOST_ROWS = 1_000  # of a list


@dataclass(frozen=True)
class Approval:
    """What approving a batch did: payouts held, and payouts rejected as no longer covered."""

    held: int
    rejected: int


def payouts_in(
    connection: Connection, community_id: int, state: str | None, over: int | None = None
) -> list[Payout]:
    """A community's payouts in a state, or all; the newest thousand, newest first.

    Of those that are over only the newest ``over``, unless it is None: what waits is all told.
    """
    wanted = {"community": community_id, "state": state, "over": over, "most": MOST_ROWS}
    with connection.cursor(row_factory=class_row(Payout)) as cursor:
        return cursor.execute(IN_STATE, wanted).fetchall()


def create_batch(
    connection: Connection, operator: Member, payout_ids: Sequence[int], *, by_file: bool
) -> int:
    """Put payouts that wait for a decision into a batch; its id.

    Raises NotFound for a payout that is not of the operator's community, and Conflict for one
    that is decided on, or in a batch, already.
    """
    for payout in _chosen(connection, operator, payout_ids):
        _must_be(payout, "requested")
        if payout.batch_id is not None:
            raise Conflict(f"Payout {payout.payout_id} is in batch {payout.batch_id} already.")
    made = (operator.community_id, by_file, operator.member_id)
    row = connection.execute(ADD_BATCH, made).fetchone()
    assert row is not None, "an insert returns its row"  # noqa: S101
    connection.execute(PUT_INTO, (row[0], list(payout_ids)))
    return int(row[0])


def approve_batch(connection: Connection, operator: Member, batch_id: int) -> Approval:
    """Hold every payout of a batch; those no longer covered are rejected with that reason.

    Raises NotFound if the operator's community has no such batch, Conflict if it is approved
    already, and Refused to whoever created it or asked for one of its payouts.
    """
    row = connection.execute(BATCH, (operator.community_id, batch_id)).fetchone()
    if row is None:
        raise NotFound(f"Your community has no batch {batch_id}.")
    created_by, approved_by = row
    if approved_by is not None:
        raise Conflict(f"Batch {batch_id} is approved already.")
    waiting = _of_batch(connection, operator, batch_id, "requested", OF_BATCH_LOCKED)
    if operator.member_id in {created_by, *(payout.member_id for payout in waiting)}:
        raise Refused("Another operator must approve this: four eyes see more than two.")
    connection.execute(APPROVE, (operator.member_id, batch_id))
    books.open_payout_accounts(connection, operator.community_id)
    held = sum(_is_held(connection, operator, payout) for payout in waiting)
    return Approval(held, len(waiting) - held)


def reject(
    connection: Connection, operator: Member, payout_ids: Sequence[int], reason: str
) -> None:
    """Say no to payouts that wait for a decision; nothing of them was booked.

    Raises NotFound and Conflict as ``create_batch`` does.
    """
    for payout in _chosen(connection, operator, payout_ids):
        _must_be(payout, "requested")
        connection.execute(REJECT, (reason, operator.member_id, payout.payout_id))


def export_csv(connection: Connection, operator: Member, batch_id: int) -> str:
    """The file from which a person pays a batch: number, amount [US$], reference.

    No cell can be taken for a formula: numbers come without the +, references begin with PG.
    Only what is held is in it, and a batch that a provider pays has no file. Raises NotFound if
    the operator's community has no such batch with something to pay.
    """
    held = [one for one in _of_batch(connection, operator, batch_id, "held") if one.by_file]
    if not held:
        raise NotFound(f"Your community has no batch {batch_id} with payouts to pay from a file.")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("number", "amount", "reference"))
    for payout in held:
        units, cents = divmod(to_cents(payout.received_micros), 100)
        writer.writerow((payout.number.removeprefix("+"), f"{units}.{cents:02}", payout.reference))
    return text.getvalue()


def conclude_by_hand(
    connection: Connection, operator: Member, payout_ids: Sequence[int], outcome: Outcome
) -> None:
    """Say what became of payouts that were paid from a file.

    Raises NotFound for one that is not of the operator's community, Conflict for one that is
    not held (or was concluded otherwise), Refused for one that a provider pays.
    """
    for payout in _chosen(connection, operator, payout_ids):
        if not payout.by_file:
            raise Refused(f"Payout {payout.payout_id} is the provider's to pay: it will say.")
        conclude(connection, payout.reference, outcome, operator.member_id)


def _is_held(connection: Connection, operator: Member, payout: Payout) -> bool:
    try:
        with connection.transaction():  # a savepoint: of one that fails nothing stays
            connection.execute(HELD, (payout.payout_id,))
            books.hold(connection, payout.payout_id)
    except psycopg.errors.CheckViolation as error:
        if error.diag.constraint_name != "is_covered":
            raise
        connection.execute(REJECT, (NOT_COVERED, operator.member_id, payout.payout_id))
        return False
    return True


def _chosen(connection: Connection, operator: Member, payout_ids: Sequence[int]) -> list[Payout]:
    """The payouts of those ids, locked."""
    with connection.cursor(row_factory=class_row(Payout)) as cursor:
        chosen = cursor.execute(CHOSEN, (operator.community_id, list(payout_ids))).fetchall()
    missing = set(payout_ids) - {payout.payout_id for payout in chosen}
    if missing:
        raise NotFound(f"Your community has no payout {min(missing)}.")
    return chosen


def _of_batch(
    connection: Connection, operator: Member, batch_id: int, state: str, query: str = OF_BATCH
) -> list[Payout]:
    with connection.cursor(row_factory=class_row(Payout)) as cursor:
        wanted = (operator.community_id, batch_id, state)
        return cursor.execute(query.encode(), wanted).fetchall()


def _must_be(payout: Payout, state: str) -> None:
    if payout.state != state:
        raise Conflict(f"Payout {payout.payout_id} is {payout.state}; it must be {state}.")
