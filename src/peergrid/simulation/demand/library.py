"""The library of days of demand that ships with PeerGrid, and the draw of a day for a home.

A home's demand on a day is a row of the table of its class and kind of day, multiplied with the
home's own factor (``classes.factor_of``). Where several households share a meter their days are
added up (``together``): what a meter draws is a row of that.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.demand.seasons import DayType, Season, day_type_of, season_of
from peergrid.simulation.dice import GOLDEN, MASK, Purpose, mixed, uniform

FILE = Path(__file__).with_name("library.npz")
CELLS_PER_CLASS = len(Season) * len(DayType)
SHARING_SEED = 2026


@dataclass(frozen=True)
class Library:
    """Days of demand in whole Wh, ``wh`` (cells, profiles, 48), C-contiguous and read-only.

    Cell ``class_index * CELLS_PER_CLASS + cell_of(day)`` holds a class's days of one kind; interval
    0 begins at local midnight. ``later`` (cells, profiles) is how many half hours later than in the
    mean home all is done on the day. ``monthly_kwh`` (classes,) is what a class's days come to in a
    mean month [kWh].
    """

    wh: NDArray[np.int16]
    later: NDArray[np.int8]
    monthly_kwh: NDArray[np.float64]

    @property
    def profiles(self) -> int:
        """How many days a cell holds."""
        return int(self.wh.shape[1])


def read_library(path: Path = FILE) -> Library:
    """The library that ``build`` wrote to ``path``."""
    with np.load(path, allow_pickle=False) as stored:
        library = Library(**stored)
    for each in (library.wh, library.later, library.monthly_kwh):
        each.flags.writeable = False
    return library


def cell_of(day: date) -> int:
    """The kind of a local day: its season, and within it weekday or weekend (0 to 5)."""
    return season_of(day) * len(DayType) + day_type_of(day)


def profile_of(library: Library, class_index: int, day: date) -> NDArray[np.int16]:
    """The days (profiles, 48) [Wh] among which a home of that class draws its ``day``."""
    profiles: NDArray[np.int16] = library.wh[class_index * CELLS_PER_CLASS + cell_of(day)]
    return profiles


def together(wh: NDArray[np.int16], households: int) -> NDArray[np.int16]:
    """Days (..., profiles, 48) [Wh] of as many ``households`` >= 1 behind one meter, each its own.

    Row r is row r of ``wh`` and a row for each of the others, every row as often as any: so the
    mean is that of so many households. At most what a meter's 16 bits can count.
    """
    profiles = wh.shape[-2]
    orders = [
        np.argsort(uniform(SHARING_SEED, Purpose.SHARING, number, np.arange(profiles)))
        for number in range(1, households)
    ]
    total = wh.astype(np.int32)
    for order in orders:
        total += wh[..., order, :]
    return np.minimum(total, np.iinfo(np.int16).max).astype(np.int16)


def rows_of(keys: NDArray[np.uint64], day_number: int, profiles: int) -> NDArray[np.int64]:
    """The rows, 0 to ``profiles`` - 1, that the homes of dice ``keys`` (n,) draw on a day.

    A key is a home's own word of 64 bits, well mixed: of two keys that differ by a multiple of
    GOLDEN the one would draw what the other draws some days later. ``day_number`` is the local
    date's ordinal, ``profiles`` at most 2**32. Each row is as likely as any other, to 1 in
    2**32 / ``profiles``.

    Source: SplitMix64, Steele, Lea and Flood 2014, 10.1145/2660193.2660195.
    """
    word = mixed(keys + np.uint64((day_number + 1) * GOLDEN & MASK))
    high = np.uint64(32)
    return ((word >> high) * np.uint64(profiles) >> high).astype(np.int64)
