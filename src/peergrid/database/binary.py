"""Many rows at once: whole columns to and from arrays, in PostgreSQL's binary form.

Nothing is ever null. A column is of whole numbers, of instants, each travelling as the number of
its interval, or of words, each travelling as its place in ``Words``. Rows leave by COPY and come
as an array a column, since a million rows one by one took the client seconds.
Source: PostgreSQL 18, COPY, "Binary Format"; src/backend/utils/adt/arrayfuncs.c, array_send.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.copy import QueuedLibpqWriter

from peergrid.database.pool import Connection

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
AT_ONCE = 2**15  # rows
ARRAY_HEADER = 20  # bytes: dimensions, flags, type, count and first index
MICROS_PER_INTERVAL = 1_800_000_000
FIRST_INTERVAL = 525_936  # of the year 2000, from which PostgreSQL counts, since 1970
WIDTHS = {"bool": 1, "int2": 2, "int4": 4, "int8": 8, "interval": 8}


@dataclass(frozen=True)
class Words:
    """The values of an enum; plain ASCII."""

    values: tuple[str, ...]

    @cached_property
    def widths(self) -> "Whole":
        """How many bytes each takes (n_values,)."""
        return np.array([len(value) for value in self.values], np.int64)

    @cached_property
    def padded(self) -> NDArray[np.bytes_]:
        """Each, filled up with zero bytes to the longest (n_values,)."""
        return np.array([value.encode() for value in self.values])


type Columns = Mapping[str, str | Words]
"""Names of columns, and of what type each is: one of WIDTHS, or words."""
type Rows = NDArray[Any]
type Whole = NDArray[np.int64]


def fetch(
    connection: Connection, query: str, parameters: Mapping[str, Any], columns: Mapping[str, str]
) -> dict[str, Whole]:
    """What ``query`` answers, a column an array (n_rows,)."""
    lists = ", ".join(f"array_agg({name})" for name in columns)
    statement = f"select {lists} from ({query}) found"  # noqa: S608 - of constants
    with connection.cursor(binary=True) as cursor:
        cursor.execute(statement.encode(), parameters, prepare=False)
        answer = cursor.pgresult
        assert answer is not None, "a query always has an answer"  # noqa: S101
        packed = [answer.get_value(0, place) or b"" for place in range(len(columns))]
    return {
        name: _unpacked(array, kind)
        for array, (name, kind) in zip(packed, columns.items(), strict=True)
    }


def store(
    connection: Connection, table: str, columns: Columns, blocks: Iterable[Mapping[str, Whole]]
) -> None:
    """Write rows into ``table``, each block's columns (n_rows,); one statement for all."""
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    cursor = connection.cursor()
    with cursor.copy(statement.encode(), writer=QueuedLibpqWriter(cursor)) as copy:
        copy.write(HEADER)
        for block in blocks:
            for part in _in_parts(block):
                copy.write(encode(part, columns))
        copy.write(TRAILER)


def _in_parts(block: Mapping[str, Whole]) -> Iterator[Mapping[str, Whole]]:
    """Some rows at a time: while the server takes one part, the next is being encoded."""
    for first in range(0, len(next(iter(block.values()))), AT_ONCE):
        yield {name: values[first : first + AT_ONCE] for name, values in block.items()}


def _unpacked(array: bytes, kind: str) -> Whole:
    element = np.dtype([("width", ">i4"), ("value", f">i{WIDTHS[kind]}")])
    values = np.frombuffer(array[ARRAY_HEADER:], element)["value"].astype(np.int64)
    return values // MICROS_PER_INTERVAL + FIRST_INTERVAL if kind == "interval" else values


def _row(columns: Columns) -> np.dtype[Any]:
    """A count of columns, then each with its width before it; words are as wide as the longest."""
    fields = [("columns", ">i2")]
    for name, kind in columns.items():
        wide = kind.padded.dtype.str if isinstance(kind, Words) else f">i{WIDTHS[kind]}"
        fields += [(f"{name} width", ">i4"), (name, wide)]
    return np.dtype(fields)


def encode(block: Mapping[str, Whole], columns: Columns) -> bytes:
    """Rows as COPY takes them, between its header and trailer."""
    row = _row(columns)
    rows: Rows = np.empty(len(next(iter(block.values()))), row)
    rows["columns"] = len(columns)
    for name, kind in columns.items():
        values = block[name]
        if isinstance(kind, Words):
            rows[f"{name} width"] = kind.widths[values]
            rows[name] = kind.padded[values]
        else:
            rows[f"{name} width"] = WIDTHS[kind]
            rows[name] = _to_wire(values, kind)
    words = {name: kind for name, kind in columns.items() if isinstance(kind, Words)}
    if not words:
        return rows.tobytes()
    is_sent = np.ones((len(rows), row.itemsize), np.bool_)
    for name, kind in words.items():
        _leave_out_padding(is_sent[:, _place(row, name)], kind.widths[block[name]])
    return rows.tobytes() if is_sent.all() else rows.view(np.uint8)[is_sent.ravel()].tobytes()


def _place(row: np.dtype[Any], name: str) -> slice:
    """Where in the bytes of a row a column stands."""
    assert row.fields is not None, "a row has its columns as fields"  # noqa: S101
    kind, first = row.fields[name][:2]
    return slice(first, first + kind.itemsize)


def _leave_out_padding(is_sent: NDArray[np.bool_], widths: Whole) -> None:
    """Mark the bytes (n_rows, longest) that fill up words of ``widths`` (n_rows,)."""
    is_sent[:] = np.arange(is_sent.shape[1]) < widths[:, None]


def _to_wire(values: Whole, kind: str) -> Whole:
    return (values - FIRST_INTERVAL) * MICROS_PER_INTERVAL if kind == "interval" else values
