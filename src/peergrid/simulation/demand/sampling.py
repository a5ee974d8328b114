"""Days of homes, sampled appliance by appliance.

The method is that of RAMP (Lombardi, Balderrama, Quoilin and Colombo 2019, Energy 177, 433-444,
10.1016/j.energy.2019.04.097): appliances with power, windows of use, minutes of use and their
random variation add up to a household's day. The sampler is PeerGrid's own: RAMP's code is under
the EUPL-1.2 and is neither used nor needed here.

Time is whole seconds, power whole W and energy whole W s, and chance comes from counted dice: the
same days come out on every machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY
from peergrid.simulation.demand.seasons import DayType, Season
from peergrid.simulation.demand.uses import Appliance, Cycle, Since, Use
from peergrid.simulation.dice import Purpose, uniform

SEED = 2026
HOMES = 20  # of a class: home h is the rows h * DAYS_PER_HOME and after, in every cell
DAYS_PER_HOME = 20
PROFILES = HOMES * DAYS_PER_HOME

INTERVAL_S = int(INTERVAL.total_seconds())
DAY_S = INTERVALS_PER_DAY * INTERVAL_S
HOUR_S, MINUTE_S = 3_600, 60
BOUNDS_S = np.arange(2 * INTERVALS_PER_DAY + 1) * INTERVAL_S  # uses may run into the next day

# Assumptions: how homes and whole days differ. Some homes do everything early, others late; on
# some days nobody is at home, on the others all is done earlier or later, and takes more or less
# time, together.
HABIT_H = 1.0
DAY_SHIFT_H = 0.5
AWAY_CHANCE = {DayType.WEEKDAY: 0.03, DayType.WEEKEND: 0.08}
DAY_SPREAD = 0.45

type Floats = NDArray[np.float64]
type Seconds = NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """One class's days of one kind; ``class_index`` counts in the order of CLASSES."""

    class_index: int
    season: Season
    day_type: DayType

    def dice(self, *counts: int | NDArray[np.int64]) -> Floats:
        """Numbers between 0 and 1 that this cell shares with no other."""
        cell = (self.class_index, int(self.season), int(self.day_type))
        return uniform(SEED, Purpose.INTERVAL_DEMAND, *cell, *counts)


@dataclass(frozen=True)
class Lives:
    """How each of a cell's days goes (PROFILES,): how much later all is done [h], how long."""

    later_h: Floats
    times: Floats


def days_of(cell: Cell, basket: tuple[Appliance, ...]) -> Seconds:
    """Energy of each half hour of each of the cell's days (PROFILES, 48) [W s]."""
    lived = lives_of(cell)
    total_ws = np.zeros((PROFILES, INTERVALS_PER_DAY), np.int64)
    for number, appliance in enumerate(basket, start=1):
        owned = _of_days(owners(cell.class_index, number, appliance.owned))
        times = np.where(owned, appliance.season[cell.season], 0.0)
        if appliance.automatic:
            lives = Lives(np.zeros(PROFILES), times)
        else:
            lives = Lives(lived.later_h, times * lived.times)
        total_ws += appliance.power_w * _running_s(cell, number, appliance, lives)
    return total_ws


def lives_of(cell: Cell) -> Lives:
    """The habits of a cell's homes and the chances of its days."""
    rows = np.arange(PROFILES)
    away, shift, more, length, longer = (cell.dice(0, draw, rows) for draw in range(5))
    habit_h = HABIT_H * ((2 * _places(cell.class_index, 0) + 1) / HOMES - 1)
    times = 1 + DAY_SPREAD * (length + longer - 1)
    times[away < AWAY_CHANCE[cell.day_type]] = 0.0
    return Lives(_of_days(habit_h) + DAY_SHIFT_H * (shift + more - 1), times)


def owners(class_index: int, number: int, owned: float) -> NDArray[np.bool_]:
    """Which homes of a class have its appliance ``number`` (HOMES,): exactly the share ``owned``.

    The same homes in every cell, so that a home keeps its appliances through the year.
    """
    return np.asarray(_places(class_index, number) < round(owned * HOMES), np.bool_)


def _places(class_index: int, number: int) -> NDArray[np.int64]:
    """The homes of a class in an order of chance (HOMES,), another for each ``number``."""
    drawn = uniform(SEED, Purpose.DAY_DEMAND, class_index, number, np.arange(HOMES))
    return np.argsort(np.argsort(drawn))


def _of_days[T: np.generic](of_homes: NDArray[T]) -> NDArray[T]:
    """What holds of homes (HOMES,), for each of their days (PROFILES,)."""
    return np.repeat(of_homes, DAYS_PER_HOME)


def _running_s(cell: Cell, number: int, appliance: Appliance, lives: Lives) -> Seconds:
    """How long an appliance runs in each half hour (PROFILES, 48) [s]."""
    if isinstance(appliance.runs, Cycle):
        return _in_intervals(*_cycles(cell, number, appliance.runs, lives.times))
    running_s = np.zeros((PROFILES, INTERVALS_PER_DAY), np.int64)
    for place, use in enumerate(appliance.runs):
        start_s, length_s = _use(cell, (number, place), use, lives)
        running_s += _in_intervals(start_s[:, None], length_s[:, None])
    return running_s


def _use(cell: Cell, which: tuple[int, int], use: Use, lives: Lives) -> tuple[Seconds, Seconds]:
    """Start and length of one use on each day (PROFILES,) [s]; nobody shifts the sun."""
    rows = np.arange(PROFILES)
    happens, start, more, spread = (cell.dice(*which, draw, rows) for draw in range(4))
    from_h, to_h = use.window_h(cell.season, cell.day_type)
    later_h = lives.later_h if use.since is Since.MIDNIGHT else 0.0
    start_s = HOUR_S * (from_h + (to_h - from_h) * (start + more) / 2 + later_h)
    length_s = MINUTE_S * use.minutes * (1 + use.spread * (2 * spread - 1)) * lives.times
    length_s = np.minimum(length_s, DAY_S) * (happens < use.chance_on(cell.day_type))
    return start_s.astype(np.int64), length_s.astype(np.int64)


def _cycles(cell: Cell, number: int, cycle: Cycle, times: Floats) -> tuple[Seconds, Seconds]:
    """Starts and lengths of a thermostat's runs in the day (PROFILES, cycles) [s].

    The first run begins up to a whole cycle before midnight; what lies outside the day is cut off.
    """
    most = int(DAY_S / (MINUTE_S * (cycle.off_minutes + cycle.on_minutes * 0.5))) + 2
    rows, turns = np.arange(PROFILES)[:, None], np.arange(most)
    on_s, off_s = (
        MINUTE_S * minutes * (1 + cycle.spread * (2 * cell.dice(number, draw, rows, turns) - 1))
        for draw, minutes in enumerate((cycle.on_minutes, cycle.off_minutes))
    )
    on_s = (on_s * times[:, None]).astype(np.int64)
    ends_s = np.cumsum(on_s + off_s.astype(np.int64), axis=1)
    phase_s = (cell.dice(number, 2, rows) * ends_s[:, :1]).astype(np.int64)
    start_s = np.concatenate([np.zeros_like(phase_s), ends_s[:, :-1]], axis=1) - phase_s
    return start_s, np.clip(DAY_S - start_s, 0, on_s)


def _in_intervals(start_s: Seconds, length_s: Seconds) -> Seconds:
    """Seconds of runs (days, runs) within each half hour (days, 48).

    What runs past midnight falls on the early hours of the same day; what began before the day
    counts from midnight on.
    """
    elapsed_s = np.clip(BOUNDS_S - start_s[..., None], 0, length_s[..., None]).sum(axis=1)
    running_s = np.diff(elapsed_s, axis=-1)
    folded_s = running_s[:, :INTERVALS_PER_DAY] + running_s[:, INTERVALS_PER_DAY:]
    return np.asarray(folded_s, np.int64)
