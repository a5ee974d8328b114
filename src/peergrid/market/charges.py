"""What the grid asks and pays for the energy of many meters and intervals."""

from typing import NamedTuple

import numpy as np

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.market.metered import Metered
from peergrid.market.running import running
from peergrid.market.tariff import DAYS, Tariff
from peergrid.money import WH_PER_KWH, Whole, divide, part_of

MOST_MICROS = 4 * 10**12  # of one meter's month: past it whole numbers of 64 bits would not do
THURSDAY = 3  # 1 January 1970


class Charge(NamedTuple):
    """What the grid asks [micros], each (n_intervals, n_meters); a 0 stands for zeros."""

    retail_micros: Whole
    levy_micros: Whole | int
    vat_micros: Whole | int

    @property
    def total_micros(self) -> Whole:
        return self.retail_micros + self.levy_micros + self.vat_micros


def month_micros(tariff: Tariff, month_wh: Whole, least_wh: Whole, most_wh: Whole) -> Whole:
    """The energy charge [micros] of each ``month_wh`` (n, m) [Wh]: blocks alone.

    ``Tariff.retail_micros`` for many at once; ``least_wh`` and ``most_wh`` (m,) are what no row
    of a column is below or above. Raises ValueError for a month of more than some US$4 million,
    or 40 MWh at US$100.
    """
    limits = [block.up_to_wh for block in tariff.blocks if block.up_to_wh is not None]
    prices = np.array([block.price_micros_per_kwh for block in tariff.blocks], np.int64)
    # Within a block the charge is a line: price x energy - what the cheaper blocks save.
    savings = np.concatenate([[0], np.cumsum(np.diff(prices) * np.array(limits, np.int64))])
    highest_wh = int(most_wh.max(initial=0))
    if highest_wh * int(prices[-1]) > MOST_MICROS * WH_PER_KWH:
        raise ValueError(f"a month of {highest_wh} Wh on one meter is more than can be priced")
    edges = np.array(limits, np.int64)
    first, last = np.searchsorted(edges, least_wh), np.searchsorted(edges, most_wh)
    micros_wh = month_wh * prices[first] - savings[first]
    climbing = np.flatnonzero(first != last)
    if len(climbing):  # prices never fall, so the line of the right block is the highest
        climbed = month_wh[:, climbing]
        lowest, *blocks = range(int(first[climbing].min()), int(last[climbing].max()) + 1)
        highest = climbed * prices[lowest] - savings[lowest]
        for block in blocks:
            np.maximum(highest, climbed * prices[block] - savings[block], out=highest)
        micros_wh[:, climbing] = highest
    micros: Whole = divide(micros_wh, WH_PER_KWH)
    return micros


def charges(tariff: Tariff, metered: Metered, reached_wh: Whole, energy_wh: Whole) -> Charge:
    """Retail, levy and VAT of ``energy_wh`` (n_intervals, n_meters) [Wh], one after the other.

    ``reached_wh`` (n_intervals + 1, n_meters) is what a month had come to before, between and
    after them. Differences of the month's totals: however a month is cut, its charges sum
    to the month's bill, to the micro. A time of use is priced, and rounded, interval by interval.
    """
    micros = month_micros(tariff, reached_wh, reached_wh[0], reached_wh[-1])
    month = _taxed(tariff, micros)
    differences = (one if isinstance(one, int) else np.diff(one, axis=0) for one in month)
    return _by_the_hour(tariff, metered, Charge._make(differences), energy_wh)


def charges_beside(tariff: Tariff, metered: Metered, before_wh: Whole, energy_wh: Whole) -> Charge:
    """The same if each interval's energy came on top of its own ``before_wh`` (n_intervals, m)."""
    after_wh = before_wh + energy_wh
    span = before_wh.min(axis=0), after_wh.max(axis=0)
    before, after = (
        _taxed(tariff, month_micros(tariff, month_wh, *span)) for month_wh in (before_wh, after_wh)
    )
    differences = (end - start for start, end in zip(before, after, strict=True))
    return _by_the_hour(tariff, metered, Charge._make(differences), energy_wh)


def _taxed(tariff: Tariff, micros: Whole) -> Charge:
    """The charge of a month's first energy, of which the blocks alone are ``micros``."""
    levy, vat = (
        part_of(micros, part_ppm) if part_ppm else 0
        for part_ppm in (tariff.levy_ppm, tariff.vat_ppm)
    )
    return Charge(micros, levy, vat)


def _by_the_hour(tariff: Tariff, metered: Metered, charge: Charge, energy_wh: Whole) -> Charge:
    """The same with what times of use add."""
    if not tariff.times:
        return charge
    retail, levy, vat = charge
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
    reached_wh = running(before_wh, export_wh)
    if tariff.credit.cap_w is None:
        return np.diff(part_of(reached_wh, tariff.credit_ratio_ppm), axis=0)
    before = reached_wh[:-1]
    capped_wh = before + np.minimum(export_wh, tariff.credit.cap_w // INTERVALS_PER_HOUR)
    return part_of(capped_wh, tariff.credit_ratio_ppm) - part_of(before, tariff.credit_ratio_ppm)
