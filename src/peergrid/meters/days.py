"""Whole days of many meters, each straight into its sealed row."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.errors import UniqueViolation

from peergrid.database.binary import HEADER, TRAILER, Whole
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_OFFSET
from peergrid.errors import Conflict
from peergrid.meters.batch import Batch, check
from peergrid.meters.overlap import Outcome
from peergrid.meters.roster import Rosters
from peergrid.meters.store import admit, day_of, note_sums, store

INT4 = 23  # PostgreSQL's number of the type
DAY_OF_2000 = 10_957  # since 1970: PostgreSQL counts days from there
ENERGIES = ("import_wh", "export_wh", "generation_wh")
SUMS = (*ENERGIES, "self_consumed_wh")
ARRAY = np.dtype(
    [
        ("width", ">i4"),
        ("head", ">i4", (5,)),  # one dimension, no nulls, of INT4, 48 of them, from 1
        ("each", [("width", ">i4"), ("wh", ">i4")], (INTERVALS_PER_DAY,)),
    ]
)
COLUMNS = {"meter_id": 4, "day": 4, **dict.fromkeys(SUMS, 8), "readings": 2, "worst_quality": 2}
ROW = np.dtype(
    [
        ("columns", ">i2"),
        *(
            part
            for name, width in COLUMNS.items()
            for part in ((f"{name} width", ">i4"), (name, f">i{width}"))
        ),
        *((f"{name[:-3]}s_wh", ARRAY) for name in ENERGIES),
    ]
)
COPY = f"""
copy sealed_day ({", ".join(COLUMNS)}, imports_wh, exports_wh, generations_wh)
from stdin (format binary)"""
# Before the community is locked against settlement: who moves it makes others wait once a day.
NOTE = """
update community set sealed_until = greatest(sealed_until, %(until)s)
where community_id = %(community)s and sealed_until < %(until)s"""
ALONE = "lock table only reading in share mode"  # nobody writes readings of the open shape
IS_OPEN = """
select exists (select from reading where meter_id = any(%(meters)s)
  and interval_start >= day_start(%(first)s) and interval_start < day_start(%(end)s))"""
OPEN_MONTHS = "select open_months(%s)"
type Energy = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Days:
    """Local days of meters, each (n_days,), counted since 1970; energies (n_days, 48) [Wh].

    All measured, in their first revision.
    """

    meter_id: Whole
    day: Whole
    import_wh: Energy
    export_wh: Energy
    generation_wh: Energy

    def __len__(self) -> int:
        return len(self.day)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last interval."""
        first, end = int(self.day.min()), int(self.day.max()) + 1
        before_utc = LOCAL_OFFSET // INTERVAL
        return first * INTERVALS_PER_DAY - before_utc, end * INTERVALS_PER_DAY - before_utc - 1

    def readings(self) -> Batch:
        """Each half hour as a reading of its own; row i of them is of day i // 48."""
        first = self.day * INTERVALS_PER_DAY - LOCAL_OFFSET // INTERVAL
        number = (first[:, None] + np.arange(INTERVALS_PER_DAY)).ravel()
        nothing = np.zeros(len(number), np.int64)
        meter_id = np.repeat(self.meter_id, INTERVALS_PER_DAY)
        import_wh, export_wh, generation_wh = (
            getattr(self, name).astype(np.int64).ravel() for name in ENERGIES
        )
        return Batch(meter_id, number, import_wh, export_wh, generation_wh, nothing, nothing)


def pack(days: Days) -> bytes:
    """Sealed days as binary COPY takes them, header and trailer included."""
    rows: NDArray[Any] = np.zeros(len(days), ROW)
    rows["columns"] = len(COLUMNS) + len(ENERGIES)
    for name, width in COLUMNS.items():
        rows[f"{name} width"] = width
    rows["meter_id"], rows["day"] = days.meter_id, days.day - DAY_OF_2000
    rows["readings"] = INTERVALS_PER_DAY
    self_consumed_wh = np.maximum(days.generation_wh - days.export_wh, 0)
    rows["self_consumed_wh"] = self_consumed_wh.sum(axis=1, dtype=np.int64)
    for name in ENERGIES:
        values: Energy = getattr(days, name)
        rows[name] = values.sum(axis=1, dtype=np.int64)
        array = rows[f"{name[:-3]}s_wh"]
        array["width"] = ARRAY.itemsize - 4
        array["head"] = (1, 0, INT4, INTERVALS_PER_DAY, 1)
        array["each"]["width"] = 4
        array["each"]["wh"] = values
    return HEADER + rows.tobytes() + TRAILER


def store_days(
    connection: Connection, community_id: int, rosters: Rosters, days: Days, before: int | None
) -> Outcome:
    """Store whole days: as sealed ones if nothing of them is known, else reading by reading.

    Raises Invalid and Conflict as ``check`` and ``store`` do; a row is then a half hour.
    """
    asked = {"community": community_id, "until": day_of(int(days.day.max()) + 1)}
    connection.execute(NOTE, asked)
    admitted = admit(connection, community_id)
    roster = rosters.of(connection, community_id, admitted.meters_changed)
    batch = days.readings()
    check(batch, roster, before)
    try:
        with connection.transaction():
            _copy(connection, days)
    except (UniqueViolation, Conflict):  # the savepoint's end lets others write readings again
        return store(connection, admitted, roster, batch)
    note_sums(connection, admitted, batch.rows(np.argsort(batch.number, kind="stable")))
    return Outcome(len(batch), 0, 0)


def _copy(connection: Connection, days: Days) -> None:
    """Raises Conflict if a reading of these days is there, UniqueViolation if a sealed one is."""
    connection.execute(ALONE)
    asked = {
        "meters": np.unique(days.meter_id).tolist(),
        "first": day_of(int(days.day.min())),
        "end": day_of(int(days.day.max()) + 1),
    }
    row = connection.execute(IS_OPEN, asked).fetchone()
    if row is None or row[0]:
        raise Conflict("Some of it is there already.")
    dates = [day_of(day) for day in np.unique(days.day).tolist()]
    connection.execute(OPEN_MONTHS, (dates,))
    with connection.cursor().copy(COPY.encode()) as copy:
        copy.write(pack(days))
