"""Who is let in and kept out: the operator invites, approves, suspends, ends sign-ins."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Does, Letters, Now, Operator, Overseer, Set
from peergrid.api.operator import member_rows
from peergrid.api.sessions import session_rows
from peergrid.database.pool import Connection
from peergrid.errors import Refused
from peergrid.members import second_factor
from peergrid.members.membership import Member
from peergrid.members.one_time_link import Purpose, write_link
from peergrid.members.sessions import end_all, end_one
from peergrid.members.standing import approve as let_in
from peergrid.members.standing import invite, one_of
from peergrid.members.standing import suspend as keep_out

router = APIRouter(prefix="/operator/members", tags=["operator"], responses=GUARDED)


@router.post("")
def invite_member(
    body: wire.Invitation,
    member: Operator,
    database: Data,
    settings: Set,
    mail: Letters,
    now: Now,
    does: Does,
) -> wire.MemberRow:
    """Invite somebody; the same again sends a new link. They are registered before it is sent."""
    with database.transaction() as connection:
        invited = invite(connection, member, body.name, body.email, body.role, now)
        letter = write_link(connection, invited, Purpose.INVITATION, settings.public_url, now)
        row = _row(connection, invited)
        does.about(member_id=invited.member_id)
    mail.send(letter)
    return row


@router.post("/{member_id}/approve")
def approve(member_id: int, member: Operator, database: Data, now: Now) -> wire.MemberRow:
    """Let in who waits for it, or who was suspended."""
    with database.transaction() as connection:
        return _row(connection, let_in(connection, member, member_id, now))


@router.post("/{member_id}/suspend")
def suspend(member_id: int, member: Operator, database: Data, now: Now) -> wire.MemberRow:
    """Keep a member out, at once; their meters go on."""
    with database.transaction() as connection:
        return _row(connection, keep_out(connection, member, member_id, now))


@router.get("/{member_id}/sessions")
def sessions(member_id: int, member: Overseer, database: Data, now: Now) -> list[wire.SessionRow]:
    """Where a member is signed in."""
    with database.transaction() as connection:
        return session_rows(connection, one_of(connection, member, member_id).member_id, now)


@router.delete("/{member_id}/sessions", status_code=HTTPStatus.NO_CONTENT)
def end_sessions(member_id: int, member: Operator, database: Data) -> None:
    """Sign a member out everywhere."""
    with database.transaction() as connection:
        end_all(connection, one_of(connection, member, member_id).member_id)


@router.delete("/{member_id}/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
def end_session(member_id: int, session_id: UUID, member: Operator, database: Data) -> None:
    """Sign a member out on one device."""
    with database.transaction() as connection:
        end_one(connection, one_of(connection, member, member_id).member_id, session_id)


@router.delete("/{member_id}/second-factor", status_code=HTTPStatus.NO_CONTENT)
def end_second_factor(member_id: int, member: Operator, database: Data) -> None:
    """Of another who has lost their authenticator; they enrol a new one at the next sign-in."""
    if member_id == member.member_id:
        raise Refused("Your own ends with one of its codes.")
    with database.transaction() as connection:
        other = one_of(connection, member, member_id)
        second_factor.forget(connection, other.member_id)
        end_all(connection, other.member_id)


def _row(connection: Connection, member: Member) -> wire.MemberRow:
    return member_rows(connection, [member])[0]
