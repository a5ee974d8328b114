"""Many rows at once: PostgreSQL's binary COPY to and from arrays.

Every column is a whole number that is never null, so each row is as long as the next. An
instant travels as the number of its interval. Source: PostgreSQL 18, COPY, "Binary Format".
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.database.pool import Connection

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
MICROS_PER_INTERVAL = 1_800_000_000
FIRST_INTERVAL = 525_936  # of the year 2000, from which PostgreSQL counts, since 1970
WIDTHS = {"int2": 2, "int4": 4, "int8": 8, "interval": 8}

type Columns = Mapping[str, str]
"""Names of columns, and of what type each is: one of WIDTHS."""
type Rows = NDArray[Any]
type Whole = NDArray[np.int64]


def fetch(
    connection: Connection, query: str, parameters: Mapping[str, Any], columns: Columns
) -> dict[str, Whole]:
    """What ``query`` answers, a column an array (n_rows,)."""
    row = _row(columns)
    statement = f"copy ({query}) to stdout (format binary)"
    with connection.cursor().copy(statement.encode(), parameters) as copy:
        data = b"".join(copy)
    count = (len(data) - len(HEADER) - len(TRAILER)) // row.itemsize
    rows = np.frombuffer(data, row, count, len(HEADER))
    return {name: _from_wire(rows[name].astype(np.int64), kind) for name, kind in columns.items()}


def store(
    connection: Connection, table: str, columns: Columns, blocks: Iterable[Mapping[str, Whole]]
) -> None:
    """Write rows into ``table``, each block's columns (n_rows,); one statement for all."""
    row = _row(columns)
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    with connection.cursor().copy(statement.encode()) as copy:
        copy.write(HEADER)
        for block in blocks:
            copy.write(_bytes(block, columns, row))
        copy.write(TRAILER)


def _row(columns: Columns) -> np.dtype[Any]:
    """A count of columns, then each with its width before it; the last ends where a row does."""
    fields = [("columns", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} width", ">i4"), (name, f">i{WIDTHS[kind]}")]
    return np.dtype(fields)


def _bytes(block: Mapping[str, Whole], columns: Columns, row: np.dtype[Any]) -> bytes:
    rows: Rows = np.empty(len(next(iter(block.values()))), row)
    rows["columns"] = len(columns)
    for name, kind in columns.items():
        rows[f"{name} width"] = WIDTHS[kind]
        rows[name] = _to_wire(block[name], kind)
    return rows.tobytes()


def _from_wire(values: Whole, kind: str) -> Whole:
    return values // MICROS_PER_INTERVAL + FIRST_INTERVAL if kind == "interval" else values


def _to_wire(values: Whole, kind: str) -> Whole:
    return (values - FIRST_INTERVAL) * MICROS_PER_INTERVAL if kind == "interval" else values
