"""Readings as the market wants them: a row an interval, a column a connection."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.database.pool import Connection
from peergrid.energy import Quality
from peergrid.market.metered import Metered
from peergrid.meters.readings import Meters, Owners, Readings, readings_as_arrays
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
    return counted_of(readings_as_arrays(connection, community_id, first, end), meters, first, end)


def counted_of(found: Readings, meters: Meters, first: int, end: int) -> Counted:
    """The same from the readings themselves."""
    in_force = (meters.active_from < end) & (meters.active_until > first)
    connections = np.sort(meters.connection_id[in_force])
    columns = connections[np.diff(connections, prepend=-1) > 0]  # np.unique takes seconds
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
    spans = (meters.connection_id, meters.active_from, meters.active_until)
    return np.where(of.is_there, 0, _spread(of, *spans, meters.meter_id))


def owners_of(metered: Metered, owners: Owners) -> Whole:
    """The member whose each connection is (n_intervals, n_connections); 0: nobody's."""
    spans = (owners.connection_id, owners.from_interval, owners.until_interval)
    return _spread(metered, *spans, owners.member_id)


def _spread(
    metered: Metered, connection_id: Whole, begins: Whole, ends: Whole, value: Whole
) -> Whole:
    """Each ``value`` where it holds (n_intervals, n_connections), all (n_spans,); 0: none does."""
    first, end = int(metered.numbers[0]), int(metered.numbers[-1]) + 1
    spread = np.zeros(metered.is_there.shape, np.int64)
    holds = (begins < end) & (ends > first) & np.isin(connection_id, metered.meter_ids)
    columns = np.searchsorted(metered.meter_ids, connection_id)
    all_along = holds & (begins <= first) & (ends >= end)
    spread[:, columns[all_along]] = value[all_along]
    for place in np.flatnonzero(holds & ~all_along):
        rows = slice(max(begins[place] - first, 0), ends[place] - first)
        spread[rows, columns[place]] = value[place]
    return spread
