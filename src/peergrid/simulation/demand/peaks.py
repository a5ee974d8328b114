"""How homes add up: the after-diversity maximum demand and the hours of a community's peaks."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.money import WH_PER_KWH
from peergrid.simulation.demand.classes import CLASSES
from peergrid.simulation.demand.library import Library, profile_of, rows_of
from peergrid.simulation.demand.seasons import Season
from peergrid.simulation.dice import keys

MORNING, EVENING = slice(10, 20), slice(34, 44)  # 05:00-10:00 and 17:00-22:00, as ZESA's system
DAYS = 14
A_MONDAY_OF = {
    Season.HOT_WET: date(2026, 1, 5),
    Season.COOL_DRY: date(2026, 6, 1),
    Season.HOT_DRY: date(2026, 9, 28),
}


@dataclass(frozen=True)
class Peaks:
    """What homes draw at most, each alone and all together.

    ``admd_w`` is the highest half hour of the sum of all, a home [W]; ``alone_w`` the mean of
    each home's own highest half hour [W].
    """

    admd_w: float
    alone_w: float


def drawn_wh(
    library: Library, class_index: int, homes: int, first: date, days: int
) -> NDArray[np.int16]:
    """Demand of homes of one class, factor 1, from ``first`` on (homes, days, 48) [Wh]."""
    homes_keys = keys(0, 0, 1 + np.arange(homes))
    by_day = []
    for number in range(days):
        day = first + timedelta(days=number)
        rows = rows_of(homes_keys, day.toordinal(), library.profiles)
        by_day.append(profile_of(library, class_index, day)[rows])
    return np.stack(by_day, axis=1)


def peaks_of(wh: NDArray[np.int16]) -> Peaks:
    """The peaks of homes' demand (homes, days, 48) [Wh]."""
    together_wh = wh.sum(axis=0, dtype=np.int64).max() / len(wh)
    alone_wh = wh.max(axis=(1, 2)).mean()
    return Peaks(float(together_wh) * INTERVALS_PER_HOUR, float(alone_wh) * INTERVALS_PER_HOUR)


def report(library: Library, homes: int = 100) -> str:
    """A line for each class and season: what so many homes draw over two weeks."""
    lines = []
    for class_index, kind in enumerate(CLASSES.values()):
        lines.append(f"{kind.title}: {library.monthly_kwh[class_index]:.0f} kWh a month")
        for season, monday in A_MONDAY_OF.items():
            wh = drawn_wh(library, class_index, homes, monday, DAYS)
            lines.append(f"  {season.name.lower()}: {_told(wh)}")
    return "\n".join(lines)


def _told(wh: NDArray[np.int16]) -> str:
    """Homes' demand (homes, days, 48) [Wh] in words."""
    peaks, a_day_wh = peaks_of(wh), wh.sum(axis=2)
    return (
        f"{a_day_wh.mean() / WH_PER_KWH:.1f} kWh a day, coefficient of variation"
        f" {a_day_wh.std() / a_day_wh.mean():.2f}; {len(wh)} homes peak at {peaks.admd_w:.0f} W"
        f" each, one alone at {peaks.alone_w:.0f} W; highest at {_peak_in(MORNING, wh)}"
        f" and at {_peak_in(EVENING, wh)}"
    )


def _peak_in(window: slice, wh: NDArray[np.int16]) -> str:
    """When the homes' mean day is highest within a window, local clock."""
    highest = window.start + int(wh.mean(axis=(0, 1))[window].argmax())
    hours, half = divmod(highest, INTERVALS_PER_HOUR)
    return f"{hours:02}:{30 * half:02}"
