"""What a month's energy costs by the tariff's blocks, compiled: ``Tariff.charge_micros``.

Whole Wh and micros are kept in float64 here: exact below 2**53, and a month of the largest home
allowed (32,767 Wh a half hour) stays a hundred times below that.
"""

# ruff: noqa: FURB136 - max() of floats is not vectorised, a conditional expression is

import numpy as np

from peergrid.simulation.engine.columns import WRITTEN_OUT, Entry, Rates, Real64
from peergrid.simulation.engine.compiler import summing

MICROS = 1_000_000.0


@summing
def nearest(numerator: float, denominator: float) -> float:
    """Their quotient to the nearest whole number, halves upwards, as ``money.divide``.

    Exact for whole numbers with ``2 * numerator + denominator`` below 2**51: the half added
    keeps the quotient on its side of a whole number, whatever its reciprocal was rounded to.
    """
    return np.floor((2.0 * numerator + denominator + 0.5) * (0.5 / denominator))


@summing
def charge(rates: Rates, month_wh: Real64, retail: Real64, levy: Real64) -> tuple[float, float]:
    """Retail and levy (n,) [micros] of a month's ``month_wh`` (n,), rounded half up; their sums."""
    p0, p1, p2 = rates.price[0], rates.price[1], rates.price[2]
    p3, p4, p5 = rates.price[3], rates.price[4], rates.price[5]
    o1, o2, o3 = rates.offset[1], rates.offset[2], rates.offset[3]
    o4, o5 = rates.offset[4], rates.offset[5]
    for i in range(month_wh.size):  # written out: four times as fast as a loop over the blocks
        wh = month_wh[i]
        most, next_ = p0 * wh, p1 * wh - o1
        most, next_ = next_ if next_ > most else most, p2 * wh - o2
        most, next_ = next_ if next_ > most else most, p3 * wh - o3
        most, next_ = next_ if next_ > most else most, p4 * wh - o4
        most, next_ = next_ if next_ > most else most, p5 * wh - o5
        retail[i] = next_ if next_ > most else most
    for k in range(WRITTEN_OUT, rates.price.size):
        for i in range(month_wh.size):
            next_ = rates.price[k] * month_wh[i] - rates.offset[k]
            retail[i] = next_ if next_ > retail[i] else retail[i]
    if rates.parts > 1:
        for i in range(month_wh.size):
            retail[i] = nearest(retail[i], rates.parts)
    ppm, up, down = 2.0 * rates.levy_ppm, MICROS + 0.5, 0.5 / MICROS  # as `nearest` has them
    retail_sum, levy_sum = 0.0, 0.0
    for i in range(month_wh.size):
        part = np.floor((ppm * retail[i] + up) * down)
        levy[i] = part
        levy_sum += part
        retail_sum += retail[i]
    return retail_sum, levy_sum


@summing
def draw_lines(rates: Rates, book: Real64, least: Real64, most: Real64) -> bool:
    """Enter the tariff's line at each home's ``least`` (n,) and at its ``most`` (n,) [Wh].

    Few homes pass from one block of the month to the next within a day, and none, as a rule,
    passes two: so the larger of two lines stands for the largest of six, at a third of the time.
    Whether that holds for all of these homes.
    """
    lines, next_lines = book[Entry.LINE], book[Entry.NEXT_LINE]
    find_line(rates, least, book[Entry.PRICE], book[Entry.OFFSET], lines)
    find_line(rates, most, book[Entry.NEXT_PRICE], book[Entry.NEXT_OFFSET], next_lines)
    wide = 0
    for i in range(least.size):
        wide += next_lines[i] - lines[i] > 1
    return wide == 0 and rates.price.size == WRITTEN_OUT and rates.parts == 1


@summing
def find_line(rates: Rates, month_wh: Real64, price: Real64, offset: Real64, line: Real64) -> None:
    """Enter the price, the offset and the number of the line that is largest at ``month_wh``."""
    for i in range(month_wh.size):
        price[i], offset[i], line[i] = rates.price[0], rates.offset[0], 0.0
    for k in range(1, rates.price.size):
        above, less, number = rates.price[k], rates.offset[k], float(k)
        for i in range(month_wh.size):
            was, without, at = price[i], offset[i], line[i]  # read all first: no branch then
            is_larger = above * month_wh[i] - less > was * month_wh[i] - without
            price[i] = above if is_larger else was
            offset[i] = less if is_larger else without
            line[i] = number if is_larger else at


@summing
def charge_along(
    rates: Rates, book: Real64, month_wh: Real64, retail: Real64, levy: Real64
) -> tuple[float, float]:
    """As ``charge``, with each home's two lines."""
    price, offset = book[Entry.PRICE], book[Entry.OFFSET]
    next_price, next_offset = book[Entry.NEXT_PRICE], book[Entry.NEXT_OFFSET]
    retail_sum, levy_sum = 0.0, 0.0
    ppm, up, down = 2.0 * rates.levy_ppm, MICROS + 0.5, 0.5 / MICROS  # as `nearest` has them
    for i in range(month_wh.size):
        wh = month_wh[i]
        most, next_ = price[i] * wh - offset[i], next_price[i] * wh - next_offset[i]
        most = next_ if next_ > most else most
        part = np.floor((ppm * most + up) * down)
        retail[i], levy[i] = most, part
        retail_sum += most
        levy_sum += part
    return retail_sum, levy_sum
