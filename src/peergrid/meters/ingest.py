"""Each reading once: stored, corrected by a higher revision, or refused with its row."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Reading
from peergrid.meters.batch import Batch, check
from peergrid.meters.overlap import Outcome
from peergrid.meters.registry import Meter
from peergrid.meters.roster import among
from peergrid.meters.store import admit, store


def ingest(
    connection: Connection, meter: Meter, readings: Sequence[Reading], not_after: datetime | None
) -> Outcome:
    """Store a batch of one meter's readings: all of it, or nothing.

    ``not_after`` is the latest an interval may end (the server's clock); None for simulated
    time. Raises Invalid as ``check`` does and Conflict as ``store`` does.
    """
    batch, roster = batch_of(readings), among([meter])
    check(batch, roster, first_not_over(not_after))
    admitted = admit(connection, meter.community_id)
    return store(connection, admitted, roster, batch)


def batch_of(readings: Sequence[Reading]) -> Batch:
    """Readings as arrays, in their order."""
    return Batch(
        *(
            np.array(values, np.int64)
            for values in (
                [reading.meter_id for reading in readings],
                [reading.interval.number for reading in readings],
                [reading.import_wh for reading in readings],
                [reading.export_wh for reading in readings],
                [reading.generation_wh for reading in readings],
                [int(reading.quality) for reading in readings],
                [reading.revision for reading in readings],
            )
        )
    )


def first_not_over(now: datetime | None) -> int | None:
    """The number of the interval that ``now`` lies in: the first that is not over."""
    return None if now is None else int(now.timestamp() // INTERVAL.total_seconds())
