"""Energy as it is metered: whole watt-hours in half-open UTC intervals of half an hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

INTERVAL = timedelta(minutes=30)
INTERVALS_PER_DAY = timedelta(days=1) // INTERVAL
INTERVALS_PER_HOUR = timedelta(hours=1) // INTERVAL
LOCAL_ZONE = ZoneInfo("Africa/Harare")  # UTC+2 all year: tariff months and days turn here
LOCAL_OFFSET = timedelta(hours=2)  # of that zone, for arrays
FIRST_YEAR, LAST_YEAR = 2000, 2100  # what lies outside is a mistake
MAX_WH = 2**31 - 1  # what a column of the database can hold


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The half hour ``[start, end)``; ``start`` is UTC and on a half hour.

    Raises ValueError for a naive, a local or an unaligned start.
    """

    start: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not UTC and self.start.utcoffset() != timedelta(0):
            raise ValueError(
                f"{self.start.isoformat()} is not UTC: write it as 2026-09-01T10:30:00Z"
            )
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            raise ValueError(f"{self.start.isoformat()} is not in the years 2000 to 2100")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        if self.start.minute % 30 or self.start.second or self.start.microsecond:
            raise ValueError(
                f"{self.start.isoformat()} is not on a half hour: intervals start at :00 or :30"
            )

    @property
    def end(self) -> datetime:
        return self.start + INTERVAL

    @property
    def number(self) -> int:
        """How many intervals lie between 1970 and this one; grows by one each interval."""
        return int(self.start.timestamp()) // int(INTERVAL.total_seconds())

    def later(self, intervals: int) -> "Interval":
        """The interval ``intervals`` after this one (before it, if negative)."""
        return Interval(self.start + intervals * INTERVAL)


class Quality(IntEnum):
    """How a reading came about (Green Button 0, 8 and 9, absent, 7, none).

    With ``OUTAGE`` nothing came, and a reported outage says why: nothing was counted.
    """

    MEASURED = 0
    ESTIMATED = 1
    MISSING = 2
    EDITED = 3
    OUTAGE = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What one meter counted in one interval, all energies [Wh], 0 to 2**31 - 1.

    ``generation_wh`` is what the panels made; import and export alone cannot show it.
    A higher ``revision`` replaces a lower one. Raises ValueError out of bounds.
    """

    meter_id: int
    interval: Interval
    import_wh: int
    export_wh: int
    generation_wh: int = 0
    quality: Quality = Quality.MEASURED
    revision: int = 0

    def __post_init__(self) -> None:
        for name in ("import_wh", "export_wh", "generation_wh"):
            if not 0 <= getattr(self, name) <= MAX_WH:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be 0 to {MAX_WH} Wh")
        if self.revision < 0:
            raise ValueError(f"revision is {self.revision}: it must be 0 or more")

    @property
    def self_consumed_wh(self) -> int:
        """Generation used at home [Wh]."""
        return max(self.generation_wh - self.export_wh, 0)

    @property
    def demand_wh(self) -> int:
        """What the home used, from wherever [Wh]."""
        return self.import_wh + self.self_consumed_wh


@lru_cache(maxsize=4096)
def local_day(start: datetime) -> date:
    """The calendar day in Zimbabwe in which an instant lies."""
    return start.astimezone(LOCAL_ZONE).date()


def day_start(day: date) -> datetime:
    """The UTC instant at which a local calendar day begins."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def month_start(day: date) -> date:
    """The first day of the calendar month of ``day``."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the calendar month after that of ``day``."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
