"""Operators may sign in at an OpenID provider, if a setting names one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from peergrid import wire
from peergrid.api.dependencies import Data, From, Now, Set, secret_of
from peergrid.api.problems import problem_responses
from peergrid.api.sign_in import tokens_of
from peergrid.errors import NotFound
from peergrid.members.door import Device, let_in
from peergrid.members.issuer import Issuer, known_overseer

router = APIRouter(
    prefix="/sign-in/issuer",
    tags=["sign in"],
    responses=problem_responses(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


def issuer_of(request: Request) -> Issuer:
    """Raises NotFound if none is named."""
    issuer: Issuer | None = request.app.state.issuer
    if issuer is None:
        raise NotFound("PeerGrid knows no issuer here: sign in with a password.")
    return issuer


At = Annotated[Issuer, Depends(issuer_of)]


@router.post("/start")
def start(issuer: At) -> wire.IssuerStart:
    """Where to send the browser, and what to keep until it comes back."""
    departure = issuer.start()
    return wire.IssuerStart(url=departure.url, flow=departure.flow)


@router.post("/finish")
def finish(
    body: wire.IssuerReturn, issuer: At, database: Data, settings: Set, caller: From, now: Now
) -> wire.Tokens:
    """Trade what the issuer sent back for tokens; it has asked for a second factor itself."""
    email = issuer.finish(body.flow, body.code, body.state)
    with database.transaction() as connection:
        member = known_overseer(connection, email)
        device = Device(caller.device, body.device_token)
        entry = let_in(connection, member, device, secret_of(settings), now)
    return tokens_of(entry.pair, entry.device_token)
