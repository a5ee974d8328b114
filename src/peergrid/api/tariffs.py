"""The operator's tariffs: published ones, and drafts that are tried on a settled month first."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, Does, Operator, Overseer
from peergrid.api.me import scheme_info
from peergrid.api.replay import figures, known_members, replayed_members
from peergrid.errors import Invalid
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import tariff_from, terms_of
from peergrid.settlement import drafts
from peergrid.settlement.preview import full_month, preview
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.tariffs import Published, published_of

router = APIRouter(prefix="/operator/tariffs", tags=["tariffs"], responses=GUARDED)

DraftId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def tariffs(member: Overseer, database: Data) -> list[wire.TariffRow]:
    """The community's published tariffs, newest first."""
    with database.transaction() as connection:
        published = published_of(connection, member.community_id)
    return [_row(one) for one in published]


@router.get("/schemes")
def schemes(member: Overseer) -> list[wire.SchemeRow]:
    """What a tariff may name as its scheme."""
    del member  # an operator's to see, whatever their community
    return [
        wire.SchemeRow(
            name=scheme.name,
            title=scheme.title,
            sentence=scheme.sentence,
            paragraph=scheme.paragraph,
            is_pilot=scheme.pilot,
            is_by_month=scheme.by_month,
        )
        for scheme in SCHEMES.values()
    ]


@router.get("/drafts")
def all_drafts(member: Overseer, database: Data) -> list[wire.TariffDraft]:
    """What is being prepared, oldest first."""
    with database.transaction() as connection:
        found = drafts.drafts_of(connection, member.community_id)
    return [_draft(one) for one in found]


@router.post("/drafts")
def add_draft(
    body: wire.TariffTerms, member: Operator, database: Data, does: Does
) -> wire.TariffDraft:
    """Begin a draft: its first day must not be settled yet, nor have a tariff already."""
    tariff = _tariff(body)
    with database.transaction() as connection:
        added = drafts.add_draft(connection, member.community_id, member.member_id, tariff)
        does.about(draft_id=added.draft_id)
    return _draft(added)


@router.get("/drafts/{draft_id}")
def one_draft(draft_id: DraftId, member: Overseer, database: Data) -> wire.TariffDraft:
    """One draft of the operator's own community."""
    with database.transaction() as connection:
        return _draft(drafts.draft_of(connection, member.community_id, draft_id))


@router.put("/drafts/{draft_id}")
def change_draft(
    draft_id: DraftId, body: wire.TariffTerms, member: Operator, database: Data
) -> wire.TariffDraft:
    """Put other terms in a draft's place."""
    tariff = _tariff(body)
    who = (member.community_id, member.member_id)
    with database.transaction() as connection:
        return _draft(drafts.change_draft(connection, *who, draft_id, tariff))


@router.delete("/drafts/{draft_id}", status_code=HTTPStatus.NO_CONTENT)
def drop_draft(draft_id: DraftId, member: Operator, database: Data) -> None:
    """Throw a draft away."""
    with database.transaction() as connection:
        drafts.drop_draft(connection, member.community_id, draft_id)


@router.get("/drafts/{draft_id}/preview")
def preview_draft(
    draft_id: DraftId, member: Overseer, database: Data, month: Day | None = None
) -> wire.TariffPreview:
    """What a draft would have made of ten households' last full month, or of another month."""
    community_id = member.community_id
    with database.transaction() as connection:
        draft = drafts.draft_of(connection, community_id, draft_id)
    with database.transaction() as connection:
        settled = (
            settled_month(connection, community_id, month)
            if month
            else full_month(connection, community_id)
        )
        known = known_members(connection, settled)
    found = preview(settled, draft.tariff)
    return wire.TariffPreview(
        draft_id=draft.draft_id,
        month=settled.month,
        is_complete=settled.is_complete,
        settled_until=settled.settled_until,
        households=replayed_members(known, found.households),
        booked=figures(found.booked),
        replayed=figures(found.replayed),
        dearer=found.dearer,
        cheaper=found.cheaper,
    )


@router.post("/drafts/{draft_id}/publish")
def publish_draft(draft_id: DraftId, member: Operator, database: Data) -> wire.TariffRow:
    """A draft becomes the community's tariff from its first day on, for good."""
    who = (member.community_id, member.member_id)
    with database.transaction() as connection:
        tariff = drafts.publish_draft(connection, *who, draft_id)
        published = published_of(connection, member.community_id)
    return next(_row(one) for one in published if one.tariff.valid_from == tariff.valid_from)


def _tariff(terms: wire.TariffTerms) -> Tariff:
    try:
        return tariff_from(terms.model_dump(mode="json"))
    except ValueError as error:
        raise Invalid(f"This is no tariff: {error}.") from error


def _row(published: Published) -> wire.TariffRow:
    terms = terms_of(published.tariff) | {"scheme": scheme_info(published.tariff)}
    noted = {"published_by": published.published_by, "published_at": published.published_at}
    return wire.TariffRow.model_validate(terms | noted)


def _draft(draft: drafts.Draft) -> wire.TariffDraft:
    return wire.TariffDraft(
        draft_id=draft.draft_id,
        terms=wire.TariffTerms.model_validate(terms_of(draft.tariff)),
        drafted_by=draft.drafted_by,
        changed_at=draft.changed_at,
    )
