"""An interval of a community cleared and priced, compiled: what ``peergrid.market`` does.

Amounts are whole numbers in float64: see ``charging``.
"""

import numpy as np

from peergrid.simulation.engine.charging import MICROS, charge, charge_along, nearest
from peergrid.simulation.engine.columns import (
    SCHEME_NAMES,
    Entry,
    Rates,
    Real64,
    Sale,
    Series,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import summing, summing_inlined
from peergrid.simulation.engine.sharing import share_out

MID_MARKET = SCHEME_NAMES.index("mid_market")


@summing
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


@summing
def add(sums: Real64, more: Real64) -> None:
    """Add ``more`` (n,) to ``sums`` (n,)."""
    for i in range(sums.size):
        sums[i] += more[i]


@summing
def feed_in(rates: Rates, sales: Real64) -> float:
    """What the grid pays for exports that no neighbour took [micros]."""
    exported, sold = sales[Sale.EXPORTED], sales[Sale.SOLD]
    received, price, paid = sales[Sale.ALL_FEED_IN], rates.feed_in, 0.0
    for k in range(exported.size):
        micros = nearest(price * (exported[k] - sold[k]), 1_000.0)
        received[k] += micros
        paid += micros
    return paid


@summing
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


@summing
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


@summing_inlined
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
        for k in range(sales.shape[1]):
            sales[Sale.SOLD, k] = 0.0
    return shared


@summing_inlined
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


@summing_inlined
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
