"""What a member agreed to: a purpose, in the words of a version; given anew, it is a new row.

Zimbabwe's Cyber and Data Protection Act [Chapter 12:07], section 10: consent or a listed ground.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import NotFound, Refused

SETTLEMENT = "settlement"
STILL_NEEDED = (
    "Your half hours are what you are billed and paid by: this ends when you leave the community."
)

OF_MEMBER = """
select purpose, version, given_at, withdrawn_at from consent
where member_id = %s order by consent_id"""
WITHDRAW = """
update consent set withdrawn_at = %(now)s
where member_id = %(member)s and purpose = %(purpose)s and withdrawn_at is null
returning consent_id"""
GIVE = """
insert into consent (member_id, purpose, version, given_at)
values (%(member)s, %(purpose)s, %(version)s, %(now)s)"""
SAME = """
select 1 from consent where member_id = %(member)s and purpose = %(purpose)s
  and version = %(version)s and withdrawn_at is null"""
IN_TURN = "select 1 from member where member_id = %s for no key update"


@dataclass(frozen=True)
class Consent:
    """``withdrawn_at`` None: it stands."""

    purpose: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


def consents_of(connection: Connection, member_id: int) -> list[Consent]:
    """All a member ever gave, oldest first."""
    with connection.cursor(row_factory=class_row(Consent)) as cursor:
        return cursor.execute(OF_MEMBER, (member_id,)).fetchall()


def give(connection: Connection, member_id: int, purpose: str, version: str, now: datetime) -> None:
    """Agree; to the same words twice is once, other words replace those before them."""
    asked = {"member": member_id, "purpose": purpose, "version": version, "now": now}
    connection.execute(IN_TURN, (member_id,))
    if connection.execute(SAME, asked).fetchone():
        return
    connection.execute(WITHDRAW, asked)
    connection.execute(GIVE, asked)


def withdraw(connection: Connection, member_id: int, purpose: str, now: datetime) -> None:
    """Agree no more, from now on.

    Raises Refused where billing rests on it, NotFound if there is no consent to withdraw.
    """
    if purpose == SETTLEMENT:
        raise Refused(STILL_NEEDED)
    asked = {"member": member_id, "purpose": purpose, "now": now}
    if not connection.execute(WITHDRAW, asked).fetchone():
        raise NotFound(f"You have not agreed to {purpose}.")
