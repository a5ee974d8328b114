"""Readings of many meters as arrays, and what may be wrong with a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import Whole
from peergrid.energy import FIRST_YEAR, LAST_YEAR, MAX_WH, Interval, Quality
from peergrid.errors import Invalid
from peergrid.meters.readings import start_of
from peergrid.meters.roster import Roster

NO_METER = 0  # the id of none
NO_INTERVAL = -1  # a time that is not on a half hour
NOTHING = -1  # an energy, a quality or a revision that is not there
MAX_REVISION = 2**15 - 1
SENT_QUALITIES = (Quality.MEASURED, Quality.ESTIMATED, Quality.EDITED)
FIRST_NUMBER = Interval(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)).number
LAST_NUMBER = Interval(datetime(LAST_YEAR, 12, 31, tzinfo=UTC)).number
ENERGIES = ("import_wh", "export_wh", "generation_wh")

type Rows = NDArray[np.bool_]
type Rule = tuple[Rows, Callable[[int], str]]
"""The rows that break it (n_readings,), and why one of them does, by its place."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Readings, each (n_readings,): row i is the sender's row i + 1.

    ``number`` counts intervals since 1970, energies are Wh. NO_METER, NO_INTERVAL and NOTHING
    stand for what could not be read; ``check`` refuses them.
    """

    meter_id: Whole
    number: Whole
    import_wh: Whole
    export_wh: Whole
    generation_wh: Whole
    quality: Whole
    revision: Whole

    def __len__(self) -> int:
        return len(self.number)

    def rows(self, which: Rows | Whole) -> "Batch":
        """Some of the readings, or all in another order."""
        return Batch(*(getattr(self, field.name)[which] for field in fields(self)))

    def of_meters(self, meter_id: Whole) -> "Batch":
        """The same readings of other meters (n_readings,)."""
        return replace(self, meter_id=meter_id)

    @property
    def key(self) -> Whole:
        """One number for an interval and a meter, in the order of the table (n_readings,)."""
        return self.number << 32 | self.meter_id


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, in a sentence; rows count from 1, as the sender's do."""

    row: int
    reason: str


def check(batch: Batch, roster: Roster, before: int | None) -> None:
    """Raises Invalid, naming the first bad row and why, for what its meters cannot have counted.

    ``before`` is the first interval that is not over yet; None for simulated time.
    """
    found = faults(batch, roster, before)
    if found:
        raise Invalid(found[0].reason)


def faults(batch: Batch, roster: Roster, before: int | None) -> list[Fault]:
    """Every row that ``check`` would refuse, in order, each with the first reason against it."""
    rules = list(_rules(batch, roster, before))
    found = []
    for place in np.flatnonzero(np.logical_or.reduce([bad for bad, _ in rules])).tolist():
        why = next(why for bad, why in rules if bad[place])
        found.append(Fault(place + 1, f"{where(batch, place)}: {why(place)}"))
    return found


def where(batch: Batch, place: int) -> str:
    """A row as its sender finds it: its number, and its interval if it has one."""
    number = int(batch.number[place])
    known = FIRST_NUMBER <= number <= LAST_NUMBER
    return f"Reading {place + 1}" + (f" ({start_of(number):%Y-%m-%dT%H:%MZ})" if known else "")


def _rules(batch: Batch, roster: Roster, before: int | None) -> Iterator[Rule]:
    is_known, place = roster.places(batch.meter_id)
    yield ~is_known, lambda _: "its meter is not one of this community."
    number = batch.number
    if not is_known.any():
        return
    yield (
        (number < FIRST_NUMBER) | (number > LAST_NUMBER),
        lambda _: "interval_start must be on a half hour of UTC, as 2026-09-01T10:30:00Z.",
    )
    yield from _of_numbers(batch)
    yield from _of_connection(batch, roster, place)
    active_from, active_until = roster.active_from[place], roster.active_until[place]
    yield (
        number < active_from,
        lambda row: f"{roster.serials[place[row]]} is active from {_time(active_from[row])} on.",
    )
    yield (
        number >= active_until,
        lambda row: f"{roster.serials[place[row]]} was in force until {_time(active_until[row])}.",
    )
    if before is not None:
        yield (
            number >= before,
            lambda _: "this half hour is not over yet; set the meter's clock.",
        )
    yield _twice(batch), lambda _: "this half hour is twice in the batch; send it once."


def _of_numbers(batch: Batch) -> Iterator[Rule]:
    for name in ENERGIES:
        values: Whole = getattr(batch, name)
        reason = f"{name} must be whole Wh from 0 to {MAX_WH}."
        yield (values < 0) | (values > MAX_WH), partial(_always, reason)
    yield (
        ~np.isin(batch.quality, SENT_QUALITIES),
        lambda _: "quality must be 0 (measured), 1 (estimated) or 3 (edited).",
    )
    yield (
        (batch.revision < 0) | (batch.revision > MAX_REVISION),
        lambda _: f"revision must be from 0 to {MAX_REVISION}.",
    )


def _always(reason: str, _: int) -> str:
    return reason


def _of_connection(batch: Batch, roster: Roster, place: Whole) -> Iterator[Rule]:
    limit_wh = roster.limit_wh[place]

    def too_much(name: str, values: Whole, row: int) -> str:
        return (
            f"{name} {values[row]} is above the {limit_wh[row]} Wh that the connection of"
            f" {roster.serials[place[row]]} can carry in half an hour."
        )

    for name in ("import_wh", "export_wh"):
        values = getattr(batch, name)
        yield values > limit_wh, partial(too_much, name, values)


def _twice(batch: Batch) -> Rows:
    """Which rows are of a meter and interval that a row before them is of."""
    order = np.argsort(batch.key, kind="stable")
    ordered = batch.key[order]
    twice = np.zeros(len(batch), np.bool_)
    twice[order[1:]] = ordered[1:] == ordered[:-1]
    return twice


def _time(number: int) -> str:
    return f"{start_of(int(number)):%Y-%m-%dT%H:%MZ}"
