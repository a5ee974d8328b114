"""What the grid asks and pays for the energy of many meters and intervals."""

from typing import NamedTuple

import numpy as np

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.market.metered import Metered
from peergrid.market.tariff import DAYS, Tariff
from peergrid.money import WH_PER_KWH, Whole, divide, part_of

MOST_MICROS = 4 * 10**12  # of one meter's month: past it whole numbers of 64 bits would not do
THURSDAY = 3  # 1 January 1970


class Charge(NamedTuple):
    """What the grid asks [micros], each (n_intervals, n_meters)."""

    retail_micros: Whole
    levy_micros: Whole
    vat_micros: Whole

    @property
    def total_micros(self) -> Whole:
        return self.retail_micros + self.levy_micros + self.vat_micros


def month_micros(tariff: Tariff, month_wh: Whole) -> Whole:
    """The energy charge [micros] of each ``month_wh`` (n, m) [Wh]: blocks alone.

    ``Tariff.retail_micros`` for many at once; each column rises from row to row. Raises
    ValueError for a month of more than some US$4 million, or 40 MWh at US$100.
    """
    limits = [block.up_to_wh for block in tariff.blocks if block.up_to_wh is not None]
    prices = np.array([block.price_micros_per_kwh for block in tariff.blocks], np.int64)
    # Within a block the charge is a line: price x energy - what the cheaper blocks save.
    savings = np.concatenate([[0], np.cumsum(np.diff(prices) * np.array(limits, np.int64))])
    most_wh = int(month_wh.max(initial=0))
    if most_wh * int(prices[-1]) > MOST_MICROS * WH_PER_KWH:
        raise ValueError(f"a month of {most_wh} Wh on one meter is more than can be priced")
    edges = np.array(limits, np.int64)
    first = np.searchsorted(edges, month_wh[0])
    last = np.searchsorted(edges, month_wh[-1])
    micros_wh = month_wh * prices[first] - savings[first]
    climbing = np.flatnonzero(first != last)
    if len(climbing):  # prices never fall, so the line of the right block is the highest
        climbed = month_wh[:, climbing]
        micros_wh[:, climbing] = np.max(
            [climbed * price - saved for price, saved in zip(prices, savings, strict=True)], axis=0
        )
    micros: Whole = divide(micros_wh, WH_PER_KWH)
    return micros


def charges(tariff: Tariff, metered: Metered, before_wh: Whole, energy_wh: Whole) -> Charge:
    """Retail, levy and VAT of ``energy_wh`` more after ``before_wh`` this month.

    ``before_wh`` is (n_meters,) [Wh] and ``energy_wh`` (n_intervals, n_meters) [Wh], billed one
    after the other. Differences of the month's totals: however a month is cut, its charges sum
    to the month's bill, to the micro. A time of use is priced, and rounded, interval by interval.
    """
    reached_wh = np.empty((len(energy_wh) + 1, energy_wh.shape[1]), np.int64)
    reached_wh[0] = before_wh
    np.cumsum(energy_wh, axis=0, out=reached_wh[1:])
    reached_wh[1:] += before_wh
    return _between(tariff, metered, month_micros(tariff, reached_wh), energy_wh)


def charges_beside(tariff: Tariff, metered: Metered, before_wh: Whole, energy_wh: Whole) -> Charge:
    """The same if each interval's energy came on top of its own ``before_wh`` (n_intervals, m)."""
    shape = (2, energy_wh.size)
    reached_wh = np.stack([before_wh, before_wh + energy_wh]).reshape(shape)
    micros = month_micros(tariff, reached_wh).reshape(2, *energy_wh.shape)
    return _between(tariff, metered, micros, energy_wh)


def _between(tariff: Tariff, metered: Metered, micros: Whole, energy_wh: Whole) -> Charge:
    reached = (micros, part_of(micros, tariff.levy_ppm), part_of(micros, tariff.vat_ppm))
    retail, levy, vat = (np.diff(one, axis=0).reshape(energy_wh.shape) for one in reached)
    if not tariff.times:
        return Charge(retail, levy, vat)
    price = surcharges_micros_per_kwh(tariff, metered)[:, None]
    more = divide(price * energy_wh, WH_PER_KWH)
    return Charge(  # a cheap hour may round below nothing
        np.maximum(retail + more, 0),
        np.maximum(levy + part_of(more, tariff.levy_ppm), 0),
        np.maximum(vat + part_of(more, tariff.vat_ppm), 0),
    )


def surcharges_micros_per_kwh(tariff: Tariff, metered: Metered) -> Whole:
    """What the tariff's times of use add in each interval (n_intervals,)."""
    halves, weekdays = metered.local_halves, (metered.local_days.astype(np.int64) + THURSDAY) % 7
    more = np.zeros(len(halves), np.int64)
    for time in tariff.times:
        days = DAYS[time.on]
        is_on = (halves >= time.first) & (halves < time.end)
        is_on &= (weekdays >= days.start) & (weekdays < days.stop)
        more[is_on] += time.micros_per_kwh
    return more


def feed_in_micros(tariff: Tariff, energy_wh: Whole) -> Whole:
    """What the grid pays [micros] for ``energy_wh`` [Wh], of any shape."""
    return divide(tariff.feed_in_micros_per_kwh * energy_wh, WH_PER_KWH)


def credits_earned_wh(tariff: Tariff, before_wh: Whole, export_wh: Whole) -> Whole:
    """Energy credit [Wh] for ``export_wh`` (n_intervals, n_meters) after ``before_wh`` (n_meters,).

    ``before_wh`` is what was sent out this month. What is above the tariff's cap earns none.
    """
    reached_wh = before_wh + np.cumsum(export_wh, axis=0)
    before = reached_wh - export_wh
    if tariff.credit.cap_w is not None:
        reached_wh = before + np.minimum(export_wh, tariff.credit.cap_w // INTERVALS_PER_HOUR)
    return part_of(reached_wh, tariff.credit_ratio_ppm) - part_of(before, tariff.credit_ratio_ppm)
