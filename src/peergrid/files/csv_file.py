"""A table as CSV (RFC 4180), in UTF-8."""

import csv
import io
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from peergrid.files.table import Kind, Table, calm

MEDIA_TYPE = "text/csv; charset=utf-8"


def csv_parts(table: Table) -> Generator[bytes]:
    """The header, then each block of rows."""
    yield _lines([tuple(table.columns)])
    cells = [CELL_OF.get(kind) for kind in table.columns.values()]
    for block in table.blocks:
        columns = zip(*block, strict=True)
        written = [
            column if cell is None else [None if one is None else cell(one) for one in column]
            for column, cell in zip(columns, cells, strict=True)
        ]
        yield _lines(zip(*written, strict=True))


@lru_cache(maxsize=50_000)  # meter after meter the same half hours
def instant(value: datetime) -> str:
    """Such as 2026-09-01T10:30:00Z; a fraction of a second is left out."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lines(rows: Iterable[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


CELL_OF: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: calm,
    Kind.INSTANT: instant,
    Kind.FLAG: lambda value: "true" if value else "false",
}
