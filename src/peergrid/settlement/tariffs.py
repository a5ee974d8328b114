"""Which tariff a community had on which day; a published one never changes."""

from datetime import date

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Conflict
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import tariff_from, terms_of

ADD = """
insert into tariff (community_id, valid_from, terms) values (%s, %s, %s)
on conflict (community_id, valid_from) do nothing"""
ALL = """
select tariff_id, terms from tariff where community_id = %s order by valid_from desc"""


def add_tariff(connection: Connection, community_id: int, tariff: Tariff) -> None:
    """Publish a tariff; the same one again changes nothing.

    Raises Conflict if another one is published for that day.
    """
    connection.execute(ADD, (community_id, tariff.valid_from, Jsonb(terms_of(tariff))))
    known = {t.valid_from: t for _, t in tariffs_of(connection, community_id)}
    if known[tariff.valid_from] != tariff:
        raise Conflict(f"Another tariff is published from {tariff.valid_from} on; it stays.")


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
