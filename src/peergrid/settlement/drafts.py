"""Tariffs that an operator prepares; once published, they stay as they are."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.market.schemes import scheme_named
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import tariff_from, terms_of
from peergrid.members.membership import community_by_id
from peergrid.settlement.past import check_begins_later
from peergrid.settlement.tariffs import publish, tariffs_of

DRAFTS = """
select draft_id, terms, name, changed_at
from tariff_draft join member on member_id = drafted_by
where tariff_draft.community_id = %s and draft_id = coalesce(%s, draft_id) order by 1"""
ADD = """
insert into tariff_draft (community_id, terms, drafted_by) values (%s, %s, %s) returning draft_id"""
CHANGE = """
update tariff_draft set terms = %s, drafted_by = %s, changed_at = clock_timestamp()
where community_id = %s and draft_id = %s returning draft_id"""
DROP = "delete from tariff_draft where community_id = %s and draft_id = %s returning terms"


@dataclass(frozen=True)
class Draft:
    """A tariff that is not in force yet, and who wrote it last."""

    draft_id: int
    tariff: Tariff
    drafted_by: str
    changed_at: datetime


def drafts_of(connection: Connection, community_id: int) -> list[Draft]:
    """A community's drafts, in the order in which they were begun."""
    return _drafts(connection, community_id, None)


def draft_of(connection: Connection, community_id: int, draft_id: int) -> Draft:
    """One draft of a community. Raises NotFound if it has none of that number."""
    found = _drafts(connection, community_id, draft_id)
    if not found:
        raise NotFound(f"Your community has no draft {draft_id}.")
    return found[0]


def add_draft(connection: Connection, community_id: int, member_id: int, tariff: Tariff) -> Draft:
    """Keep a tariff as a draft.

    Raises Invalid for an unknown scheme, and Conflict if another tariff is published for its
    first day or if that day is settled.
    """
    _check(connection, community_id, tariff)
    row = connection.execute(ADD, (community_id, Jsonb(terms_of(tariff)), member_id)).fetchone()
    assert row is not None, "an insert returns its row"  # noqa: S101
    return draft_of(connection, community_id, row[0])


def change_draft(
    connection: Connection, community_id: int, member_id: int, draft_id: int, tariff: Tariff
) -> Draft:
    """Put another tariff in a draft's place; raises as ``add_draft``, and NotFound."""
    draft_of(connection, community_id, draft_id)
    _check(connection, community_id, tariff)
    changed = (Jsonb(terms_of(tariff)), member_id, community_id, draft_id)
    connection.execute(CHANGE, changed)
    return draft_of(connection, community_id, draft_id)


def drop_draft(connection: Connection, community_id: int, draft_id: int) -> None:
    """Throw a draft away. Raises NotFound if there is none of that number."""
    _take(connection, community_id, draft_id)


def publish_draft(
    connection: Connection, community_id: int, member_id: int, draft_id: int
) -> Tariff:
    """A draft becomes a tariff, for good; raises as ``add_draft``, and NotFound."""
    community_by_id(connection, community_id, locked=True)
    tariff = _take(connection, community_id, draft_id)
    _check(connection, community_id, tariff)
    publish(connection, community_id, tariff, member_id)
    return tariff


def _drafts(connection: Connection, community_id: int, draft_id: int | None) -> list[Draft]:
    rows = connection.execute(DRAFTS, (community_id, draft_id))
    return [Draft(number, tariff_from(terms), *rest) for number, terms, *rest in rows]


def _take(connection: Connection, community_id: int, draft_id: int) -> Tariff:
    row = connection.execute(DROP, (community_id, draft_id)).fetchone()
    if row is None:
        raise NotFound(f"Your community has no draft {draft_id}.")
    return tariff_from(row[0])


def _check(connection: Connection, community_id: int, tariff: Tariff) -> None:
    try:
        scheme_named(tariff.scheme)
    except ValueError as error:
        raise Invalid(f"A tariff needs a scheme: {error}.") from error
    check_begins_later(connection, community_id, tariff.valid_from, "A tariff")
    if tariff.valid_from in {known.valid_from for _, known in tariffs_of(connection, community_id)}:
        raise Conflict(
            f"Another tariff is published from {tariff.valid_from} on: choose another day."
        )
