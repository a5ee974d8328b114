"""When feeders are off: load-shedding, in which groups take turns, and faults."""

from collections.abc import Sequence
from datetime import date
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.simulation.dice import Purpose, uniform
from peergrid.simulation.scenario import Outages

DAYS_PER_YEAR = 365.25

# The utility sheds first at the system's peaks, 05:00-10:00 and 17:00-22:00 (ZESA,
# unitedsouthafrican.com, 13 May 2019; in 2022 cuts came "at morning and evening peaks"). That a
# turn is half a peak, and that midday and night follow in turns of 3.5 h, is an assumption.
PEAK_TURNS = (range(10, 15), range(15, 20), range(34, 39), range(39, 44))
OTHER_TURNS = (range(20, 27), range(27, 34), (*range(44, 48), *range(3)), range(3, 10))
CYCLE_DAYS = len(PEAK_TURNS)  # after which every group has suffered alike


def off_masks(
    outages: Outages,
    seed: int,
    day: date,
    groups: NDArray[np.uint8],
    communities: NDArray[np.integer],
) -> NDArray[np.uint64]:
    """Which half hours of a local day each community's feeder is off [C]: bit j for interval j.

    ``groups`` are the communities' load-shedding groups [C], ``communities`` their numbers [C]:
    faults depend on the seed, the number and the day alone. Where a fault falls into
    load-shedding the feeder is off once, so the two means together are a little less than
    their sum.
    """
    shed = np.array([shed_mask(outages, day, group) for group in range(outages.groups)], np.uint64)
    masks = shed[groups]
    if outages.faults_per_year:
        masks = masks | fault_masks(outages, seed, day, communities)
    return masks


def shed_mask(outages: Outages, day: date, group: int) -> int:
    """The half hours of a local day in which load-shedding takes a group off, as bits.

    All groups are off equally long each day. A group's turns begin with one of the four halves
    of the peaks, the next one the day after, so that over four days each group had each.

    >>> f"{shed_mask(Outages(hours_per_day=1), date(2026, 9, 1), 3):048b}".count("1")
    2
    """
    first = day.toordinal() + group * CYCLE_DAYS // outages.groups
    turns = chain(_from(PEAK_TURNS, first), _from(OTHER_TURNS, first))
    half_hours = list(chain.from_iterable(turns))[: shed_intervals(outages, day)]
    return sum(1 << half_hour for half_hour in half_hours)


def shed_intervals(outages: Outages, day: date) -> int:
    """How many half hours of a local day each group is off.

    The same every day if ``hours_per_day`` is a multiple of half an hour; else days differ by
    one, and their sum over any days is never off by more than one.
    """
    mean = outages.hours_per_day * INTERVALS_PER_HOUR
    ordinal = day.toordinal()
    return int((ordinal + 1) * mean // 1 - ordinal * mean // 1)


def fault_masks(
    outages: Outages, seed: int, day: date, communities: NDArray[np.integer]
) -> NDArray[np.uint64]:
    """The half hours of a local day in which a fault has each feeder off [C], as bits.

    A day brings at most one fault, at any half hour alike. Mending takes from half an hour to
    twice the mean, evenly (assumption: nothing was found), so at most a day: what began
    yesterday may last into today.
    """
    today = day.toordinal()
    start, length = _fault(outages, seed, today, communities)
    begun = (_ones(length) << start) & _ones(np.uint64(INTERVALS_PER_DAY))
    start, length = _fault(outages, seed, today - 1, communities)
    left = np.maximum(start + length, np.uint64(INTERVALS_PER_DAY)) - np.uint64(INTERVALS_PER_DAY)
    return np.asarray(begun | _ones(left), np.uint64)


def _fault(
    outages: Outages, seed: int, ordinal: int, communities: NDArray[np.integer]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """In which half hour each feeder's fault of a day begins, and how many it lasts, 0 if none."""

    def drawn(purpose: Purpose) -> NDArray[np.float64]:
        return uniform(seed, purpose, communities, ordinal)

    happens = drawn(Purpose.FAULT) < outages.faults_per_year / DAYS_PER_YEAR
    start = np.floor(drawn(Purpose.FAULT_START) * INTERVALS_PER_DAY)
    mean = outages.fault_hours * INTERVALS_PER_HOUR
    exact = 1 + drawn(Purpose.FAULT_LENGTH) * (2 * mean - 2)
    length = np.floor(exact + drawn(Purpose.FAULT_ROUNDING))  # up or down, so the mean holds
    return start.astype(np.uint64), np.where(happens, length, 0).astype(np.uint64)


def _ones(count: NDArray[np.uint64] | np.uint64) -> NDArray[np.uint64]:
    """A word whose lowest ``count`` (0 to 63) bits are 1."""
    return np.asarray((np.uint64(1) << count) - np.uint64(1), np.uint64)


def _from[T](turns: Sequence[T], first: int) -> Sequence[T]:
    """The turns in a ring, from the ``first`` one on."""
    at = first % len(turns)
    return (*turns[at:], *turns[:at])
