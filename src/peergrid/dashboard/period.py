"""A day, a week, a month or a year of somebody's energy, as the address of a page names it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from peergrid.energy import FIRST_YEAR, LAST_YEAR, month_start, next_month

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Span(StrEnum):
    """How much is looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """The local days ``[start, end)``; weeks begin on Monday."""

    span: Span
    start: date

    @property
    def end(self) -> date:
        if self.span is Span.DAY:
            return self.start + ONE_DAY
        if self.span is Span.WEEK:
            return self.start + WEEK
        if self.span is Span.MONTH:
            return next_month(self.start)
        return self.start.replace(year=self.start.year + 1)

    @property
    def before(self) -> "Period":
        return around(self.span, self.start - ONE_DAY)

    @property
    def after(self) -> "Period":
        return around(self.span, self.end)

    @property
    def place(self) -> str:
        """How the address of a page names it."""
        return f"{self.span}/{self.start}"


def around(span: Span, day: date) -> Period:
    """The period of that span in which a day lies.

    >>> around(Span.WEEK, date(2026, 9, 3)).start
    datetime.date(2026, 8, 31)
    """
    if span is Span.DAY:
        return Period(span, day)
    if span is Span.WEEK:
        return Period(span, day - timedelta(days=day.weekday()))
    if span is Span.MONTH:
        return Period(span, month_start(day))
    return Period(span, date(day.year, 1, 1))


def asked_by(place: str) -> tuple[Span, date | None]:
    """What an address asks for; the day is None for the newest, and for nonsense.

    >>> asked_by("month/2026-09-17"), asked_by(""), asked_by("week/soon")
    ((<Span.MONTH: 'month'>, datetime.date(2026, 9, 17)), (<Span.DAY: 'day'>, None), \
(<Span.WEEK: 'week'>, None))
    """
    name, _, text = place.partition("/")
    return (Span(name), day_in(text)) if name in set(Span) else (Span.DAY, None)


def day_in(text: str) -> date | None:
    """A day as an address writes it; None for anything else, or a day nobody can look at."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR + 1 < day.year < LAST_YEAR - 1 else None
