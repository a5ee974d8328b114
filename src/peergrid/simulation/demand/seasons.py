"""The kinds of day that homes live differently: three seasons, weekdays and weekends."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

SATURDAY = 5


class Season(IntEnum):
    """Zimbabwe's seasons, in whole months."""

    HOT_WET = 0  # December to April
    COOL_DRY = 1  # May to August
    HOT_DRY = 2  # September to November


class DayType(IntEnum):
    """A public holiday counts as the day of the week it falls on: its calendar is not kept here."""

    WEEKDAY = 0
    WEEKEND = 1


@dataclass(frozen=True)
class Daylight:
    """When a mean day of a season begins and ends, local clock [h]."""

    sunrise_h: float
    sunset_h: float


# Rain falls from mid-November to mid-March, May to August are cool, and September to November are
# hot (climatestotravel.com; Harare's mean months: 14.5 to 17.0 C in May to August, 19.4 to 22.4 C
# else, climatsetvoyages.com, 1991-2020). By whole months: in April nobody heats yet, and November
# is the hottest month.
COOL_MONTHS = range(5, 9)
HOT_DRY_MONTHS = range(9, 12)

# Harare (17.83 S, 31.05 E, UTC+2), the mean over each season's days of 2026; tests hold it to
# pvlib's ephemeris within a tenth of an hour.
DAYLIGHT = {
    Season.HOT_WET: Daylight(5.8, 18.25),
    Season.COOL_DRY: Daylight(6.4, 17.55),
    Season.HOT_DRY: Daylight(5.55, 17.95),
}


def season_of(day: date) -> Season:
    """The season of a local day, by its month."""
    if day.month in COOL_MONTHS:
        return Season.COOL_DRY
    return Season.HOT_DRY if day.month in HOT_DRY_MONTHS else Season.HOT_WET


def day_type_of(day: date) -> DayType:
    """Whether a local day is a Saturday or a Sunday."""
    return DayType.WEEKEND if day.weekday() >= SATURDAY else DayType.WEEKDAY
