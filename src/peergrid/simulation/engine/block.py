"""A community's day, or one of its intervals: lived, cleared and settled, compiled."""

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.books import close_book, go_dark, open_book, settle
from peergrid.simulation.engine.columns import (
    BOOK_ROWS,
    FACTOR,
    GAIN,
    HABITS,
    NOBODY_DREW,
    SALE_ROWS,
    Communities,
    Day,
    Entry,
    Fact,
    Homes,
    Pool,
    Rates,
    Real64,
    Recording,
    Series,
    Total,
    Whole32,
    Whole64,
    Work,
)
from peergrid.simulation.engine.compiler import compiled, entrance, inlined, making
from peergrid.simulation.engine.living import (
    HALF,
    ONE,
    ask,
    draw,
    row_of,
)
from peergrid.simulation.engine.moment import ask_all_at
from peergrid.simulation.engine.producing import produce
from peergrid.simulation.engine.waiting import shift

ABREAST = 16  # homes whose days are turned into rows of intervals at once


@inlined
def ask_one(
    homes: Homes, c: int, h: int, day: Day, profile: int, first: int, end: int, line: Whole32
) -> None:
    """Fill ``line`` (48,) [first:end] with what home ``h`` asks for on a day like ``profile``."""
    facts = homes.facts
    most, owed = facts[Fact.CONNECTION_WH, h], facts[Fact.OWED_WH, h]
    kind = facts[Fact.KIND, h]
    factor = homes.reals[FACTOR, h] * day.growth
    ask(day.profiles, kind, profile, factor, most, first, end, line)
    if facts[Fact.SHIFT_WH, h] > 0 or owed > 0:
        habit = np.int64(day.rising[kind, profile])
        ranked = HABITS + c if facts[Fact.REACTS, h] else habit
        need = np.int32(np.float32(facts[Fact.SHIFT_WH, h]) * day.growth + HALF)
        power, tank = facts[Fact.SHIFT_POWER_WH, h], facts[Fact.TANK_WH, h]
        facts[Fact.OWED_WH, h] = shift(
            day.order, ranked, need, power, tank, owed, day.off[c], most, first, end, line
        )


@making
def ask_all(
    homes: Homes,
    c: int,
    row: int,
    day: Day,
    first: int,
    end: int,
    net: Whole32,
    drawn: Real64,
    makers: Whole32,
) -> int:
    """Fill ``net`` (48, homes) [first:end] with what homes ask for, negative.

    Those without panels live by it. ``makers`` gets the places of the others: how many they are.
    """
    facts, reals, totals, keys = homes.facts, homes.reals, homes.totals, homes.key
    line = np.empty(INTERVALS_PER_DAY, np.int32)
    profile = np.empty(ABREAST, np.int64)
    lines = np.empty((INTERVALS_PER_DAY, ABREAST), np.int32)
    on = np.empty(INTERVALS_PER_DAY, np.int32)
    for j in range(INTERVALS_PER_DAY):
        on[j] = 1 - np.int32((day.off[c] >> np.uint64(j)) & ONE)
    found = 0
    for start in range(0, net.shape[1], ABREAST):
        abreast = min(ABREAST, net.shape[1] - start)
        for k in range(abreast):  # all at once, so that no home waits for its days to be found
            profile[k] = row_of(keys[row + start + k], day.number, day.profiles.shape[1])
        for k in range(abreast):
            h = row + start + k
            ask_one(homes, c, h, day, profile[k], first, end, line)
            makers[found] = start + k
            if reals[GAIN, h] > 0:
                found += 1
            else:
                drawn[start + k] = draw(h, on, first, end, line, totals)
                facts[Fact.DEMAND_WH, h] = line[end - 1] * on[end - 1]
            for j in range(first, end):
                lines[j, k] = line[j]
        for j in range(first, end):
            for k in range(abreast):
                net[j, start + k] = -lines[j, k]
    return found


@compiled
def find_sellers(homes: Homes, row: int, count_of: int, sellers: Whole32) -> int:
    """Enter the places of homes that can export, or have credit left from when they could.

    They alone earn, and have credit to use. How many they are.
    """
    facts, totals, found = homes.facts, homes.totals, 0
    for place in range(count_of):
        h = row + place
        sellers[found] = place
        found += (facts[Fact.CAN_EXPORT, h] != 0) | (totals[Total.CREDIT_WH, h] > 0)
    return found


@compiled
def close(
    homes: Homes,
    communities: Communities,
    c: int,
    day: Day,
    rates: Rates,
    first: int,
    end: int,
    recording: Recording,
    net: Whole32,
    work: Work,
    sums: Whole64,
) -> None:
    """Settle intervals [first, end) of community ``c`` from what its homes lived."""
    facts, homes_here = communities.facts[:, c], net.shape[1]
    row = facts[Pool.FIRST]
    sellers = work.sellers[: find_sellers(homes, row, homes_here, work.sellers)]
    book = work.book[: BOOK_ROWS * homes_here].reshape(BOOK_ROWS, homes_here)
    sales = work.sales[: SALE_ROWS * sellers.size].reshape(SALE_ROWS, sellers.size)
    narrow = open_book(homes.totals, row, rates, book, work.due, sellers, sales, end - first > 1)
    for j in range(first, end):
        if (day.off[c] >> np.uint64(j)) & ONE:
            facts[Pool.OUTAGE_INTERVALS] += 1
            sums[Series.HOMES_OFF, j] += homes_here
            sums[Series.UNSERVED_WH, j] += go_dark(net[j])
            communities.price[c, j] = NOBODY_DREW
        else:
            communities.price[c, j] = settle(
                facts,
                day.turns[j],
                j,
                j == end - 1,
                rates,
                narrow,
                net[j],
                book,
                sales,
                work.due,
                sellers,
                homes,
                recording,
                sums,
            )
    close_book(homes, row, book, sellers, sales)
    leave_readings(homes.facts, row, net, first, end, recording.import_wh, recording.export_wh)


@compiled
def leave_readings(
    of_homes: Whole32,
    row: int,
    net: Whole32,
    first: int,
    end: int,
    imports: Whole32,
    exports: Whole32,
) -> None:
    """Leave each home's last import and export, and all of them if they are recorded."""
    for place in range(net.shape[1]):
        of_homes[Fact.IMPORT_WH, row + place] = -min(net[end - 1, place], 0)
    for place in range(net.shape[1]):
        of_homes[Fact.EXPORT_WH, row + place] = max(net[end - 1, place], 0)
    if imports.shape[0] > 0:
        for j in range(first, end):
            for place in range(net.shape[1]):
                imports[j, row + place] = max(-net[j, place], 0)
                exports[j, row + place] = max(net[j, place], 0)


@entrance
def run_day(
    homes: Homes,
    communities: Communities,
    among: Whole64,
    day: Day,
    rates: Rates,
    recording: Recording,
    work: Work,
    series: Whole64,
) -> None:
    """Live and settle all intervals of ``day`` in the communities ``among``.

    Adds to ``series`` (sites, Series, 48). What one community does never touches another's
    columns, so that threads, shards and order make no difference.
    """
    for c in among:
        facts = communities.facts[:, c]
        row, count_of, sums = facts[Pool.FIRST], facts[Pool.HOMES], series[facts[Pool.SITE]]
        net = work.net[: INTERVALS_PER_DAY * count_of].reshape(INTERVALS_PER_DAY, count_of)
        drawn = work.book[Entry.SPARE * count_of : (Entry.SPARE + 1) * count_of]
        found = ask_all(homes, c, row, day, 0, INTERVALS_PER_DAY, net, drawn, work.makers)
        produce(
            homes,
            row,
            work.makers[:found],
            day,
            c,
            0,
            INTERVALS_PER_DAY,
            recording.generation_wh,
            net,
            drawn,
            sums,
        )
        close(homes, communities, c, day, rates, 0, INTERVALS_PER_DAY, recording, net, work, sums)


@entrance
def run_interval(
    homes: Homes,
    communities: Communities,
    among: Whole64,
    day: Day,
    rates: Rates,
    j: int,
    recording: Recording,
    work: Work,
    series: Whole64,
) -> None:
    """As ``run_day``, for interval ``j`` alone.

    Two entrances to the same code, since the compiler makes it three times faster where it
    knows how many intervals there are.
    """
    for c in among:
        facts = communities.facts[:, c]
        row, count_of, sums = facts[Pool.FIRST], facts[Pool.HOMES], series[facts[Pool.SITE]]
        net = work.net[: INTERVALS_PER_DAY * count_of].reshape(INTERVALS_PER_DAY, count_of)
        drawn = work.book[Entry.SPARE * count_of : (Entry.SPARE + 1) * count_of]
        found = ask_all_at(homes, c, row, day, j, net[j], work.makers)
        produce(
            homes,
            row,
            work.makers[:found],
            day,
            c,
            j,
            j + 1,
            recording.generation_wh,
            net,
            drawn,
            sums,
        )
        close(homes, communities, c, day, rates, j, j + 1, recording, net, work, sums)
