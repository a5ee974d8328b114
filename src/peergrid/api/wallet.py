"""A member's own wallet: balances, and the statement that explains them."""

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, HouseholdMember
from peergrid.api.energy import latest_day
from peergrid.energy import month_start, next_month
from peergrid.ledger import book
from peergrid.ledger.transfer import PayoutPart, TransferKind
from peergrid.members.membership import community_by_id
from peergrid.money import Unit

router = APIRouter(prefix="/wallet", tags=["wallet"], responses=GUARDED)

WORDS: dict[str, str] = {
    TransferKind.GRID_ENERGY: "Energy from the grid, {kwh} kWh",
    TransferKind.LEVY: "Rural electrification levy on {kwh} kWh",
    TransferKind.NEIGHBOUR_ENERGY: "Energy from neighbours, {kwh} kWh",
    TransferKind.SHARED_ENERGY: "Energy shared with neighbours, {kwh} kWh",
    TransferKind.FEED_IN: "Energy sold to the grid, {kwh} kWh",
    TransferKind.CREDIT_EARNED: "Energy credit for {kwh} kWh sent out",
    TransferKind.CREDIT_USED: "Energy credit used for {kwh} kWh drawn",
    TransferKind.VAT: "Value added tax on {kwh} kWh",
    TransferKind.FIXED: "Fixed charge of the connection",
    TransferKind.CREDIT_LOST: "Energy credit that ran out, {kwh} kWh",
    TransferKind.CREDIT_PAID: "Paid for {kwh} kWh of energy credit",
    PayoutPart.PAYOUT: "Payout to your mobile wallet",
    PayoutPart.FEE: "Fee of a payout",
    PayoutPart.TAX: "Tax on a payout",
}


def words_of(line: book.Line) -> str:
    """A statement line as a person would say it."""
    words = WORDS[line.kind].format(kwh=f"{line.energy_wh / 1000:,.2f}")
    if not line.is_reversal:
        return words
    return f"Given back: {words}" if line.kind in PayoutPart else f"Taken back: {words}"


@router.get("")
def wallet(member: HouseholdMember, database: Data) -> wire.Wallet:
    """What is yours in each unit, up to the last settled half hour."""
    with database.transaction() as connection:
        community = community_by_id(connection, member.community_id)
        balances = book.balances_of(connection, [member.member_id])[member.member_id]
    return wire.Wallet(settled_until=community.settled_until, balances=_balances(balances))


@router.get("/statement")
def statement(member: HouseholdMember, database: Data, month: Day | None = None) -> wire.Statement:
    """A local calendar month, line by line: opening balance + lines = closing balance."""
    with database.transaction() as connection:
        first = month_start(month or latest_day(connection, member.community_id))
        ids = [member.member_id]
        opening = book.balances_of(connection, ids, first)[member.member_id]
        closing = book.balances_of(connection, ids, next_month(first))[member.member_id]
        lines = book.statement_lines(connection, member.member_id, first)
    return wire.Statement(
        month=first,
        opening=_balances(opening),
        lines=[
            wire.StatementLine(
                day=line.day,
                kind=line.kind,
                unit=Unit(line.unit),
                amount=line.amount,
                energy_wh=line.energy_wh,
                words=words_of(line),
                is_reversal=line.is_reversal,
            )
            for line in lines
        ],
        closing=_balances(closing),
    )


def _balances(amounts: dict[Unit, int]) -> list[wire.Balance]:
    return [wire.Balance(unit=unit, amount=amount) for unit, amount in amounts.items()]
