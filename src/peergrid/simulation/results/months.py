"""The local calendar months of a run."""

from collections.abc import Iterator
from datetime import date, timedelta

from peergrid.energy import INTERVALS_PER_DAY, month_start


def months_of(start: date, intervals: int) -> Iterator[tuple[date, slice]]:
    """Each local calendar month of a run that begins on ``start``, and its intervals."""
    first = 0
    while first < intervals:
        day = start + timedelta(days=first // INTERVALS_PER_DAY)
        following = (month_start(day) + timedelta(days=32)).replace(day=1)
        last = min(intervals, first + (following - day).days * INTERVALS_PER_DAY)
        yield month_start(day), slice(first, last)
        first = last
