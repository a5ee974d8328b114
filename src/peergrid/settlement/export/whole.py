"""All that is stored about a member, in one archive, and their readings as Green Button.

Zimbabwe's Cyber and Data Protection Act [Chapter 12:07] gives everyone access to what is
processed about them.
"""

from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import groupby

from peergrid.database.pool import Connection
from peergrid.energy import Quality
from peergrid.files.csv_file import csv_parts
from peergrid.files.green_button import Counted, MeterFeed, green_button_parts
from peergrid.files.table import Table
from peergrid.files.zip_file import NamedFile, zip_parts
from peergrid.meters.readings import readings_of
from peergrid.settlement.export import personal, queries
from peergrid.settlement.export.rows import by_cursor, by_span
from peergrid.settlement.export.tables import OF_MEMBER, Asked, about, table_of

PERSONAL = {
    "member": (personal.PERSON_COLUMNS, personal.PERSON),
    "meters": (personal.OWN_METER_COLUMNS, personal.OWN_METERS),
    "limit_prices": (personal.LIMIT_COLUMNS, personal.LIMITS),
    "agreements": (personal.AGREEMENT_COLUMNS, personal.AGREEMENTS),
    "top_ups": (personal.TOP_UP_COLUMNS, personal.TOP_UPS),
    "sessions": (personal.SESSION_COLUMNS, personal.SESSIONS),
    "consents": (personal.CONSENT_COLUMNS, personal.CONSENTS),
    "known_devices": (personal.KNOWN_DEVICE_COLUMNS, personal.KNOWN_DEVICES),
}


def green_button(connection: Connection, asked: Asked, made_at: datetime) -> Generator[bytes]:
    """A member's readings of some days."""
    return green_button_parts(
        f"{asked.community.title}, {asked.days}", made_at, _feeds(connection, asked)
    )


def whole_file(connection: Connection, asked: Asked, made_at: datetime) -> Generator[bytes]:
    """Every table about a member as CSV, and the readings as Green Button too."""
    return zip_parts(_files(connection, asked, made_at))


def _files(connection: Connection, asked: Asked, made_at: datetime) -> Iterator[NamedFile]:
    told = "".join(f"{name}: {said}\n" for name, said in about(asked).items())
    yield "about.txt", [told.encode()]
    for name, (columns, query) in PERSONAL.items():
        rows = by_cursor(connection, query, asked.parameters)
        yield f"{name}.csv", csv_parts(Table(name, columns, rows))
    for name in OF_MEMBER:
        yield f"{name}.csv", csv_parts(table_of(connection, name, asked))
    replaced = by_span(connection, queries.REPLACED, asked.spans(connection))
    table = Table("replaced_readings", queries.REPLACED_COLUMNS, replaced)
    yield "replaced_readings.csv", csv_parts(table)
    yield "readings.xml", green_button(connection, asked, made_at)


def _feeds(connection: Connection, asked: Asked) -> Iterator[MeterFeed]:
    spans = asked.spans(connection)
    for serial, group in groupby(spans, key=lambda span: span.serial):
        parts = [part for span in group for part in span.parts]
        yield MeterFeed(
            serial,
            (
                [_counted(row) for row in rows]
                for part in parts
                if (rows := readings_of(connection, part.meter_id, part.start, part.end))
            ),
        )


def _counted(row: tuple[datetime, int, int, int, int, int]) -> Counted:
    start, import_wh, export_wh, _, quality, _ = row
    return Counted(start, import_wh, export_wh, Quality(quality))
