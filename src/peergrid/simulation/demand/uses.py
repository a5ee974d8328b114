"""What an appliance is to the sampler: how much power, owned by whom, and used when."""

from dataclasses import dataclass
from enum import Enum
from itertools import starmap

from peergrid.simulation.demand.seasons import DAYLIGHT, DayType, Season

MINUTES_PER_HOUR = 60
MORNING_ENDS_H = 9.0
WEEKEND_LATER_H = 1.0  # assumption: how much later a weekend's morning begins

type BySeason = tuple[float, float, float]
ALL_YEAR: BySeason = (1.0, 1.0, 1.0)


class Since(Enum):
    """What a window's hours are counted from."""

    MIDNIGHT = "midnight"
    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True)
class Use:
    """One run of an appliance, as people decide on it from day to day.

    It begins between ``from_h`` and ``to_h`` [h] (rather in the middle), lasts ``minutes``, give or
    take the share ``spread`` (0 to 1), and happens on the share ``chance`` of weekdays and
    ``weekend`` of weekend days (as on weekdays if None). It may run past midnight; the part after
    then falls on the early hours of the same day.
    """

    from_h: float
    to_h: float
    minutes: float
    chance: float = 1.0
    weekend: float | None = None
    spread: float = 0.3
    since: Since = Since.MIDNIGHT

    def window_h(self, season: Season, day_type: DayType) -> tuple[float, float]:
        """The earliest and the latest start, local clock [h]; mornings come later on weekends."""
        light = DAYLIGHT[season]
        if self.since is Since.SUNRISE:
            return light.sunrise_h + self.from_h, light.sunrise_h + self.to_h
        if self.since is Since.SUNSET:
            return light.sunset_h + self.from_h, light.sunset_h + self.to_h
        morning = self.to_h <= MORNING_ENDS_H
        later_h = WEEKEND_LATER_H if morning and day_type is DayType.WEEKEND else 0.0
        return self.from_h + later_h, self.to_h + later_h

    def chance_on(self, day_type: DayType) -> float:
        """The share of such days on which it happens."""
        if day_type is DayType.WEEKEND and self.weekend is not None:
            return self.weekend
        return self.chance


@dataclass(frozen=True)
class Cycle:
    """What a thermostat does all day: ``on_minutes`` of running, then ``off_minutes`` of rest."""

    on_minutes: float
    off_minutes: float
    spread: float = 0.3


@dataclass(frozen=True)
class Appliance:
    """One appliance, or all alike in a home.

    ``power_w`` is the mean while it runs; the share ``owned`` of homes has it. ``season``
    multiplies the minutes of each run (hot-wet, cool-dry, hot-dry; 0: not used).
    What is ``automatic`` runs alike whether people are at home or not.
    """

    name: str
    power_w: int
    owned: float
    runs: tuple[Use, ...] | Cycle
    season: BySeason = ALL_YEAR
    automatic: bool = False

    def mean_wh(self, season: Season, day_type: DayType) -> float:
        """What it uses on a mean day in a home that has it [Wh]."""
        if isinstance(self.runs, Cycle):
            on_minutes = self.runs.on_minutes * self.season[season]
            return self.power_w * 24 * on_minutes / (on_minutes + self.runs.off_minutes)
        minutes = sum(run.minutes * run.chance_on(day_type) for run in self.runs)
        return self.power_w * minutes * self.season[season] / MINUTES_PER_HOUR


def daily(*windows: tuple[float, float, float]) -> tuple[Use, ...]:
    """Uses of every day, each (``from_h``, ``to_h``, ``minutes``)."""
    return tuple(starmap(Use, windows))
