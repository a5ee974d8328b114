"""A community's books over a block: opened from the totals, settled, and written back, compiled."""

import numpy as np

from peergrid.simulation.engine.charging import charge, draw_lines
from peergrid.simulation.engine.columns import (
    NOBODY_DREW,
    PRICED_IN_NUMPY,
    Entry,
    Fact,
    Homes,
    Pool,
    Rates,
    Real64,
    Recording,
    Sale,
    Series,
    Total,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import summing, summing_inlined
from peergrid.simulation.engine.settling import price_of, share_energy
from peergrid.simulation.engine.sharing import share_out

SUMS_OF_HOMES = tuple(
    (int(entry), int(total))
    for entry, total in (
        (Entry.ALL_BOUGHT, Total.BOUGHT_WH),
        (Entry.ALL_PAID, Total.PAID_MICROS),
    )
)
SUMS_OF_SELLERS = tuple(
    (int(sale), int(total))
    for sale, total in (
        (Sale.ALL_EXPORTED, Total.EXPORT_WH),
        (Sale.ALL_SOLD, Total.SOLD_WH),
        (Sale.ALL_EARNED, Total.EARNED_MICROS),
        (Sale.ALL_FEED_IN, Total.FEED_IN_MICROS),
        (Sale.ALL_CREDITED, Total.CREDIT_EARNED_WH),
        (Sale.ALL_USED, Total.CREDIT_USED_WH),
    )
)


@summing
def open_book(
    totals: Whole64,
    row: int,
    rates: Rates,
    book: Real64,
    due: Real64,
    sellers: Whole32,
    sales: Real64,
    whole_day: bool,
) -> bool:
    """Where each home of a community stands; nothing has happened in the block yet.

    SPARE has what each home draws in the block. Whether two lines of the tariff are enough for
    each home (``draw_lines``).
    """
    billed, drawn = book[Entry.BILLED], book[Entry.SPARE]
    for i in range(billed.size):
        billed[i] = totals[Total.BILLED_WH, row + i]
    for k in range(sellers.size):
        sales[Sale.MONTH_SENT, k] = totals[Total.SENT_WH, row + sellers[k]]
        sales[Sale.CREDIT, k] = totals[Total.CREDIT_WH, row + sellers[k]]
    for sale in range(Sale.ALL_EXPORTED, sales.shape[0]):  # slices take seconds to compile
        for k in range(sellers.size):
            sales[sale, k] = 0.0
    for entry in range(Entry.ALL_BOUGHT, book.shape[0]):
        for i in range(billed.size):
            book[entry, i] = 0.0
    due[0], due[1] = charge(rates, billed, book[Entry.RETAIL_BEFORE], book[Entry.LEVY_BEFORE])
    for i in range(billed.size):
        book[Entry.RETAIL, i] = book[Entry.RETAIL_BEFORE, i]
        book[Entry.LEVY, i] = book[Entry.LEVY_BEFORE, i]
    if not whole_day:
        return False
    for i in range(billed.size):
        drawn[i] += billed[i]
    return draw_lines(rates, book, billed, drawn)


@summing
def close_book(homes: Homes, row: int, book: Real64, sellers: Whole32, sales: Real64) -> None:
    """Write the block's sums and the standings back."""
    totals = homes.totals
    for i in range(book.shape[1]):
        totals[Total.BILLED_WH, row + i] = np.int64(book[Entry.BILLED, i])
    for i in range(book.shape[1]):
        more = book[Entry.RETAIL, i] - book[Entry.RETAIL_BEFORE, i]
        totals[Total.RETAIL_MICROS, row + i] += np.int64(more)
    for i in range(book.shape[1]):
        more = book[Entry.LEVY, i] - book[Entry.LEVY_BEFORE, i]
        totals[Total.LEVY_MICROS, row + i] += np.int64(more)
    for entry, total in SUMS_OF_HOMES:
        for i in range(book.shape[1]):
            totals[total, row + i] += np.int64(book[entry, i])
    for k in range(sellers.size):
        totals[Total.SENT_WH, row + sellers[k]] = np.int64(sales[Sale.MONTH_SENT, k])
        totals[Total.CREDIT_WH, row + sellers[k]] = np.int64(sales[Sale.CREDIT, k])
    for sale, total in SUMS_OF_SELLERS:
        for k in range(sellers.size):
            totals[total, row + sellers[k]] += np.int64(sales[sale, k])


@summing
def go_dark(net: Whole32) -> int:
    """Nothing passes the meters while the feeder is off; what was asked for in vain [Wh]."""
    missing = 0
    for i in range(net.size):
        missing -= net[i]
        net[i] = 0
    return missing


@summing
def draw_up(net: Whole32, imported: Real64) -> float:
    """Enter what each home drew; the community's demand [Wh]."""
    demand = 0.0
    for i in range(net.size):
        wh = np.float64(np.int32(-min(net[i], 0)))
        imported[i] = wh
        demand += wh
    return demand


@summing
def send_out(net: Whole32, sellers: Whole32, sales: Real64) -> float:
    """Enter what each seller sent out; the community's supply [Wh]."""
    supply = 0.0
    for k in range(sellers.size):
        sent = max(float(net[sellers[k]]), 0.0)
        sales[Sale.EXPORTED, k] = sent
        supply += sent
    return supply


@summing
def curtail(
    too_much: float,
    supply: float,
    turn: int,
    j: int,
    is_last: bool,
    row: int,
    sales: Real64,
    sellers: Whole32,
    net: Whole32,
    homes: Homes,
    recording: Recording,
) -> None:
    """Hold back ``too_much`` [Wh] of the exports that the transformer cannot carry."""
    share_out(
        too_much,
        sales[Sale.EXPORTED],
        supply,
        turn,
        sales[Sale.SOLD],
        sales[Sale.SPARE],
        sales[Sale.ROOM],
    )
    for k in range(sellers.size):
        held, place = np.int32(sales[Sale.SOLD, k]), sellers[k]
        if held > 0:
            h, was = row + place, float(net[place])
            net[place] -= held
            sales[Sale.EXPORTED, k] -= held
            less = was * was - (was - held) * (was - held)
            homes.totals[Total.NET_SQUARED_WH2, h] -= np.int64(less)
            homes.totals[Total.GENERATION_WH, h] -= held
            homes.totals[Total.CURTAILED_WH, h] += held
            if is_last:
                homes.facts[Fact.GENERATION_WH, h] -= held
            if recording.generation_wh.shape[0] > 0:
                recording.generation_wh[j, h] -= held


@summing_inlined
def settle(
    facts: Whole64,
    turn: int,
    j: int,
    is_last: bool,
    rates: Rates,
    narrow: bool,
    net: Whole32,
    book: Real64,
    sales: Real64,
    due: Real64,
    sellers: Whole32,
    homes: Homes,
    recording: Recording,
    sums: Whole64,
) -> int:
    """Clear interval ``j`` of a community from ``net`` (homes,); the mean price [micros/kWh]."""
    demand = draw_up(net, book[Entry.IMPORTED])
    supply = send_out(net, sellers, sales)
    limit = float(facts[Pool.TRANSFORMER_WH])
    if supply - demand > limit:
        too_much = supply - demand - limit
        row = facts[Pool.FIRST]
        curtail(too_much, supply, turn, j, is_last, row, sales, sellers, net, homes, recording)
        supply -= too_much
        sums[Series.GENERATION_WH, j] -= np.int64(too_much)
        sums[Series.CURTAILED_WH, j] += np.int64(too_much)
    elif demand - supply > limit:
        facts[Pool.OVERLOAD_INTERVALS] += 1
        sums[Series.OVERLOAD_WH, j] += np.int64(demand - supply - limit)
    for k in range(sellers.size):
        sales[Sale.ALL_EXPORTED, k] += sales[Sale.EXPORTED, k]
    sums[Series.DEMAND_WH, j] += np.int64(demand)
    sums[Series.IMPORT_WH, j] += np.int64(demand)
    sums[Series.EXPORT_WH, j] += np.int64(supply)
    if rates.scheme == PRICED_IN_NUMPY:
        return NOBODY_DREW
    shared = share_energy(book, sales, supply, demand, turn)
    sums[Series.SHARED_WH, j] += np.int64(shared)
    micros = price_of(rates, narrow, book, sales, due, sellers, supply, shared, turn, j, sums)
    if demand == 0:
        return NOBODY_DREW
    return np.int64(np.floor((2_000.0 * micros + demand) / (2.0 * demand)))
