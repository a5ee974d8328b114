"""An interval of a community cleared and priced, compiled: what ``peergrid.market`` does.

Whole Wh and micros are kept in float64 here: exact below 2**53, and a month of the largest home
allowed (32,767 Wh a half hour) stays a hundred times below that.
"""

# ruff: noqa: FURB136 - max() of floats is not vectorised, a conditional expression is

from enum import IntEnum

import numpy as np

from peergrid.simulation.engine.columns import Rates, Real64, Series, Whole32, Whole64
from peergrid.simulation.engine.sharing import compiled, share_out

SCHEME_NAMES = ("net_metering", "mid_market")
MID_MARKET = SCHEME_NAMES.index("mid_market")
MICROS = 1_000_000.0
WRITTEN_OUT = 6  # blocks of a tariff that `charge` computes without a loop


class Entry(IntEnum):
    """Rows of a community's book (Entry, homes): the interval's, the month's, the block's."""

    IMPORTED = 0
    BOUGHT = 1
    PAYS = 2
    RETAIL_THEN = 3
    LEVY_THEN = 4
    SPARE = 5
    BILLED = 6  # the month so far
    RETAIL = 7
    LEVY = 8
    RETAIL_BEFORE = 9  # the month before the block
    LEVY_BEFORE = 10
    PRICE = 11  # the tariff's line at the block's beginning, and the one at its end
    OFFSET = 12
    NEXT_PRICE = 13
    NEXT_OFFSET = 14
    LINE = 15  # which line that is
    NEXT_LINE = 16
    ROOM = 17
    ALL_BOUGHT = 18  # from here on: sums over the block
    ALL_PAID = 19


class Sale(IntEnum):
    """Rows of the book of those who can export (Sale, sellers): they alone earn or have credit."""

    EXPORTED = 0
    SOLD = 1
    EARNS = 2
    SPARE = 3
    ROOM = 4
    MONTH_SENT = 5  # from here on: the month so far
    CREDIT = 6
    ALL_EXPORTED = 7  # from here on: sums over the block
    ALL_SOLD = 8
    ALL_EARNED = 9
    ALL_FEED_IN = 10
    ALL_CREDITED = 11
    ALL_USED = 12


@compiled
def nearest(numerator: float, denominator: float) -> float:
    """Their quotient to the nearest whole number, halves upwards, as ``money.divide``.

    Exact for whole numbers with ``2 * numerator + denominator`` below 2**51: the half added
    keeps the quotient on its side of a whole number, whatever its reciprocal was rounded to.
    """
    return np.floor((2.0 * numerator + denominator + 0.5) * (0.5 / denominator))


@compiled
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


@compiled
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


@compiled
def find_line(rates: Rates, month_wh: Real64, price: Real64, offset: Real64, line: Real64) -> None:
    """Enter the price, the offset and the number of the line that is largest at ``month_wh``."""
    price[:], offset[:], line[:] = rates.price[0], rates.offset[0], 0.0
    for k in range(1, rates.price.size):
        above, less, number = rates.price[k], rates.offset[k], float(k)
        for i in range(month_wh.size):
            is_larger = above * month_wh[i] - less > price[i] * month_wh[i] - offset[i]
            price[i] = above if is_larger else price[i]
            offset[i] = less if is_larger else offset[i]
            line[i] = number if is_larger else line[i]


@compiled
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


@compiled
def pay_neighbours(
    rates: Rates,
    narrow: bool,
    book: Real64,
    sales: Real64,
    shared: float,
    turn: int,
) -> float:
    """The mid-market rate: halfway between each buyer's next block and the feed-in price."""
    bought, pays = book[Entry.BOUGHT], book[Entry.PAYS]
    month, then, levied = book[Entry.SPARE], book[Entry.RETAIL_THEN], book[Entry.LEVY_THEN]
    billed, retail, levy = book[Entry.BILLED], book[Entry.RETAIL], book[Entry.LEVY]
    for i in range(month.size):
        month[i] = billed[i] + bought[i]
    if narrow:
        charge_along(rates, book, month, then, levied)
    else:
        charge(rates, month, then, levied)
    price, paid, all_paid = rates.feed_in, 0.0, book[Entry.ALL_PAID]
    for i in range(month.size):
        pays[i] = then[i] - retail[i] + levied[i] - levy[i]
    for i in range(month.size):
        pays[i] = np.floor((pays[i] + nearest(price * bought[i], 1_000.0) + 1.0) * 0.5)
        all_paid[i] += pays[i]
        paid += pays[i]
    share_out(
        paid, sales[Sale.SOLD], shared, turn, sales[Sale.EARNS], sales[Sale.SPARE], sales[Sale.ROOM]
    )
    add(sales[Sale.ALL_EARNED], sales[Sale.EARNS])
    return paid


@compiled
def add(sums: Real64, more: Real64) -> None:
    """Add ``more`` (n,) to ``sums`` (n,)."""
    for i in range(sums.size):
        sums[i] += more[i]


@compiled
def feed_in(rates: Rates, sales: Real64) -> float:
    """What the grid pays for exports that no neighbour took [micros]."""
    exported, sold = sales[Sale.EXPORTED], sales[Sale.SOLD]
    received, price, paid = sales[Sale.ALL_FEED_IN], rates.feed_in, 0.0
    for k in range(exported.size):
        micros = nearest(price * (exported[k] - sold[k]), 1_000.0)
        received[k] += micros
        paid += micros
    return paid


@compiled
def earn_credit(rates: Rates, sales: Real64) -> float:
    """Energy credit [Wh] for every exported Wh; the month's sum is rounded, not each part."""
    exported, sent = sales[Sale.EXPORTED], sales[Sale.MONTH_SENT]
    credit, earned = sales[Sale.CREDIT], sales[Sale.ALL_CREDITED]
    ppm, credited = rates.credit_ratio_ppm, 0.0
    for k in range(exported.size):
        before = nearest(ppm * sent[k], MICROS)
        more = nearest(ppm * (sent[k] + exported[k]), MICROS) - before
        credit[k] += more
        earned[k] += more
        credited += more
    return credited


@compiled
def use_credit(sellers: Whole32, sales: Real64, energy: Real64) -> float:
    """Take from ``energy`` (homes,) what energy credits pay for; how much they paid for [Wh]."""
    credit, all_used, used = sales[Sale.CREDIT], sales[Sale.ALL_USED], 0.0
    for k in range(sellers.size):
        spent = min(credit[k], energy[sellers[k]])
        credit[k] -= spent
        energy[sellers[k]] -= spent
        all_used[k] += spent
        used += spent
    return used


@compiled
def share_energy(book: Real64, sales: Real64, supply: float, demand: float, turn: int) -> float:
    """Fill what each bought and sold, if anything; how much was shared [Wh]."""
    shared = min(supply, demand)
    if shared > 0:
        bought, sold = book[Entry.BOUGHT], sales[Sale.SOLD]
        share_out(
            shared, book[Entry.IMPORTED], demand, turn, bought, book[Entry.SPARE], book[Entry.ROOM]
        )
        share_out(
            shared, sales[Sale.EXPORTED], supply, turn, sold, sales[Sale.SPARE], sales[Sale.ROOM]
        )
        add(book[Entry.ALL_BOUGHT], bought)
        add(sales[Sale.ALL_SOLD], sold)
    elif supply > 0:
        sales[Sale.SOLD, :] = 0.0
    return shared


@compiled
def price_of(
    rates: Rates,
    narrow: bool,
    book: Real64,
    sales: Real64,
    due: Real64,
    sellers: Whole32,
    supply: float,
    shared: float,
    turn: int,
    j: int,
    sums: Whole64,
) -> float:
    """Price an interval whose energy is shared: what all pay for what they drew [micros].

    Afterwards IMPORTED holds what the month's blocks were charged with.
    """
    micros, energy = 0.0, book[Entry.IMPORTED]
    mid_market = rates.scheme == MID_MARKET
    if mid_market and shared > 0:
        bought = book[Entry.BOUGHT]
        micros = pay_neighbours(rates, narrow, book, sales, shared, turn)
        sums[Series.PAID_MICROS, j] += np.int64(micros)
        for i in range(energy.size):
            energy[i] -= bought[i]
    sums[Series.CREDIT_USED_WH, j] += np.int64(use_credit(sellers, sales, energy))
    micros += bill(rates, narrow, book, due, j, sums)
    if supply > 0:
        if mid_market:
            sums[Series.FEED_IN_MICROS, j] += np.int64(feed_in(rates, sales))
        else:
            sums[Series.CREDIT_EARNED_WH, j] += np.int64(earn_credit(rates, sales))
        add(sales[Sale.MONTH_SENT], sales[Sale.EXPORTED])
    return micros


@compiled
def bill(
    rates: Rates,
    narrow: bool,
    book: Real64,
    due: Real64,
    j: int,
    sums: Whole64,
) -> float:
    """Charge what was drawn from the grid, in the month's blocks: retail and levy [micros].

    ``due`` (2,) is what retail and levy of all homes come to in the month so far.
    """
    add(book[Entry.BILLED], book[Entry.IMPORTED])
    billed, dues, levies = book[Entry.BILLED], book[Entry.RETAIL], book[Entry.LEVY]
    if narrow:
        retail, levy = charge_along(rates, book, billed, dues, levies)
    else:
        retail, levy = charge(rates, billed, dues, levies)
    more_retail, more_levy = retail - due[0], levy - due[1]
    due[0], due[1] = retail, levy
    sums[Series.RETAIL_MICROS, j] += np.int64(more_retail)
    sums[Series.LEVY_MICROS, j] += np.int64(more_levy)
    return more_retail + more_levy
