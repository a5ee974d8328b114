"""A member's own wallet: balances, and the statement that explains them."""

from fastapi import APIRouter, Response

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, HouseholdMember
from peergrid.api.statement import (
    FILES,
    Spoken,
    balances,
    csv_answer,
    message_of,
    month_of,
    pdf_answer,
)
from peergrid.ledger import book
from peergrid.members.membership import community_by_id
from peergrid.words.catalogue import Language

router = APIRouter(prefix="/wallet", tags=["wallet"], responses=GUARDED)


@router.get("")
def wallet(member: HouseholdMember, database: Data) -> wire.Wallet:
    """What is yours in each unit, up to the last settled half hour."""
    with database.transaction() as connection:
        community = community_by_id(connection, member.community_id)
        held = book.balances_of(connection, [member.member_id])[member.member_id]
    return wire.Wallet(settled_until=community.settled_until, balances=balances(held))


@router.get("/statement")
def statement(
    member: HouseholdMember,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> wire.Statement:
    """A local calendar month, line by line: opening balance + lines = closing balance."""
    return message_of(database, member, month, language)


@router.get("/statement.csv", **FILES["csv"])
def statement_csv(
    member: HouseholdMember,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> Response:
    """The same month for a spreadsheet, with every input of every formula."""
    return csv_answer(month_of(database, member, month), language)


@router.get("/statement.pdf", **FILES["pdf"])
def statement_pdf(
    member: HouseholdMember,
    database: Data,
    month: Day | None = None,
    language: Spoken = Language.ENGLISH,
) -> Response:
    """The same month to print."""
    return pdf_answer(month_of(database, member, month), language)
