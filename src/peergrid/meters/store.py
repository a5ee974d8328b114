"""Readings into the table: straight, or with care where some are there already."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

import numpy as np
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from peergrid.database import binary
from peergrid.database.binary import Whole
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_OFFSET
from peergrid.errors import Conflict
from peergrid.meters.batch import Batch, Rows
from peergrid.meters.latest import move_clock
from peergrid.meters.overlap import COLUMNS, Outcome, columns_of, merge
from peergrid.meters.readings import start_of
from peergrid.meters.roster import Roster

EPOCH = date(1970, 1, 1)
FEW = 16  # readings for which a COPY that may fail is more work than the careful way
ADMIT = """
select %(community)s::int as community_id, settled_until, sealed_until, latest,
  meters_changed::text, (select kept_from from retention) as kept_from
from admit_readings(%(community)s, %(days)s)"""
OPEN_DAYS = "select open_days(%s)"
OPEN_AGAIN = "select open_again(%s::int[], %s::date[])"
NOTE_SUMS = """
insert into community_change
select %s, * from unnest(%s::timestamptz[], %s::int[], %s::int8[], %s::int8[], %s::int8[],
  %s::int8[])"""
NOTE_CORRECTIONS = """
insert into correction (community_id, interval_start)
select %(community)s, * from unnest(%(starts)s::timestamptz[]) on conflict do nothing"""


@dataclass(frozen=True)
class Admitted:
    """A community that nobody settles or seals until the transaction ends.

    Intervals before ``settled_until`` are settled, of the days before ``sealed_until`` some are
    sealed, none before ``kept_from`` is kept, ``latest`` is its clock; ``meters_changed`` tells
    ``Rosters`` which of them is good.
    """

    community_id: int
    settled_until: datetime
    sealed_until: date
    latest: datetime | None
    meters_changed: str | None
    kept_from: date


@dataclass(frozen=True, eq=False)
class Sums:
    """What new readings come to by interval, each (n_intervals,): how many, and energies [Wh]."""

    number: Whole
    readings: Whole
    import_wh: Whole
    export_wh: Whole
    generation_wh: Whole
    self_consumed_wh: Whole


def admit(connection: Connection, community_id: int) -> Admitted:
    """What every batch of a community begins with; it waits while that is settled or sealed."""
    with connection.cursor(row_factory=class_row(Admitted)) as cursor:
        found = cursor.execute(ADMIT, {"community": community_id, "days": []}).fetchone()
    assert found is not None, "a function that returns a row"  # noqa: S101
    return found


def store(
    connection: Connection,
    admitted: Admitted,
    roster: Roster,
    batch: Batch,
    good: Rows | None = None,
    *,
    partial: bool = False,
) -> Outcome:
    """Store the ``good`` rows (n_readings,) of a batch, those that ``check`` lets pass.

    All of it or nothing: the same again changes nothing; a higher revision replaces and the old
    one is kept; a measured one replaces an estimate; what is settled already is noted as
    corrected. Raises Conflict if other numbers are known for the same revision; with
    ``partial`` the outcome tells which rows those are, and the others are stored.
    """
    places = np.arange(len(batch)) if good is None else np.flatnonzero(good)
    places = places[np.argsort(batch.key[places], kind="stable")]
    if not len(places):
        return Outcome(0, 0, 0)
    ordered = batch.rows(places)
    refuse_gone(admitted, ordered)
    _open(connection, admitted, ordered)
    outcome = _straight(connection, admitted, ordered) if len(places) > FEW else None
    if outcome is None:
        outcome = merge(connection, admitted.community_id, roster, batch, places)
    if outcome.contradicting and not partial:
        raise Conflict(outcome.contradicting[0].reason)
    _move_clock(connection, admitted, int(ordered.number[-1]))
    return outcome


def days_of(numbers: Whole) -> Whole:
    """The local day of each interval (n,), counted since 1970."""
    return (numbers + LOCAL_OFFSET // INTERVAL) // INTERVALS_PER_DAY


def day_of(days: int) -> date:
    """A local day by its number since 1970."""
    return EPOCH + timedelta(days=days)


def first_of(day: date) -> int:
    """The number of the first interval of a local day."""
    return (day - EPOCH).days * INTERVALS_PER_DAY - LOCAL_OFFSET // INTERVAL


def refuse_gone(admitted: Admitted, batch: Batch) -> None:
    """Raises Conflict for a reading of a day of which only sums are kept."""
    if (batch.number < first_of(admitted.kept_from)).any():
        raise Conflict(
            f"Half hours before {admitted.kept_from} are kept no longer: leave their readings out."
        )


def _open(connection: Connection, admitted: Admitted, batch: Batch) -> None:
    """Make room for the days of a batch; sealed ones of its meters come apart again."""
    days = days_of(batch.number)
    connection.execute(OPEN_DAYS, ([day_of(day) for day in np.unique(days).tolist()],))
    sealed = days < (admitted.sealed_until - EPOCH).days
    if sealed.any():
        pairs = np.unique(np.stack([batch.meter_id[sealed], days[sealed]]), axis=1)
        meters, of = pairs.tolist()
        connection.execute(OPEN_AGAIN, (meters, [day_of(day) for day in of]))


def _straight(connection: Connection, admitted: Admitted, ordered: Batch) -> Outcome | None:
    """All of it in one COPY; None, and nothing done, if one of the readings is there already."""
    try:
        with connection.transaction():
            binary.store(connection, "reading", COLUMNS, [columns_of(ordered)])
    except UniqueViolation:
        return None
    _note_sums(connection, admitted, _sums(ordered))
    return Outcome(len(ordered), 0, 0)


def note_sums(connection: Connection, admitted: Admitted, sums: Sums) -> None:
    """Add new readings to their community's sums, corrections and clock."""
    _note_sums(connection, admitted, sums)
    _move_clock(connection, admitted, int(sums.number.max()))


def _move_clock(connection: Connection, admitted: Admitted, newest: int) -> None:
    latest = start_of(newest)
    if admitted.latest is None or latest > admitted.latest:
        move_clock(connection, admitted.community_id, latest)


def _sums(ordered: Batch) -> Sums:
    number, first = np.unique(ordered.number, return_index=True)
    self_consumed_wh = np.maximum(ordered.generation_wh - ordered.export_wh, 0)
    energies = (ordered.import_wh, ordered.export_wh, ordered.generation_wh, self_consumed_wh)
    return Sums(
        number,
        np.diff(first, append=len(ordered)),
        *(np.add.reduceat(wh, first) for wh in energies),
    )


def _note_sums(connection: Connection, admitted: Admitted, sums: Sums) -> None:
    starts = [start_of(number) for number in sums.number.tolist()]
    columns = (getattr(sums, field.name).tolist() for field in fields(sums)[1:])
    connection.execute(NOTE_SUMS, (admitted.community_id, starts, *columns))
    settled = [start for start in starts if start < admitted.settled_until]
    if settled:
        asked = {"community": admitted.community_id, "starts": settled}
        connection.execute(NOTE_CORRECTIONS, asked)
