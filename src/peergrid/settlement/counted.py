"""Readings as the market wants them: a row an interval, a column a connection."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.database.pool import Connection
from peergrid.energy import Quality
from peergrid.market.metered import Metered
from peergrid.meters.readings import Meters, readings_as_arrays
from peergrid.money import Whole


@dataclass(frozen=True, eq=False)
class Counted:
    """What ``metered`` rests on, each (n_intervals, n_connections).

    ``meter_ids`` says which meter of a connection counted: 0 for none. The columns of
    ``metered`` are connections, each by the id of its first meter, so that a new meter goes on
    where the one before it ended.
    """

    metered: Metered
    meter_ids: Whole
    is_estimated: NDArray[np.bool_]


def counted_between(
    connection: Connection, community_id: int, meters: Meters, first: int, end: int
) -> Counted:
    """What a community's connections counted in the intervals ``[first, end)``."""
    found = readings_as_arrays(connection, community_id, first, end)
    in_force = (meters.active_from < end) & (meters.active_until > first)
    columns = np.unique(meters.connection_id[in_force])
    shape = (end - first, len(columns))
    at = (found.interval_start - first, np.searchsorted(columns, found.connection_id))
    import_wh, export_wh, meter_ids = (np.zeros(shape, np.int64) for _ in range(3))
    import_wh[at], export_wh[at], meter_ids[at] = found.import_wh, found.export_wh, found.meter_id
    is_estimated = np.zeros(shape, np.bool_)
    is_estimated[at] = found.quality == Quality.ESTIMATED
    numbers = np.arange(first, end)
    counted = Metered(numbers, columns, import_wh, export_wh, meter_ids > 0)
    return Counted(counted, meter_ids, is_estimated)


def silent_among(counted: Counted, meters: Meters) -> Whole:
    """The meter that should have counted but did not (n_intervals, n_connections); 0: none."""
    of = counted.metered
    first, end = int(of.numbers[0]), int(of.numbers[-1]) + 1
    due = np.zeros(of.is_there.shape, np.int64)
    columns = np.searchsorted(of.meter_ids, meters.connection_id)
    all_along = (meters.active_from <= first) & (meters.active_until >= end)
    due[:, columns[all_along]] = meters.meter_id[all_along]
    partly = ~all_along & (meters.active_from < end) & (meters.active_until > first)
    for place in np.flatnonzero(partly):
        rows = slice(max(meters.active_from[place] - first, 0), meters.active_until[place] - first)
        due[rows, columns[place]] = meters.meter_id[place]
    return np.where(of.is_there, 0, due)
