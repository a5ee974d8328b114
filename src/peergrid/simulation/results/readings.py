"""Every reading of a run, one file a local day, written as the run goes."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, MAX_WH, day_start
from peergrid.simulation.results.schema import field, metadata_of
from peergrid.simulation.scenario import Scenario

QUANTITIES = ("import_wh", "export_wh", "generation_wh")
COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")


def column_named(quantity: str, of_day: int) -> str:
    """The column of half hour ``of_day`` (0 to 47, from local midnight).

    >>> column_named("import_wh", 3)
    'import_03_wh'
    """
    return f"{quantity.removesuffix('_wh')}_{of_day:02d}_wh"


class ReadingsWriter:
    """Writes days of readings into ``directory``, which it makes.

    A file 2026-09-01.arrow (Arrow IPC, zstd) holds a row a household, in the order of
    households.parquet, and a column a half hour for each of import, export and generation [Wh].
    ``most_wh`` is the most that any meter counts in a half hour: up to 32,767 Wh a column is
    int16, half the size of int32. A column a half hour packs best of the layouts tried
    (1.26 B a reading).
    """

    def __init__(self, directory: Path, scenario: Scenario, most_wh: int = MAX_WH) -> None:
        directory.mkdir()
        self._directory = directory
        self._metadata = metadata_of(scenario)
        self._most_wh = most_wh
        self._kind = np.dtype(np.int16 if most_wh <= np.iinfo(np.int16).max else np.int32)

    def write_day(
        self,
        day: date,
        import_wh: NDArray[np.integer],
        export_wh: NDArray[np.integer],
        generation_wh: NDArray[np.integer],
    ) -> None:
        """Write a local day's readings, each array (48, n).

        Raises ValueError for another shape, or for a reading below 0 or above ``most_wh``.
        """
        arrays, fields = [], []
        for quantity, of_homes in zip(
            QUANTITIES, (import_wh, export_wh, generation_wh), strict=True
        ):
            self._check(quantity, of_homes)
            for of_day, column in enumerate(of_homes.astype(self._kind, order="C")):
                begins = (day_start(day) + of_day * INTERVAL).isoformat()
                name = column_named(quantity, of_day)
                arrays.append(pa.array(column))
                fields.append(field(name, arrays[-1].type, interval_start=begins))
        schema = pa.schema(fields, metadata=self._metadata | {"day": day.isoformat()})
        batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
        path = self._directory / f"{day.isoformat()}.arrow"
        with (
            pa.OSFile(str(path), "wb") as file,
            pa.ipc.new_file(file, schema, options=COMPRESSED) as writer,
        ):
            writer.write_batch(batch)

    def forget_from(self, day: date) -> None:
        """Delete what was written of ``day`` and later: a run that was stopped does not count it.

        It may even be half a file, if the run was stopped while it was written.
        """
        for path in self._directory.glob("*.arrow"):
            if path.stem >= day.isoformat():
                path.unlink()

    def _check(self, quantity: str, of_homes: NDArray[np.integer]) -> None:
        if of_homes.ndim != 2 or len(of_homes) != INTERVALS_PER_DAY:  # noqa: PLR2004 - half hours by homes
            raise ValueError(f"{quantity} has the shape {of_homes.shape}: it must be (48, homes)")
        if of_homes.size and not 0 <= of_homes.min() <= of_homes.max() <= self._most_wh:
            raise ValueError(f"{quantity} must lie between 0 and {self._most_wh} Wh")
