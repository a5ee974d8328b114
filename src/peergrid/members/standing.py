"""Who is let into a community, and who is kept out: invited, approved, suspended.

Payouts need two operators. So one alone cannot make the other: an operator or auditor whom one
operator invites waits for a second one's approval (a check in the database says so too).
"""

from datetime import datetime

from psycopg.errors import UniqueViolation

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, NotFound, Refused
from peergrid.members.membership import PRIVILEGED, Member, member_by_id, member_with_email
from peergrid.members.sessions import end_all

INVITE = """
insert into member
  (community_id, name, email, role, invited_by, approved_by, approved_at)
values (%(community)s, %(name)s, lower(%(email)s), %(role)s, %(by)s, %(approved_by)s, %(approved)s)
returning member_id"""
MAY_ALREADY = "select 1 from credential where member_id = %s"
INVITED_BY = "select invited_by from member where member_id = %s for update"
APPROVE = """
update member set approved_by = coalesce(approved_by, %(by)s),
  approved_at = coalesce(approved_at, %(now)s), suspended_at = null, suspended_by = null
where member_id = %(member)s"""
SUSPEND = """
update member set suspended_at = coalesce(suspended_at, %(now)s),
  suspended_by = coalesce(suspended_by, %(by)s)
where member_id = %(member)s"""


def invite(
    connection: Connection, operator: Member, name: str, email: str, role: str, now: datetime
) -> Member:
    """Register somebody who has no password yet; asked again, the one there is.

    Raises Conflict if the address belongs to somebody with a password, or of another name, role
    or community: it does not say which.
    """
    there = member_with_email(connection, email)
    if there is None:
        needs_a_second = role in PRIVILEGED
        asked = {
            "community": operator.community_id,
            "name": name,
            "email": email,
            "role": role,
            "by": operator.member_id,
            "approved_by": None if needs_a_second else operator.member_id,
            "approved": None if needs_a_second else now,
        }
        try:
            connection.execute(INVITE, asked)
        except UniqueViolation:
            raise Conflict(f"{email} was registered just now; look again.") from None
        there = member_with_email(connection, email)
    wanted = (operator.community_id, name, role)
    if there is None or (there.community_id, there.name, there.role) != wanted:
        raise Conflict(f"{email} is registered already.")
    if connection.execute(MAY_ALREADY, (there.member_id,)).fetchone():
        raise Conflict(f"{email} is registered already.")
    return there


def approve(connection: Connection, operator: Member, member_id: int, now: datetime) -> Member:
    """Let a member in who waits for it, or who was suspended.

    Raises Refused to whoever invited them as operator or auditor, NotFound as ``one_of``.
    """
    member = one_of(connection, operator, member_id)
    (invited_by,) = connection.execute(INVITED_BY, (member_id,)).fetchone() or (None,)
    if member.standing == "waiting" and invited_by == operator.member_id:
        raise Refused("You invited them: another operator has to approve.")
    admit(connection, member_id, operator.member_id, now)
    return one_of(connection, operator, member_id)


def admit(connection: Connection, member_id: int, by: int | None, now: datetime) -> None:
    """Let somebody in; ``by`` None is whoever keeps the server."""
    connection.execute(APPROVE, {"by": by, "now": now, "member": member_id})


def suspend(connection: Connection, operator: Member, member_id: int, now: datetime) -> Member:
    """Keep a member out, at once; their meters go on. Raises Refused to oneself."""
    one_of(connection, operator, member_id)
    if member_id == operator.member_id:
        raise Refused("You cannot suspend yourself: another operator has to.")
    connection.execute(SUSPEND, {"by": operator.member_id, "now": now, "member": member_id})
    end_all(connection, member_id)
    return one_of(connection, operator, member_id)


def one_of(connection: Connection, operator: Member, member_id: int) -> Member:
    """A member of the operator's own community. Raises NotFound for anybody else."""
    member = member_by_id(connection, member_id)
    if member is None or member.community_id != operator.community_id:
        raise NotFound(f"Your community has no member {member_id}.")
    return member
