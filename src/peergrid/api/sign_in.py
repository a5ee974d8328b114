"""Sign in, stay signed in, sign out."""

from dataclasses import asdict
from http import HTTPStatus

from fastapi import APIRouter

from peergrid.api.dependencies import Data, Now, Set, secret_of
from peergrid.api.problems import problem_responses
from peergrid.errors import Unknown
from peergrid.members.credentials import ENDED, Pair, claim, end, issue, prove, renew
from peergrid.wire import Refresh, Role, SignIn, Tokens

router = APIRouter(
    tags=["sign in"],
    responses=problem_responses(
        HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
)


def _tokens(pair: Pair) -> Tokens:
    return Tokens(**(asdict(pair) | {"role": Role(pair.role)}))


@router.post("/sign-in")
def sign_in(body: SignIn, database: Data, settings: Set, now: Now) -> Tokens:
    """Trade an address and a password for tokens."""
    with database.transaction() as connection:
        claimed = claim(connection, body.email)
    member = prove(claimed, body.password)
    with database.transaction() as connection:
        return _tokens(issue(connection, member, secret_of(settings), now))


@router.post("/refresh")
def refresh(body: Refresh, database: Data, settings: Set, now: Now) -> Tokens:
    """Trade a refresh token, good for one use, for a new pair.

    One that was used before ends the sign-in everywhere: somebody else has a copy.
    """
    with database.transaction() as connection:
        pair = renew(connection, body.refresh_token, secret_of(settings), now)
    if pair is None:
        raise Unknown(ENDED)
    return _tokens(pair)


@router.post("/sign-out", status_code=HTTPStatus.NO_CONTENT)
def sign_out(body: Refresh, database: Data, now: Now) -> None:
    """End the sign-in that a refresh token belongs to."""
    with database.transaction() as connection:
        end(connection, body.refresh_token, now)
