"""A member's rights in their own data: consent, correction, and being forgotten."""

from dataclasses import asdict
from http import HTTPStatus

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data, HouseholdMember, Now, Operator
from peergrid.api.operator import member_rows
from peergrid.database.pool import Connection
from peergrid.members import consent
from peergrid.members.correction import correct, rename
from peergrid.members.leaving import ask_to_leave, stay
from peergrid.members.membership import Member
from peergrid.settlement.erasure import erase

router = APIRouter(tags=["privacy"], responses=GUARDED)


@router.get("/me/consents")
def consents(member: AnyMember, database: Data) -> list[wire.ConsentRow]:
    """All you agreed to, and what you withdrew; oldest first."""
    with database.transaction() as connection:
        return _consents(connection, member)


@router.put("/me/consents/{purpose}")
def give_consent(
    purpose: wire.ConsentPurpose,
    body: wire.ConsentGiven,
    member: AnyMember,
    database: Data,
    now: Now,
) -> list[wire.ConsentRow]:
    """Agree to a purpose in the words of a version."""
    with database.transaction() as connection:
        consent.give(connection, member.member_id, purpose, body.version, now)
        return _consents(connection, member)


@router.delete("/me/consents/{purpose}")
def withdraw_consent(
    purpose: wire.ConsentPurpose, member: AnyMember, database: Data, now: Now
) -> list[wire.ConsentRow]:
    """Agree no more; refused for what bills rest on."""
    with database.transaction() as connection:
        consent.withdraw(connection, member.member_id, purpose, now)
        return _consents(connection, member)


@router.put("/me/name", status_code=HTTPStatus.NO_CONTENT)
def correct_name(body: wire.NewName, member: AnyMember, database: Data) -> None:
    """Put your name right; your address is corrected by an operator."""
    with database.transaction() as connection:
        rename(connection, member.member_id, body.name)


@router.put("/me/erasure", status_code=HTTPStatus.NO_CONTENT)
def ask_for_erasure(member: HouseholdMember, database: Data, now: Now) -> None:
    """Ask for your data to be deleted; an operator does it once nothing is owed."""
    with database.transaction() as connection:
        ask_to_leave(connection, member.member_id, now)


@router.delete("/me/erasure", status_code=HTTPStatus.NO_CONTENT)
def keep_data(member: HouseholdMember, database: Data) -> None:
    """Ask for it no longer."""
    with database.transaction() as connection:
        stay(connection, member.member_id)


@router.put("/operator/members/{member_id}")
def correct_member(
    member_id: int, body: wire.Correction, member: Operator, database: Data
) -> wire.MemberRow:
    """Put a member's name and address right; a new address ends their sign-ins."""
    with database.transaction() as connection:
        return _row(connection, correct(connection, member, member_id, body.name, body.email))


@router.post("/operator/members/{member_id}/erase")
def erase_member(member_id: int, member: Operator, database: Data, now: Now) -> wire.MemberRow:
    """Forget who has left and is owed nothing; the books stay, under their number."""
    with database.transaction() as connection:
        return _row(connection, erase(connection, member, member_id, now))


def _consents(connection: Connection, member: Member) -> list[wire.ConsentRow]:
    found = consent.consents_of(connection, member.member_id)
    return [wire.ConsentRow.model_validate(asdict(one)) for one in found]


def _row(connection: Connection, member: Member) -> wire.MemberRow:
    return member_rows(connection, [member])[0]
