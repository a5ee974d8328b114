"""A member's own sign-ins, and their authenticator."""

from dataclasses import asdict
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Now, Pool, Set, SignedIn, seal_of, secret_of
from peergrid.api.problems import problem_responses
from peergrid.api.sign_in import AUTHENTICATORS
from peergrid.database.pool import Connection
from peergrid.members import second_factor
from peergrid.members.membership import Member
from peergrid.members.sessions import end_all, end_one, sessions_of
from peergrid.members.throttle import CODE, Count, restore, take
from peergrid.wire.sign_in import SecondFactorState

router = APIRouter(prefix="/me", tags=["me"], responses=GUARDED)


def session_rows(
    connection: Connection, member_id: int, now: Now, this: UUID | None = None
) -> list[wire.SessionRow]:
    return [
        wire.SessionRow(
            session_id=one.session_id,
            device=one.device,
            created_at=one.created_at,
            last_used_at=one.last_used_at,
            expires_at=one.expires_at,
            is_this=one.session_id == this,
        )
        for one in sessions_of(connection, member_id, now)
    ]


@router.get("/sessions")
def sessions(acting: SignedIn, database: Data, now: Now) -> list[wire.SessionRow]:
    """Where one is signed in, the one used latest first."""
    with database.transaction() as connection:
        return session_rows(connection, acting.member.member_id, now, acting.session_id)


@router.delete("/sessions", status_code=HTTPStatus.NO_CONTENT)
def end_sessions(acting: SignedIn, database: Data) -> None:
    """Sign out everywhere, here too."""
    with database.transaction() as connection:
        end_all(connection, acting.member.member_id)


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
def end_session(session_id: UUID, acting: SignedIn, database: Data) -> None:
    """Sign out on one device; its tokens are worth nothing from now on."""
    with database.transaction() as connection:
        end_one(connection, acting.member.member_id, session_id)


@router.get("/second-factor")
def is_second_factor_on(acting: SignedIn, database: Pool) -> SecondFactorState:
    """Whether a code is asked for besides your password."""
    with database.transaction() as connection:
        found = second_factor.is_enrolled(connection, acting.member.member_id)
    return SecondFactorState(is_enrolled=found)


@router.post("/second-factor/enrol")
def enrol_second_factor(acting: SignedIn, database: Pool, settings: Set) -> wire.Enrolment:
    """A secret for an authenticator, and recovery codes; they count once a code has come back."""
    with database.transaction() as connection:
        seal = seal_of(settings, AUTHENTICATORS)
        enrolment = second_factor.enrol(connection, acting.member, seal)
    return wire.Enrolment(**asdict(enrolment))


@router.post(
    "/second-factor/confirm",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_responses(HTTPStatus.TOO_MANY_REQUESTS),
)
def confirm_second_factor(
    body: wire.Code, acting: SignedIn, database: Pool, settings: Set, now: Now
) -> None:
    """The first code of an authenticator: from now on, each sign-in asks for one."""
    _spend(body.code, acting.member, database, settings, now)


@router.post(
    "/second-factor/end",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_responses(HTTPStatus.TOO_MANY_REQUESTS),
)
def end_second_factor(
    body: wire.Code, acting: SignedIn, database: Pool, settings: Set, now: Now
) -> None:
    """Give up an authenticator with one last code, to enrol another at the next sign-in."""
    _spend(body.code, acting.member, database, settings, now)
    with database.transaction() as connection:
        second_factor.forget(connection, acting.member.member_id)
        end_all(connection, acting.member.member_id)


def _spend(code: str, member: Member, database: Pool, settings: Set, now: Now) -> None:
    """Take a code, whose guesses are counted whether they fit or not."""
    counts = [Count(CODE, str(member.member_id))]
    with database.transaction() as connection:
        take(connection, counts, secret_of(settings), now)
    with database.transaction() as connection:
        seal = seal_of(settings, AUTHENTICATORS)
        second_factor.check_code(connection, member, code, seal, now)
        restore(connection, counts, secret_of(settings), now)
