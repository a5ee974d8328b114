"""Whole days of many meters as a collector sends them, and as binary COPY takes them."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from peergrid.database.binary import HEADER, TRAILER
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.meters.days import Days, pack

SEED = 2026


def days_of(meters: Sequence[int], first: int, count: int) -> Iterator[tuple[bytes, bytes]]:
    """``count`` batches, each one day of all ``meters``: as Arrow, and as COPY takes it.

    ``first`` is a local day, counted since 1970. What homes draw and send out is drawn evenly:
    an assumption that stands for no place.
    """
    dice = np.random.default_rng([SEED, first, len(meters)])
    shape = len(meters), INTERVALS_PER_DAY
    for day in range(first, first + count):
        import_wh = dice.integers(50, 1_500, shape, np.int32)
        generation_wh = dice.integers(0, 2_500, shape, np.int32)
        export_wh = np.maximum(generation_wh - import_wh, 0)
        meter_id, of = np.array(meters, np.int64), np.full(len(meters), day)
        days = Days(meter_id, of, import_wh, export_wh, generation_wh)
        yield _as_arrow(days), b"".join((HEADER, pack(days), TRAILER))


def _as_arrow(days: Days) -> bytes:
    columns = {
        "meter_id": pa.array(days.meter_id, pa.int32()),
        "day": pa.array(days.day.astype(np.int32)).cast(pa.date32()),
    }
    for name in ("import_wh", "export_wh", "generation_wh"):
        flat = pa.array(getattr(days, name).ravel())
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, INTERVALS_PER_DAY)
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
