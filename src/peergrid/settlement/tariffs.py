"""Which tariff a community had on which day; a published one never changes."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Conflict
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import tariff_from, terms_of

ADD = """
insert into tariff (community_id, valid_from, terms) values (%s, %s, %s)
on conflict (community_id, valid_from) do nothing"""
PUBLISH = """
insert into tariff (community_id, valid_from, terms, published_by) values (%s, %s, %s, %s)"""
PUBLISHED = """
select terms, name, published_at from tariff left join member on member_id = published_by
where tariff.community_id = %s order by valid_from desc"""
ALL = """
select tariff_id, terms from tariff where community_id = %s order by valid_from desc"""


@dataclass(frozen=True)
class Published:
    """A tariff with who published it and when; None if nobody noted it."""

    tariff: Tariff
    published_by: str | None
    published_at: datetime | None


def add_tariff(connection: Connection, community_id: int, tariff: Tariff) -> None:
    """Publish a tariff; the same one again changes nothing.

    Raises Conflict if another one is published for that day.
    """
    connection.execute(ADD, (community_id, tariff.valid_from, Jsonb(terms_of(tariff))))
    known = {t.valid_from: t for _, t in tariffs_of(connection, community_id)}
    if known[tariff.valid_from] != tariff:
        raise Conflict(f"Another tariff is published from {tariff.valid_from} on; it stays.")


def publish(connection: Connection, community_id: int, tariff: Tariff, member_id: int) -> None:
    """Put a tariff in force from its first day on, for good, and note who did."""
    terms = Jsonb(terms_of(tariff))
    connection.execute(PUBLISH, (community_id, tariff.valid_from, terms, member_id))


def published_of(connection: Connection, community_id: int) -> list[Published]:
    """A community's tariffs with who published them, newest first."""
    rows = connection.execute(PUBLISHED, (community_id,))
    return [Published(tariff_from(terms), *noted) for terms, *noted in rows]


def tariffs_of(connection: Connection, community_id: int) -> list[tuple[int, Tariff]]:
    """A community's tariffs with their ids, newest first."""
    rows = connection.execute(ALL, (community_id,)).fetchall()
    return [(tariff_id, tariff_from(terms)) for tariff_id, terms in rows]


def tariff_on(tariffs: list[tuple[int, Tariff]], day: date) -> tuple[int, Tariff]:
    """The one in force on a local day. Raises Conflict if there is none yet."""
    for tariff_id, tariff in tariffs:
        if tariff.valid_from <= day:
            return tariff_id, tariff
    raise Conflict(f"No tariff is in force on {day}: publish one first.")
