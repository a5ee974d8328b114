"""Which intervals can be settled: complete, or past the deadline with stand-ins for the silent."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.database.pool import Connection
from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.members.membership import Community
from peergrid.meters.latest import clock_of
from peergrid.meters.readings import (
    Owners,
    meters_as_arrays,
    outages_between,
    owners_as_arrays,
    stand_in,
)
from peergrid.money import Whole
from peergrid.settlement.counted import Counted, counted_between, silent_among
from peergrid.settlement.period import Period, number_of, period_at
from peergrid.settlement.tariffs import tariffs_of


@dataclass(frozen=True, eq=False)
class Due:
    """Intervals to settle now, from the beginning of their period on."""

    period: Period
    counted: Counted
    owners: Owners


def next_due(connection: Connection, community: Community) -> Due | None:
    """The next intervals that can be settled together; None while the first has to wait.

    A silent meter is waited for until the deadline, then estimated; in an interval that lies
    wholly in a reported outage it counted nothing and is not waited for. Raises Conflict
    without a tariff.
    """
    clock = clock_of(connection, community.community_id)
    if clock is None:
        return None
    reported = number_of(clock) + 1
    first = number_of(community.settled_until)
    if first >= reported:
        return None
    meters = meters_as_arrays(connection, community.community_id)
    owners = owners_as_arrays(connection, community.community_id)
    tariffs = tariffs_of(connection, community.community_id)
    period = period_at(first, tariffs, meters, owners)
    if period.is_whole and period.end > reported:
        return None
    end = min(period.end, reported)
    counted = counted_between(connection, community.community_id, meters, first, end)
    silent = silent_among(counted, meters)
    is_dark = outages_between(connection, community.community_id, first, end)
    is_due = counted.metered.numbers + 1 + _deadline(community) <= reported
    end = first + _ready(silent, is_dark | is_due)
    if end == first or (period.is_whole and end < period.end):
        return None
    silent = silent[: end - first]
    if silent.any():
        rows, columns = np.nonzero(silent)
        stand_in(connection, silent[rows, columns], rows + first, is_dark[rows])
    if silent.any() or end < counted.metered.numbers[-1] + 1:
        counted = counted_between(connection, community.community_id, meters, first, end)
    return Due(period, counted, owners)


def _ready(silent: Whole, is_not_waited_for: NDArray[np.bool_]) -> int:
    """How many intervals, from the first on, wait for nobody."""
    waits = silent.any(axis=1) & ~is_not_waited_for
    return int(np.argmax(waits)) if waits.any() else len(waits)


def _deadline(community: Community) -> int:
    return community.deadline_hours * INTERVALS_PER_HOUR
