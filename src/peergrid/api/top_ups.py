"""A member's own top-ups, paid on Paynow's page; and Paynow's word that one has changed."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, HouseholdMember, Pool, Set
from peergrid.errors import Conflict, Invalid
from peergrid.payments.paynow import Paynow, verified
from peergrid.payments.top_up import TopUp, ask_for_top_up, look_after, top_ups_of
from peergrid.settings import PaynowSettings

router = APIRouter(tags=["top-ups"], responses=GUARDED)

OWN = set(wire.TopUp.model_fields)


def integration_of(settings: Set) -> PaynowSettings:
    """Raises Conflict if nobody collects."""
    if settings.paynow is None:
        raise Conflict("Nobody can top up here: this PeerGrid has no integration with Paynow.")
    return settings.paynow


Integration = Annotated[PaynowSettings, Depends(integration_of)]


async def message_of(request: Request) -> str:
    """The body, as Paynow writes it: a form. Raises Invalid for other letters than ASCII's."""
    try:
        return (await request.body()).decode("ascii")
    except UnicodeDecodeError:
        raise Invalid("That is no message of Paynow: it is not in ASCII.") from None


@router.post("/me/top-ups")
def ask(
    body: wire.TopUpRequest,
    member: HouseholdMember,
    database: Data,
    integration: Integration,
    settings: Set,
) -> wire.TopUp:
    """Ask for a top-up, and get the page on which to pay it."""
    paynow = Paynow(integration, settings.public_url)
    asked = ask_for_top_up(database, paynow, member, body.key, body.amount_micros)
    return _own_message(asked)


@router.get("/me/top-ups")
def top_ups(member: HouseholdMember, database: Data) -> list[wire.TopUp]:
    """Your top-ups, newest first."""
    with database.transaction() as connection:
        return [_own_message(one) for one in top_ups_of(connection, member.member_id)]


@router.post("/top-ups/update", status_code=HTTPStatus.NO_CONTENT)
def update(
    message: Annotated[str, Depends(message_of)],
    database: Pool,
    integration: Integration,
    settings: Set,
) -> None:
    """Paynow says that a payment changed: it is asked what became of it, and that is booked.

    Nobody is believed whose hash was not made with the integration's key.
    """
    fields = verified(message, integration.integration_key)
    look_after(database, Paynow(integration, settings.public_url), fields.get("reference", ""))


def _own_message(top_up: TopUp) -> wire.TopUp:
    told = {name: value for name, value in asdict(top_up).items() if name in OWN}
    return wire.TopUp.model_validate(told)
