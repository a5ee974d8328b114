"""What the meters of a community counted, as arrays: a row an interval, a column a meter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_OFFSET, Interval, Reading
from peergrid.market.sharing import turns_of
from peergrid.money import Whole

type Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Metered:
    """Readings of some intervals and meters, all energies [Wh].

    ``numbers`` (n_intervals,) are the intervals' own, rising; ``meter_ids`` (n_meters,) rise too,
    so that nothing rests on the order in which readings came. ``import_wh`` and ``export_wh``
    are (n_intervals, n_meters) int64, 0 where a meter has no reading; ``is_there``, of the same
    shape, says where it has one (True: everywhere).
    """

    numbers: Whole
    meter_ids: Whole
    import_wh: Whole
    export_wh: Whole
    is_there: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shape = (len(self.numbers), len(self.meter_ids))
        if not self.import_wh.shape == self.export_wh.shape == self.is_there.shape == shape:
            raise ValueError(f"import, export and presence must be of shape {shape}")

    @cached_property
    def turns(self) -> Whole:
        """Whose turn it is in each interval (n_intervals,)."""
        return turns_of(self.numbers)

    @cached_property
    def local_halves(self) -> Whole:
        """The half hour of the local day, 0 to 47, of each interval (n_intervals,)."""
        return (self.numbers + LOCAL_OFFSET // INTERVAL) % INTERVALS_PER_DAY

    @cached_property
    def local_days(self) -> Days:
        """The calendar day in Zimbabwe of each interval (n_intervals,)."""
        local = self.numbers + LOCAL_OFFSET // INTERVAL
        return (local // INTERVALS_PER_DAY).astype("datetime64[D]")

    def rows(self, first: int, end: int) -> "Metered":
        """Some of the intervals, by their places."""
        return self.at(slice(first, end))

    def at(self, places: Whole | slice) -> "Metered":
        """The same by their rising places."""
        return Metered(
            self.numbers[places],
            self.meter_ids,
            self.import_wh[places],
            self.export_wh[places],
            self.is_there[places],
        )

    def interval(self, row: int) -> Interval:
        """The interval of a row."""
        seconds = int(self.numbers[row]) * int(INTERVAL.total_seconds())
        return Interval(datetime.fromtimestamp(seconds, UTC))


def metered(numbers: Sequence[int], readings: Iterable[Reading]) -> Metered:
    """The readings of some intervals as arrays; where a meter has none, nothing was counted.

    Raises ValueError for a reading of another interval and for two of one meter and interval.
    """
    row_of = {number: row for row, number in enumerate(numbers)}
    readings = list(readings)
    meter_ids = sorted({reading.meter_id for reading in readings})
    column_of = {meter_id: column for column, meter_id in enumerate(meter_ids)}
    counted = np.zeros((2, len(row_of), len(meter_ids)), np.int64)
    is_there = np.zeros(counted.shape[1:], np.bool_)
    for reading in readings:
        start = reading.interval.start
        row, column = row_of.get(reading.interval.number), column_of[reading.meter_id]
        if row is None:
            raise ValueError(f"meter {reading.meter_id}: its reading of {start} is of another time")
        if is_there[row, column]:
            raise ValueError(f"meter {reading.meter_id} has two readings for {start}")
        counted[:, row, column] = reading.import_wh, reading.export_wh
        is_there[row, column] = True
    return Metered(
        np.array(numbers, np.int64), np.array(meter_ids, np.int64), counted[0], counted[1], is_there
    )
