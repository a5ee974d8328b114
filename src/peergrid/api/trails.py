"""The audit trail to read: an operator's or auditor's whole, a member's what is about them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data, Overseer
from peergrid.members import trail

router = APIRouter(tags=["trail"], responses=GUARDED)

MemberId = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Verb = Annotated[str | None, Query(pattern=r"^[a-z ]{1,40}$")]
Looks = Annotated[bool, Query(description="False: what was changed alone.")]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="For the next page.")]


@router.get("/operator/trail")
def entries(
    member: Overseer,
    database: Data,
    about: MemberId = None,
    verb: Verb = None,
    looks: Looks = True,  # noqa: FBT002 - of a query, by its name
    since: AwareDatetime | None = None,
    before: Before = None,
) -> list[wire.TrailEntry]:
    """Who saw or changed what in the community, newest first, a hundred a page."""
    with database.transaction() as connection:
        found = trail.search(
            connection,
            member.community_id,
            member_id=about,
            verb=verb,
            looks=looks,
            since=since,
            before=before,
        )
    return _told(found)


@router.get("/me/trail")
def about_me(member: AnyMember, database: Data, before: Before = None) -> list[wire.TrailEntry]:
    """Who else saw or changed your data, newest first, a hundred a page."""
    with database.transaction() as connection:
        found = trail.about(connection, member.community_id, member.member_id, before)
    return _told(found)


def _told(entries: list[trail.Entry]) -> list[wire.TrailEntry]:
    return [wire.TrailEntry.model_validate(asdict(entry)) for entry in entries]
