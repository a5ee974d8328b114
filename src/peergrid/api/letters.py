"""Passwords set by a one-time link: of an invitation, or of a reset."""

import logging
from http import HTTPStatus

from fastapi import APIRouter, BackgroundTasks

from peergrid import wire
from peergrid.api.dependencies import Data, From, Letters, Now, Set, secret_of
from peergrid.api.problems import problem_responses
from peergrid.database.pool import Database
from peergrid.errors import PeerGridError, Throttled
from peergrid.members.devices import remember_device
from peergrid.members.mail import Mail
from peergrid.members.membership import member_with_email
from peergrid.members.one_time_link import Purpose, use_link, write_link
from peergrid.members.throttle import (
    ADDRESS,
    ASKED_FOR_LETTERS,
    Count,
    block_of,
    take,
)

log = logging.getLogger("peergrid.api")

router = APIRouter(
    prefix="/sign-in",
    tags=["sign in"],
    responses=problem_responses(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


@router.post("/accept")
def accept(body: wire.NewPassword, database: Data, now: Now) -> wire.KnownDevice:
    """Accept an invitation: choose a password, then sign in."""
    return _used(body, Purpose.INVITATION, database, now)


@router.post("/reset-request", status_code=HTTPStatus.ACCEPTED)
def reset_request(
    body: wire.ResetRequest,
    after: BackgroundTasks,
    database: Data,
    settings: Set,
    mail: Letters,
    caller: From,
    now: Now,
) -> None:
    """Have a link sent, if the address is a member's: the answer is the same either way.

    All the work is done after it, so that the time it takes tells nothing either.
    """
    counts = [Count(ADDRESS, f"{block_of(caller.address)} for letters")]
    with database.transaction() as connection:
        take(connection, counts, secret_of(settings), now)

    def send() -> None:
        _send_reset(database, mail, body.email, settings.public_url, secret_of(settings), now)

    after.add_task(send)


@router.post("/reset")
def reset(body: wire.NewPassword, database: Data, now: Now) -> wire.KnownDevice:
    """Choose a new password: every sign-in ends, on every device, and only this one is known."""
    return _used(body, Purpose.RESET, database, now)


def _used(
    body: wire.NewPassword, purpose: Purpose, database: Database, now: Now
) -> wire.KnownDevice:
    """Whoever reads a member's letters is no stranger: guesses of others do not slow them."""
    with database.transaction() as connection:
        member = use_link(connection, body.token, purpose, body.password, now)
        device = remember_device(connection, member.member_id, None, now)
    return wire.KnownDevice(device_token=device)


def _send_reset(
    database: Database, mail: Mail, email: str, public_url: str, secret: str, now: Now
) -> None:
    """Send a link to a member who may sign in, a few times an hour; nobody is told if not."""
    try:
        with database.transaction() as connection:
            take(connection, [Count(ASKED_FOR_LETTERS, email.strip().lower())], secret, now)
            member = member_with_email(connection, email)
            if member is None or not member.may_sign_in:
                return
            letter = write_link(connection, member, Purpose.RESET, public_url, now)
        mail.send(letter)
    except Throttled:
        log.info("a reset was asked for too often")
    except PeerGridError as error:
        log.warning("a letter was not sent: %s", error)
