"""A member's own payouts: what one would cost, asking for one, and what became of them."""

from dataclasses import asdict, fields
from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, HouseholdMember, Now
from peergrid.energy import local_day
from peergrid.payments.charges import MobileMoney, Quote, quote
from peergrid.payments.payout import Asked, Payout, payouts_of_member, request_payout
from peergrid.wire.payouts import MOST_MICROS

router = APIRouter(prefix="/payouts", tags=["payouts"], responses=GUARDED)

Amount = Annotated[int, Query(ge=1, le=MOST_MICROS, description="Micros of a US dollar.")]
OWN = set(wire.Payout.model_fields)


@router.get("/quote")
def payout_quote(
    member: HouseholdMember,
    now: Now,
    amount_micros: Amount,
    service: wire.MobileMoney = wire.MobileMoney.ECOCASH,
) -> wire.PayoutQuote:
    """Fee, tax, and what would be received."""
    del member  # anybody of a household may ask what it costs
    return _quote_message(quote(MobileMoney(service), amount_micros, local_day(now)))


@router.post("")
def ask_for_payout(
    body: wire.PayoutRequest, member: HouseholdMember, database: Data, now: Now
) -> wire.Payout:
    """Ask for a payout at the charges that were quoted; an operator decides."""
    asked = Asked(
        body.key, MobileMoney(body.service), body.number, body.amount_micros, body.received_micros
    )
    with database.transaction() as connection:
        return own_message(request_payout(connection, member, asked, local_day(now)))


@router.get("")
def payouts(member: HouseholdMember, database: Data) -> list[wire.Payout]:
    """Your payouts, newest first."""
    with database.transaction() as connection:
        return [own_message(one) for one in payouts_of_member(connection, member.member_id)]


def own_message(payout: Payout) -> wire.Payout:
    """A payout as its member sees it."""
    told = {name: value for name, value in asdict(payout).items() if name in OWN}
    return wire.Payout.model_validate(told)


def _quote_message(quoted: Quote) -> wire.PayoutQuote:
    sums = {field.name: getattr(quoted, field.name) for field in fields(quoted)}
    return wire.PayoutQuote.model_validate(sums | {"taken_micros": quoted.taken_micros})
