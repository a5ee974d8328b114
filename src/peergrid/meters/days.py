"""Whole days of many meters, each straight into its sealed row."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.errors import UniqueViolation

from peergrid.database.binary import HEADER, TRAILER, Whole
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_OFFSET, MAX_WH, Quality
from peergrid.errors import Conflict
from peergrid.meters.batch import FIRST_NUMBER, LAST_NUMBER, Batch
from peergrid.meters.roster import Roster
from peergrid.meters.store import Admitted, Sums, day_of, note_sums

INT4 = 23  # PostgreSQL's number of the type
BEFORE_UTC = LOCAL_OFFSET // INTERVAL  # intervals by which a local day begins earlier
DAY_OF_2000 = 10_957  # since 1970: PostgreSQL counts days from there
ENERGIES = ("import_wh", "export_wh", "generation_wh")
SUMS = (*ENERGIES, "self_consumed_wh")
INT4_BYTES = 4
PAIR = 2 * INT4_BYTES  # the width of a number, and the number
ARRAY = np.dtype(
    [
        ("width", ">i4"),
        ("head", ">i4", (5,)),  # one dimension, no nulls, of INT4, 48 of them, from 1
        ("each", f"V{PAIR * INTERVALS_PER_DAY}"),
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
    def readings(self) -> int:
        """How many half hours they are."""
        return len(self) * INTERVALS_PER_DAY

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last interval."""
        first = self.first
        return int(first.min()), int(first.max()) + INTERVALS_PER_DAY - 1

    @property
    def first(self) -> Whole:
        """The first interval of each (n_days,)."""
        return self.day * INTERVALS_PER_DAY - BEFORE_UTC

    def are_over(self, before: int | None) -> bool:
        """Whether they end by the interval ``before`` (None: the last there is); none is absurd."""
        first, last = self.span
        return first >= FIRST_NUMBER and last < (LAST_NUMBER if before is None else before)

    def batch_of(self, _: Roster) -> Batch:
        """Each half hour as a reading of its own; row i of them is of day i // 48."""
        number = (self.first[:, None] + np.arange(INTERVALS_PER_DAY)).ravel()
        nothing = np.zeros(len(number), np.int64)
        meter_id = np.repeat(self.meter_id, INTERVALS_PER_DAY)
        import_wh, export_wh, generation_wh = (
            getattr(self, name).astype(np.int64).ravel() for name in ENERGIES
        )
        return Batch(meter_id, number, import_wh, export_wh, generation_wh, nothing, nothing)


def pack(days: Days) -> memoryview:
    """Sealed days as binary COPY takes them, between its header and trailer."""
    rows: NDArray[Any] = np.empty(len(days), ROW)
    rows["columns"] = len(COLUMNS) + len(ENERGIES)
    for name, width in COLUMNS.items():
        rows[f"{name} width"] = width
    rows["meter_id"], rows["day"] = days.meter_id, days.day - DAY_OF_2000
    rows["readings"], rows["worst_quality"] = INTERVALS_PER_DAY, Quality.MEASURED
    self_consumed_wh = np.maximum(days.generation_wh - days.export_wh, 0)
    rows["self_consumed_wh"] = self_consumed_wh.sum(axis=1, dtype=np.int64)
    for name in ENERGIES:
        values: Energy = getattr(days, name)
        rows[name] = values.sum(axis=1, dtype=np.int64)
        array = rows[f"{name[:-3]}s_wh"]
        array["width"] = ARRAY.itemsize - 4
        array["head"] = (1, 0, INT4, INTERVALS_PER_DAY, 1)
        array["each"] = _pairs(values)
    return rows.view(np.uint8).data


def _pairs(values: Energy) -> NDArray[np.void]:
    """Each day's numbers, every one with its width before it, as bytes (n_days,).

    Written into an array of their own, since fields at odd places of a row take three times as
    long.
    """
    pairs = np.empty((*values.shape, 2), ">i4")
    pairs[..., 0] = INT4_BYTES
    pairs[..., 1] = values
    return pairs.reshape(len(values), -1).view(f"V{PAIR * INTERVALS_PER_DAY}")[:, 0]


def announce(connection: Connection, community_id: int, days: Days) -> None:
    """Some days so far may be sealed: before ``admit``, lest two who store days wait for both."""
    asked = {"community": community_id, "until": day_of(int(days.day.max()) + 1)}
    connection.execute(NOTE, asked)


def store_days(connection: Connection, admitted: Admitted, roster: Roster, days: Days) -> bool:
    """Store days that are over as sealed ones, and say whether that was done: all, or none.

    None, if something is wrong with one of them or a reading of them is known: then they are to
    be taken reading by reading.
    """
    is_kept = day_of(int(days.day.min())) >= admitted.kept_from
    if not is_kept or not _are_sound(days, roster):
        return False
    try:
        with connection.transaction():
            _copy(connection, days)
    except (UniqueViolation, Conflict):  # the savepoint's end lets others write readings again
        return False
    note_sums(connection, admitted, _sums(days))
    return True


def _are_sound(days: Days, roster: Roster) -> bool:
    """Whether ``faults`` would find nothing: here a day is one row, which costs a tenth."""
    is_known, place = roster.places(days.meter_id)
    if not is_known.all():
        return False
    starts = days.first
    in_force = (starts >= roster.active_from[place]) & (
        starts + INTERVALS_PER_DAY <= roster.active_until[place]
    )
    limit_wh = np.minimum(roster.limit_wh[place], MAX_WH)[:, None]
    return bool(
        in_force.all()
        and len(np.unique(days.day << 32 | days.meter_id)) == len(days)
        and all(getattr(days, name).min() >= 0 for name in ENERGIES)
        and (days.import_wh <= limit_wh).all()
        and (days.export_wh <= limit_wh).all()
    )


def _sums(days: Days) -> Sums:
    """By half hour, of all meters of each day together."""
    order = np.argsort(days.day, kind="stable")
    found, first = np.unique(days.day[order], return_index=True)
    starts = found * INTERVALS_PER_DAY - BEFORE_UTC
    count = np.diff(first, append=len(order))
    self_consumed_wh = np.maximum(days.generation_wh - days.export_wh, 0)
    energies = (days.import_wh, days.export_wh, days.generation_wh, self_consumed_wh)
    return Sums(
        (starts[:, None] + np.arange(INTERVALS_PER_DAY)).ravel(),
        np.repeat(count, INTERVALS_PER_DAY),
        *(np.add.reduceat(wh[order], first, dtype=np.int64).ravel() for wh in energies),
    )


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
        for part in (HEADER, pack(days), TRAILER):
            copy.write(part)
