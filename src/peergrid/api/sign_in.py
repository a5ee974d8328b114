"""Sign in, stay signed in, sign out."""

from dataclasses import asdict
from http import HTTPStatus

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import Data, From, Now, Set, seal_of, secret_of
from peergrid.api.problems import problem_responses
from peergrid.errors import Unknown
from peergrid.members import second_factor as factor
from peergrid.members.credentials import claim, prove
from peergrid.members.devices import known_device
from peergrid.members.door import Device, Entry, Question, ask_or_let_in, let_in
from peergrid.members.sessions import ENDED, Pair, end, renew
from peergrid.members.throttle import CODE, Count, counts_of_sign_in, restore, take

AUTHENTICATORS = "secrets of authenticators"

router = APIRouter(
    tags=["sign in"],
    responses=problem_responses(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


def tokens_of(pair: Pair, device_token: str | None = None) -> wire.Tokens:
    given = asdict(pair) | {"role": wire.Role(pair.role)}
    return wire.Tokens(**given, device_token=device_token)


def answer_of(opened: Entry | Question) -> wire.Tokens | wire.Challenge:
    if isinstance(opened, Question):
        return wire.Challenge(challenge=opened.challenge, is_enrolled=opened.is_enrolled)
    return tokens_of(opened.pair, opened.device_token)


@router.post("/sign-in")
def sign_in(
    body: wire.SignIn, database: Data, settings: Set, caller: From, now: Now
) -> wire.Tokens | wire.Challenge:
    """Trade an address and a password for tokens, or for the question for a second factor.

    Guesses are slowed down (429, with Retry-After), not those from a device known by its token.
    """
    secret = secret_of(settings)
    with database.transaction() as connection:
        device = known_device(connection, body.device_token, body.email)
        counts = counts_of_sign_in(body.email, caller.address, device)
        take(connection, counts, secret, now)
        claimed = claim(connection, body.email)
    member = prove(claimed, body.password)
    with database.transaction() as connection:
        restore(connection, counts, secret, now)
        opened = ask_or_let_in(
            connection,
            member,
            Device(caller.device, body.device_token),
            secret,
            now,
            needs_second_factor=settings.second_factor,
        )
    return answer_of(opened)


@router.post("/sign-in/enrol")
def enrol(body: wire.Challenged, database: Data, settings: Set) -> wire.Enrolment:
    """A secret for an authenticator, and recovery codes; its first code makes them count."""
    with database.transaction() as connection:
        member = factor.who_was_challenged(connection, body.challenge, secret_of(settings))
        enrolment = factor.enrol(connection, member, seal_of(settings, AUTHENTICATORS))
    return wire.Enrolment(**asdict(enrolment))


@router.post("/sign-in/second-factor")
def second_factor(
    body: wire.SecondFactor, database: Data, settings: Set, caller: From, now: Now
) -> wire.Tokens:
    """Trade a challenge and a code for tokens; each code is good once."""
    secret = secret_of(settings)
    with database.transaction() as connection:
        member = factor.who_was_challenged(connection, body.challenge, secret)
        counts = [Count(CODE, str(member.member_id))]
        take(connection, counts, secret, now)
    with database.transaction() as connection:
        seal = seal_of(settings, AUTHENTICATORS)
        factor.check_code(connection, member, body.code, seal, now)
        restore(connection, counts, secret, now)
        entry = let_in(connection, member, Device(caller.device, body.device_token), secret, now)
    return tokens_of(entry.pair, entry.device_token)


@router.post("/refresh")
def refresh(body: wire.Refresh, database: Data, settings: Set, now: Now) -> wire.Tokens:
    """Trade a refresh token, good for one use, for a new pair.

    One that was used before ends the sign-in everywhere: somebody else has a copy.
    """
    with database.transaction() as connection:
        pair = renew(connection, body.refresh_token, secret_of(settings), now)
    if pair is None:
        raise Unknown(ENDED)
    return tokens_of(pair)


@router.post("/sign-out", status_code=HTTPStatus.NO_CONTENT)
def sign_out(body: wire.Refresh, database: Data) -> None:
    """End the sign-in that a refresh token belongs to, at once."""
    with database.transaction() as connection:
        end(connection, body.refresh_token)
