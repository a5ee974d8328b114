"""Build the library of days of demand: ``python -m peergrid.simulation.demand.build``."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.money import WH_PER_KWH
from peergrid.simulation.demand.baskets import BASKETS
from peergrid.simulation.demand.classes import CLASSES, HouseholdClass
from peergrid.simulation.demand.library import FILE, Library, cell_of, read_library
from peergrid.simulation.demand.peaks import report
from peergrid.simulation.demand.sampling import HOUR_S, PROFILES, Cell, days_of, lives_of
from peergrid.simulation.demand.seasons import DayType, Season
from peergrid.simulation.whole import whole_wh

REFERENCE_YEAR = 2026
MONTHS = 12


def days_by_cell() -> NDArray[np.int64]:
    """How many days of the reference year are of each kind (seasons * day types,)."""
    first = date(REFERENCE_YEAR, 1, 1)
    count = (date(REFERENCE_YEAR + 1, 1, 1) - first).days
    cells = [cell_of(first + timedelta(days=number)) for number in range(count)]
    return np.bincount(cells, minlength=len(Season) * len(DayType))


def sampled_ws(class_index: int) -> NDArray[np.int64]:
    """All the days of a class as its appliances make them (cells, PROFILES, 48) [W s]."""
    basket = BASKETS[list(CLASSES)[class_index]]
    return np.stack(
        [
            days_of(Cell(class_index, season, day_type), basket)
            for season in Season
            for day_type in DayType
        ]
    )


def scale_of(days_ws: NDArray[np.int64], kind: HouseholdClass) -> float:
    """What brings a class's days to its ``library_kwh`` in a mean month of the reference year."""
    year_ws = int((days_ws.sum(axis=(1, 2)) * days_by_cell()).sum())
    wanted_wh = kind.library_kwh * MONTHS * WH_PER_KWH
    return wanted_wh * HOUR_S * PROFILES / year_ws


def later_of(class_index: int) -> NDArray[np.int8]:
    """By how many half hours all is done later on a class's days (seasons, day types, PROFILES)."""
    by_kind = [
        [lives_of(Cell(class_index, season, day_type)).later_h for day_type in DayType]
        for season in Season
    ]
    return np.rint(np.array(by_kind) * INTERVALS_PER_HOUR).astype(np.int8)


def built() -> Library:
    """The library as its appliances make it."""
    wh = []
    for class_index, kind in enumerate(CLASSES.values()):
        days_ws = sampled_ws(class_index)
        wh.append(whole_wh(days_ws * scale_of(days_ws, kind) / HOUR_S).astype(np.int16))
    return Library(
        np.concatenate(wh),
        np.concatenate([later_of(number).reshape(-1, PROFILES) for number in range(len(CLASSES))]),
        np.array([kind.library_kwh for kind in CLASSES.values()]),
    )


def write(path: Path) -> None:
    """Write the library, not compressed, so that its bytes hang on no version of zlib."""
    np.savez(path, **asdict(built()))


def main() -> None:
    """Write the library beside this file and say what its homes come to together."""
    write(FILE)
    print(report(read_library()))  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
