"""A payout: asked for once, held, then paid or given back; state and books move together."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, NotFound
from peergrid.ledger import payouts as books
from peergrid.ledger.book import balances_of
from peergrid.members.membership import Member
from peergrid.money import Unit, format_usd
from peergrid.payments.charges import MobileMoney, quote
from peergrid.payments.numbers import mobile_number
from peergrid.payments.provider import Outcome

PAYOUT = """
select p.payout_id, p.member_id, m.name as member, p.reference, p.service::text, p.number,
  p.amount_micros, p.received_micros, p.fee_micros, p.tax_micros, p.taken_micros, p.state::text,
  p.batch_id, b.created_by, b.by_file, p.reason, p.attempts, p.requested_at, p.concluded_at
from payout p join member m using (member_id) left join payout_batch b using (batch_id)"""
WITH_KEY = f"{PAYOUT} where p.member_id = %s and p.key = %s"
OF_MEMBER = f"{PAYOUT} where p.member_id = %s order by p.payout_id desc"
LOCK_MEMBER = "select from member where member_id = %s for no key update"
PROMISED = """
select coalesce(sum(taken_micros), 0)::bigint
from payout where member_id = %s and state = 'requested'"""
ADD = """
insert into payout (community_id, member_id, key, service, number, amount_micros,
  received_micros, fee_micros, tax_micros)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""
STATE = "select payout_id, state::text from payout where reference = %s for update"
CONCLUDE = """
update payout set state = %s, reason = %s, concluded_by = %s, concluded_at = clock_timestamp()
where payout_id = %s"""
NOT_PAID = "The provider did not pay it; the money is back."


@dataclass(frozen=True)
class Asked:
    """What a member asks for; ``received_micros`` is what they were quoted and agreed to.

    ``key`` is the client's own: the same once more is the same payout.
    """

    key: str
    service: MobileMoney
    number: str
    amount_micros: int
    received_micros: int


@dataclass(frozen=True)
class Payout:
    """One payout as it stands, all sums [micros]; ``taken_micros`` is what leaves the balance.

    ``created_by`` is the operator who put it into its batch; ``by_file`` says that a person
    pays that batch from a file.
    """

    payout_id: int
    member_id: int
    member: str
    reference: str
    service: str
    number: str
    amount_micros: int
    received_micros: int
    fee_micros: int
    tax_micros: int
    taken_micros: int
    state: str
    batch_id: int | None
    created_by: int | None
    by_file: bool | None
    reason: str | None
    attempts: int
    requested_at: datetime
    concluded_at: datetime | None


def request_payout(connection: Connection, member: Member, asked: Asked, day: date) -> Payout:
    """Ask for a payout on a local day; the same again is the one there is.

    Raises Invalid for a number or an amount that cannot be, and Conflict if the balance less
    what is promised already does not cover it, if it would cost other than what was agreed, or
    if the key stands for something else. Nothing is booked before it is approved.
    """
    number = mobile_number(asked.number)
    connection.execute(LOCK_MEMBER, (member.member_id,))
    known = _with_key(connection, member, asked.key)
    if known:
        same = (asked.service, number, asked.amount_micros, asked.received_micros)
        if same != (known.service, known.number, known.amount_micros, known.received_micros):
            raise Conflict("That key stands for another payout: ask for this one with a new key.")
        return known
    quoted = quote(asked.service, asked.amount_micros, day)
    if quoted.received_micros != asked.received_micros:
        now = format_usd(quoted.received_micros)
        raise Conflict(f"You would receive {now} now: look at the charges again.")
    left = covered_micros(connection, member.member_id)
    if quoted.taken_micros > left:
        raise Conflict(f"Your balance covers {format_usd(max(left, 0), 4)}: ask for less.")
    row = (member.community_id, member.member_id, asked.key, asked.service, number)
    sums = (quoted.amount_micros, quoted.received_micros, quoted.fee_micros, quoted.tax_micros)
    connection.execute(ADD, (*row, *sums))
    added = _with_key(connection, member, asked.key)
    assert added is not None, "it was inserted just now"  # noqa: S101
    return added


def covered_micros(connection: Connection, member_id: int) -> int:
    """A member's balance less what they asked for and nobody has decided on [micros]."""
    balance = balances_of(connection, [member_id])[member_id][Unit.USD]
    row = connection.execute(PROMISED, (member_id,)).fetchone()
    assert row is not None, "an aggregate always has one row"  # noqa: S101
    return balance - int(row[0])


def payouts_of_member(connection: Connection, member_id: int) -> list[Payout]:
    """All that a member asked for, newest first."""
    with connection.cursor(row_factory=class_row(Payout)) as cursor:
        return cursor.execute(OF_MEMBER, (member_id,)).fetchall()


def conclude(
    connection: Connection, reference: str, outcome: Outcome, concluded_by: int | None = None
) -> None:
    """Book what became of the held payout of a reference; the same once more changes nothing.

    Pending or unknown leaves it held. Raises NotFound if there is none, and Conflict if it was
    never held, or was concluded otherwise: then a person has to look.
    """
    row = connection.execute(STATE, (reference,)).fetchone()
    if row is None:
        raise NotFound(f"There is no payout {reference}.")
    payout_id, state = row
    if outcome in {Outcome.PENDING, Outcome.UNKNOWN} or state == outcome:
        return
    if state != "held":
        raise Conflict(f"Payout {reference} is {state}, and yet it is said to be {outcome}.")
    reason = NOT_PAID if outcome is Outcome.FAILED else None
    connection.execute(CONCLUDE, (outcome, reason, concluded_by, payout_id))
    if outcome is Outcome.PAID:
        books.pay(connection, payout_id)
    else:
        books.give_back(connection, payout_id)


def _with_key(connection: Connection, member: Member, key: str) -> Payout | None:
    with connection.cursor(row_factory=class_row(Payout)) as cursor:
        return cursor.execute(WITH_KEY, (member.member_id, key)).fetchone()
