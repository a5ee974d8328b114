"""Readings as lines of text, CSV or NDJSON: the same columns as an Arrow stream has."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
from pyarrow import compute, csv

from peergrid.errors import Invalid
from peergrid.meters.arrow import ARROW_STREAM, OPTIONAL, REQUIRED, Sent, read_arrow, sent_of
from peergrid.meters.days import Days

CSV, NDJSON = "text/csv", "application/x-ndjson"
COLUMNS = ("meter_id", "serial", *REQUIRED, *OPTIONAL)
TEXT = pa.string()
WHOLE = r"^-?[0-9]{1,18}$"  # what int64 can hold
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST = 10**18


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One reading; what a value must be, the batch is asked when all of it is there."""

    serial: Any = msgspec.UNSET
    meter_id: Any = msgspec.UNSET
    interval_start: Any = msgspec.UNSET
    import_wh: Any = msgspec.UNSET
    export_wh: Any = msgspec.UNSET
    generation_wh: Any = msgspec.UNSET
    quality: Any = msgspec.UNSET
    revision: Any = msgspec.UNSET


LINES = msgspec.json.Decoder(Line)


def read_csv(body: bytes) -> Sent:
    """The readings of a CSV file with a header of column names.

    Raises Invalid for what is none, and as ``sent_of`` does; a value that is none is left to
    ``check``.
    """
    options = csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, TEXT))
    try:
        table = csv.read_csv(pa.py_buffer(body), convert_options=options)
    except pa.ArrowInvalid as error:
        raise Invalid(f"This is no CSV file: {_short(error)}.") from error
    columns = {name: table.column(place) for place, name in enumerate(table.column_names)}
    if len(columns) < len(table.column_names):
        raise Invalid("A column is there twice: send each once.")
    for name in set(columns) & {"meter_id", *REQUIRED[1:], *OPTIONAL}:
        is_whole = compute.match_substring_regex(columns[name], WHOLE)
        kept = compute.if_else(is_whole, columns[name], pa.scalar(None, TEXT))
        columns[name] = kept.cast(pa.int64())
    return sent_of(pa.table(_with_instants(columns)))


def read_ndjson(body: bytes) -> Sent:
    """The readings of lines that are a JSON object each.

    Raises Invalid, naming the line, for one that is none, and as ``sent_of`` does; a value that
    is none is left to ``check``.
    """
    try:
        lines = LINES.decode_lines(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(_first_bad(body)) from None
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        values = [getattr(line, name) for line in lines]
        if all(value is msgspec.UNSET for value in values):
            continue
        if name in OPTIONAL:
            values = [OPTIONAL[name] if value is msgspec.UNSET else value for value in values]
        if name in {"serial", "interval_start"}:
            columns[name] = pa.array([v if isinstance(v, str) else None for v in values], TEXT)
        else:
            columns[name] = pa.array([_whole(value) for value in values], pa.int64())
    return sent_of(pa.table(_with_instants(columns)))


READ: Mapping[str, Callable[[bytes], Sent | Days]] = {
    ARROW_STREAM: read_arrow,
    NDJSON: read_ndjson,
    CSV: read_csv,
}


def _with_instants(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The column of texts such as 2026-09-01T10:30:00Z as instants; null for other texts."""
    given = dict(columns)
    if "interval_start" in given:
        coded = pa.chunked_array(given["interval_start"]).combine_chunks().dictionary_encode()
        instants = pa.array(_micros(coded.dictionary.to_pylist()), pa.timestamp("us", "UTC"))
        given["interval_start"] = instants.take(coded.indices)
    return given


def _micros(texts: Sequence[str]) -> list[int | None]:
    """Microseconds since 1970; a local time says nothing, and is None."""
    found: list[int | None] = []
    for text in texts:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            found.append(None)
            continue
        is_utc = instant.utcoffset() == timedelta(0)
        found.append((instant - EPOCH) // MICROSECOND if is_utc else None)
    return found


def _whole(value: object) -> int | None:
    return value if type(value) is int and abs(value) < LARGEST else None


def _first_bad(body: bytes) -> str:
    for number, line in enumerate(body.split(b"\n"), start=1):
        try:
            if line.strip():
                LINES.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return f"Line {number} is no reading: {_short(error)}."
    return "This is no NDJSON: write one JSON object a line."


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
