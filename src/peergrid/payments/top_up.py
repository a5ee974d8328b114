"""A top-up: asked for once, paid on a page outside, booked once; state and books move together.

Between the steps the money is in one place: at who collects until ``conclude`` has booked it.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection, Database
from peergrid.errors import Conflict, Invalid, NotFound, Unavailable
from peergrid.ledger.top_ups import account_for_top_ups, book_top_up
from peergrid.members.membership import Member
from peergrid.money import MICROS
from peergrid.payments.collecting import Begun, Collecting
from peergrid.payments.provider import Outcome

CENT_MICROS = MICROS // 100
MOST_MICROS = 1_000 * MICROS  # an assumption of ours: a slip of the finger, not a limit of theirs
TOP_UP = """
select top_up_id, community_id, member_id, reference, amount_micros, state::text, page_url,
  poll_url, asked_at, concluded_at from top_up"""
WITH_KEY = f"{TOP_UP} where member_id = %s and key = %s"
OF_MEMBER = f"{TOP_UP} where member_id = %s order by top_up_id desc"
WITH_REFERENCE = f"{TOP_UP} where reference = %s"
LOCKED = f"{TOP_UP} where top_up_id = %s for update"
WAITING = f"{TOP_UP} where state = 'waiting' order by top_up_id"
ADD = """
insert into top_up (community_id, member_id, key, amount_micros) values (%s, %s, %s, %s)
on conflict (member_id, key) do nothing"""
BEGIN = """
update top_up set state = 'waiting', page_url = %s, poll_url = %s
where top_up_id = %s and state = 'asked'"""
CONCLUDE = """
update top_up set state = %s, concluded_at = clock_timestamp() where top_up_id = %s"""


@dataclass(frozen=True)
class TopUp:
    """One top-up as it stands; ``page_url`` is where its member pays it."""

    top_up_id: int
    community_id: int
    member_id: int
    reference: str
    amount_micros: int
    state: str
    page_url: str | None
    poll_url: str | None
    asked_at: datetime
    concluded_at: datetime | None


@dataclass(frozen=True)
class Run:
    """What one run did; ``disputes`` are sentences for a person, who has to look."""

    paid: int
    failed: int
    waiting: int
    disputes: list[str]


def ask_for_top_up(
    database: Database, collecting: Collecting, member: Member, key: str, amount_micros: int
) -> TopUp:
    """Ask for a top-up; the same again is the one there is, with the same page.

    Cut off between its steps, it is begun again when it is asked for again: the page that was
    lost nobody has seen. Raises Invalid for an amount that cannot be, Conflict if the key stands
    for another one or nobody collects it, and Unavailable without an answer.
    """
    if amount_micros % CENT_MICROS or not CENT_MICROS <= amount_micros <= MOST_MICROS:
        raise Invalid("Top up whole cents, from US$0.01 to US$1,000.")
    with database.transaction() as connection:
        account_for_top_ups(connection, member.member_id)
        connection.execute(ADD, (member.community_id, member.member_id, key, amount_micros))
        known = _one(connection, WITH_KEY, member.member_id, key)
    if known.amount_micros != amount_micros:
        raise Conflict("That key stands for another top-up: ask for this one with a new key.")
    if known.state != "asked":
        return known
    begun = collecting.begin(known.reference, amount_micros)
    with database.transaction() as connection:  # who comes second keeps the first one's page
        connection.execute(BEGIN, (begun.page_url, begun.poll_url, known.top_up_id))
        return _one(connection, WITH_KEY, member.member_id, key)


def top_ups_of(connection: Connection, member_id: int) -> list[TopUp]:
    """All that a member asked for, newest first."""
    with connection.cursor(row_factory=class_row(TopUp)) as cursor:
        return cursor.execute(OF_MEMBER, (member_id,)).fetchall()


def look_after(database: Database, collecting: Collecting, reference: str) -> Outcome:
    """Ask what became of a top-up, and book it; the same once more changes nothing.

    Raises NotFound if there is none, Conflict if a person has to look, Unavailable without an
    answer.
    """
    with database.transaction() as connection:
        top_up = _one(connection, WITH_REFERENCE, reference)
    if top_up.page_url is None or top_up.poll_url is None:
        return Outcome.UNKNOWN
    begun = Begun(top_up.page_url, top_up.poll_url)
    outcome = collecting.status(begun, reference, top_up.amount_micros)
    with database.transaction() as connection:
        conclude(connection, top_up.top_up_id, outcome)
    return outcome


def conclude(connection: Connection, top_up_id: int, outcome: Outcome) -> None:
    """Book what became of a waiting top-up; the same once more changes nothing.

    Raises Conflict if it was concluded otherwise: then a person has to look.
    """
    top_up = _one(connection, LOCKED, top_up_id)
    if outcome in {Outcome.PENDING, Outcome.UNKNOWN} or top_up.state == outcome:
        return
    if top_up.state != "waiting":
        raise Conflict(f"Top-up {top_up.reference} is {top_up.state}, and yet it is {outcome}.")
    connection.execute(CONCLUDE, (outcome, top_up_id))
    if outcome is Outcome.PAID:
        account_id = account_for_top_ups(connection, top_up.member_id)
        book_top_up(connection, top_up.community_id, top_up_id, account_id)


def look_after_all(database: Database, collecting: Collecting) -> Run:
    """Ask about every top-up that waits; can be stopped and run again, several at once too."""
    with (
        database.transaction() as connection,
        connection.cursor(row_factory=class_row(TopUp)) as cursor,
    ):
        waiting = cursor.execute(WAITING).fetchall()
    counts = dict.fromkeys(Outcome, 0)
    disputes = []
    for top_up in waiting:
        try:
            counts[look_after(database, collecting, top_up.reference)] += 1
        except Conflict as dispute:
            disputes.append(str(dispute))
        except Unavailable:
            counts[Outcome.UNKNOWN] += 1
    left = counts[Outcome.PENDING] + counts[Outcome.UNKNOWN]
    return Run(counts[Outcome.PAID], counts[Outcome.FAILED], left, disputes)


def _one(connection: Connection, query: str, *parameters: object) -> TopUp:
    with connection.cursor(row_factory=class_row(TopUp)) as cursor:
        found = cursor.execute(query.encode(), parameters).fetchone()
    if found is None:
        raise NotFound("There is no such top-up.")
    return found
