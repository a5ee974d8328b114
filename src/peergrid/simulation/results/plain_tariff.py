"""What homes would have paid under the plain tariff: stepped prices and levy, no sharing."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, month_start
from peergrid.market.tariff import Tariff
from peergrid.money import PARTS, WH_PER_KWH
from peergrid.simulation.engine.run import SERIES, Run

type Amounts = NDArray[np.int64]


def months_of(start: date, intervals: int) -> Iterator[tuple[date, slice]]:
    """Each local calendar month of a run that begins on ``start``, and its intervals."""
    first = 0
    while first < intervals:
        day = start + timedelta(days=first // INTERVALS_PER_DAY)
        following = (month_start(day) + timedelta(days=32)).replace(day=1)
        last = min(intervals, first + (following - day).days * INTERVALS_PER_DAY)
        yield month_start(day), slice(first, last)
        first = last


def imports_by_month_wh(run: Run) -> Iterator[Amounts]:
    """What each home drew in each month of the run [Wh] (n,).

    A run keeps a home's sum alone, so it is spread over the months as its town's imports were:
    exact within one month, an estimate beyond. The months of a home add up to its sum.
    """
    spans = [span for _, span in months_of(run.scenario.start, run.intervals)]
    if not spans:
        return
    imports = run.series[:, SERIES.index("import_wh")]
    reached = np.stack([imports[:, : span.stop].sum(axis=1) for span in spans], axis=1)
    parts = reached / np.maximum(reached[:, -1:], 1)
    sites = np.asarray(run.communities["site"])[run.homes["community"]]
    before = np.zeros(len(sites), np.int64)
    for month in range(parts.shape[1]):
        last = month == parts.shape[1] - 1
        until = run.homes["import_wh"] * (1.0 if last else parts[sites, month])
        after = np.floor(until + 0.5).astype(np.int64)
        yield after - before
        before = after


def plain_bills_micros(run: Run, tariff: Tariff) -> Amounts:
    """Each home's bill for the run [micros] (n,) if there were no scheme at all.

    Every Wh drawn is the grid's, at the month's blocks and with the levy; a Wh sent out earns
    nothing, since no price in money for it was found in force. See ``imports_by_month_wh`` for
    what is estimated.
    """
    months = (month_bill_micros(tariff, month_wh) for month_wh in imports_by_month_wh(run))
    return np.asarray(sum(months, np.zeros_like(run.homes["import_wh"])), np.int64)


def month_bill_micros(tariff: Tariff, month_wh: Amounts) -> Amounts:
    """Retail and levy [micros] of each ``month_wh`` [Wh]: Tariff's own, for many at once."""
    micros_wh = np.zeros_like(month_wh)
    low_wh = 0
    for block in tariff.blocks:
        high_wh = block.up_to_wh
        micros_wh += (np.clip(month_wh, low_wh, high_wh) - low_wh) * block.price_micros_per_kwh
        low_wh = high_wh or low_wh
    retail = _divided(micros_wh, WH_PER_KWH)
    return retail + _divided(retail * tariff.levy_ppm, PARTS)


def _divided(amounts: Amounts, by: int) -> Amounts:
    """As money.divide: to the nearest whole number, halves upwards."""
    return (2 * amounts + by) // (2 * by)
