"""Readings as an Arrow IPC stream: the columns, and what stands in them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import compute, ipc

from peergrid.database.binary import MICROS_PER_INTERVAL, Whole
from peergrid.energy import INTERVALS_PER_DAY, Quality
from peergrid.errors import Invalid
from peergrid.meters.batch import (
    ENERGIES,
    NO_INTERVAL,
    NO_METER,
    NOTHING,
    Batch,
)
from peergrid.meters.days import Days
from peergrid.meters.roster import Roster

ARROW_STREAM = "application/vnd.apache.arrow.stream"
REQUIRED = ("interval_start", "import_wh", "export_wh", "generation_wh")
OPTIONAL = {"quality": int(Quality.MEASURED), "revision": 0}
METER = ("meter_id", "serial")


@dataclass(frozen=True, eq=False)
class Sent:
    """Readings as they were sent: with meter ids, or with places in ``serials``."""

    batch: Batch
    serials: tuple[str | None, ...] | None

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last interval."""
        return int(self.batch.number.min()), int(self.batch.number.max())

    def batch_of(self, roster: Roster) -> Batch:
        """The readings with their meters' ids; NO_METER for a serial that is not known."""
        if self.serials is None:
            return self.batch
        known = roster.id_of
        ids = [known.get(serial, NO_METER) if serial else NO_METER for serial in self.serials]
        meter_id = np.array([*ids, NO_METER])[self.batch.meter_id]
        return self.batch.of_meters(meter_id)


def read_arrow(body: bytes) -> Sent | Days:
    """The readings of a stream. Raises Invalid for what is none, and as ``sent_of`` does."""
    try:
        with ipc.open_stream(pa.py_buffer(body)) as stream:
            table = stream.read_all()
        table.validate()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise Invalid(f"This is no whole Arrow IPC stream: {_short(error)}.") from error
    return _days_of(table) if "day" in table.column_names else sent_of(table)


def sent_of(table: pa.Table) -> Sent:
    """The readings of a table, whatever it was read from.

    Its columns are meter_id (whole numbers) or serial (text), interval_start (timestamps in
    UTC), import_wh, export_wh, generation_wh, and if need be quality and revision. Raises
    Invalid for other columns; a row that says nothing sensible is left to ``check``.
    """
    _check_columns(table)
    meter_id, serials = _meters(table)
    columns = {name: _whole(table, name, NOTHING) for name in ENERGIES}
    columns |= {
        name: _whole(table, name, NOTHING)
        if name in table.column_names
        else np.full(table.num_rows, default)
        for name, default in OPTIONAL.items()
    }
    return Sent(Batch(meter_id=meter_id, number=_numbers(table), **columns), serials)


def _days_of(table: pa.Table) -> Days:
    """Whole days: meter_id, day (date32), and energies as lists of 48 (int32)."""
    kinds = {"meter_id": pa.int32(), "day": pa.date32()}
    kinds |= dict.fromkeys(ENERGIES, pa.list_(pa.int32(), INTERVALS_PER_DAY))
    if set(table.column_names) != set(kinds) or not table.num_rows:
        raise Invalid(f"A stream of days has rows, and the columns {', '.join(kinds)}.")
    columns = {}
    for name, kind in kinds.items():
        column = table.column(name).combine_chunks()
        if column.type != kind or column.null_count:
            raise Invalid(f"{name} must be {kind} without nulls.")
        columns[name] = column
    energies = {name: columns[name].flatten() for name in ENERGIES}
    for name, values in energies.items():
        if values.null_count or len(values) != table.num_rows * INTERVALS_PER_DAY:
            raise Invalid(f"{name} must have 48 numbers a day.")
    return Days(
        columns["meter_id"].to_numpy().astype(np.int64),
        columns["day"].view(pa.int32()).to_numpy().astype(np.int64),
        *(values.to_numpy().reshape(-1, INTERVALS_PER_DAY) for values in energies.values()),
    )


def _check_columns(table: pa.Table) -> None:
    names = table.column_names
    missing = [name for name in REQUIRED if name not in names]
    strange = [name for name in names if name not in {*REQUIRED, *OPTIONAL, *METER}]
    if len(set(names)) < len(names):
        raise Invalid("A column is there twice: send each once.")
    if missing:
        raise Invalid(f"The column {missing[0]} is missing.")
    if sum(name in names for name in METER) != 1:
        raise Invalid("Send either a column meter_id or a column serial.")
    if strange:
        raise Invalid(f"No column is called {strange[0]}: leave it out.")
    if not table.num_rows:
        raise Invalid("There is no reading in it.")


def _meters(table: pa.Table) -> tuple[Whole, tuple[str | None, ...] | None]:
    if "meter_id" in table.column_names:
        return _whole(table, "meter_id", NO_METER), None
    column = table.column("serial")
    if not (pa.types.is_dictionary(column.type) or _is_text(column.type)):
        raise Invalid("serial must be text, or a dictionary of text.")
    if pa.types.is_dictionary(column.type) and not _is_text(column.type.value_type):
        raise Invalid("serial must be text, or a dictionary of text.")
    coded = compute.dictionary_encode(column).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    serials = tuple(coded.dictionary.to_pylist())
    return compute.fill_null(coded.indices, len(serials)).to_numpy().astype(np.int64), serials


def _whole(table: pa.Table, name: str, nothing: int) -> Whole:
    column = table.column(name)
    if not pa.types.is_integer(column.type):
        raise Invalid(f"{name} must be whole numbers (int32), not {column.type}.")
    if column.null_count:
        column = compute.fill_null(column, pa.scalar(nothing, pa.int64()))
    values: Whole = column.to_numpy().astype(np.int64)
    return values


def _numbers(table: pa.Table) -> Whole:
    """The number of each interval; NO_INTERVAL for a time that begins none."""
    column = table.column("interval_start")
    if not pa.types.is_timestamp(column.type) or column.type.tz != "UTC":
        raise Invalid("interval_start must be timestamps with the time zone UTC.")
    try:
        micros = column.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid as error:
        raise Invalid(f"interval_start cannot be read: {_short(error)}.") from error
    is_there = compute.is_valid(micros).to_numpy()
    values = compute.fill_null(micros.cast(pa.int64()), NOTHING).to_numpy()
    is_whole = is_there & (values % MICROS_PER_INTERVAL == 0)
    return np.where(is_whole, values // MICROS_PER_INTERVAL, NO_INTERVAL)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
