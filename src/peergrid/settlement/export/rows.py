"""Rows on their way out, a block at a time: by meter, or through a cursor of the server's."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from peergrid.database.pool import Connection
from peergrid.energy import Quality
from peergrid.files.table import Block
from peergrid.meters.readings import readings_of
from peergrid.settlement.export.spans import Span

BLOCK_ROWS = 5_000
QUALITIES = {int(quality): quality.name.lower() for quality in Quality}


def by_cursor(connection: Connection, query: str, parameters: Mapping[str, Any]) -> Iterator[Block]:
    """What ``query`` answers; the server keeps what is not asked for yet."""
    with connection.cursor(f"export_{uuid4().hex}") as cursor:
        cursor.execute(query.encode(), parameters)
        while rows := cursor.fetchmany(BLOCK_ROWS):
            yield rows


def by_span(connection: Connection, query: str, spans: Iterable[Span]) -> Iterator[Block]:
    """What ``query`` answers for each span in turn, the meter's serial before each row."""
    for span in spans:
        for part in span.parts:
            asked = {"meter": part.meter_id, "start": part.start, "end": part.end}
            found = connection.execute(query.encode(), asked).fetchall()
            if found:
                yield [(part.serial, *row) for row in found]


def readings(connection: Connection, spans: Iterable[Span]) -> Iterator[Block]:
    """Serial, start, import, export, generation [Wh], quality and revision, in order of time."""
    for span in spans:
        for part in span.parts:
            found = readings_of(connection, part.meter_id, part.start, part.end)
            if found:
                yield [
                    (part.serial, *counts, QUALITIES[quality], revision)
                    for *counts, quality, revision in found
                ]
