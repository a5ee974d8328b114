"""How many intervals can be cleared at once: under one tariff, by the same connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from peergrid.energy import (
    INTERVALS_PER_DAY,
    Interval,
    day_start,
    local_day,
    month_start,
    next_month,
)
from peergrid.market.schemes import scheme_named
from peergrid.market.tariff import Tariff
from peergrid.meters.readings import Meters, Owners, start_of
from peergrid.settlement.tariffs import tariff_on

MOST_AT_ONCE = 2**20  # intervals x meters in one transaction


@dataclass(frozen=True)
class Period:
    """Intervals ``[first, end)`` by number, under one tariff.

    ``is_whole``: priced together, when all of them are there; else each as it comes.
    """

    first: int
    end: int
    tariff_id: int
    tariff: Tariff
    is_whole: bool

    @property
    def month(self) -> date:
        """The local month that it begins in."""
        return month_start(local_day(start_of(self.first)))


def number_of(start: datetime) -> int:
    """The number of the interval that starts then."""
    return Interval(start).number


def period_at(
    first: int, tariffs: list[tuple[int, Tariff]], meters: Meters, owners: Owners
) -> Period:
    """The period that begins with an interval.

    Under a scheme priced by the month it ends with the local month or where a tariff changes;
    else after a day, before another tariff, or where a connection comes, goes or changes hands,
    since standings and terms are those of its beginning. Raises Conflict without a tariff.
    """
    day = local_day(start_of(first))
    tariff_id, tariff = tariff_on(tariffs, day)
    is_whole = scheme_named(tariff.scheme).by_month
    ends = [number_of(day_start(one.valid_from)) for _, one in tariffs if one.valid_from > day]
    if is_whole:
        ends.append(number_of(day_start(next_month(month_start(day)))))
    else:
        at_once = max(1, MOST_AT_ONCE // max(1, len(meters.meter_id)))
        ends.append(first + min(INTERVALS_PER_DAY, at_once))
        ends += _changes_after(first, meters, owners)
    return Period(first, min(ends), tariff_id, tariff, is_whole)


def beginning_of_period(start: datetime, tariffs: Sequence[tuple[int, Tariff]]) -> datetime:
    """Where what is priced together with the interval at ``start`` begins."""
    day = local_day(start)
    _, tariff = tariff_on(list(tariffs), day)
    if not scheme_named(tariff.scheme).by_month:
        return start
    return day_start(max(month_start(day), tariff.valid_from))


def _changes_after(first: int, meters: Meters, owners: Owners) -> list[int]:
    """The next interval in which a connection comes, goes or changes hands, if any."""
    spans = (
        meters.active_from,
        meters.active_until,
        owners.from_interval,
        owners.until_interval,
    )
    later = np.concatenate(spans)
    later = later[later > first]
    return [int(later.min())] if len(later) else []
