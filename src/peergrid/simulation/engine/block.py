"""A community's day, or one of its intervals: lived, cleared and settled, compiled."""

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.books import close_book, go_dark, open_book, settle
from peergrid.simulation.engine.columns import (
    BOOK_ROWS,
    EVERY_INTERVAL,
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
    Real32,
    Real64,
    Recording,
    Series,
    Total,
    Whole32,
    Whole64,
    Work,
)
from peergrid.simulation.engine.compiler import compiled, inlined
from peergrid.simulation.engine.living import (
    HALF,
    ONE,
    Line,
    ask,
    count,
    draw,
    meter,
    row_of,
    share,
    shine,
    store,
)
from peergrid.simulation.engine.moment import live_interval
from peergrid.simulation.engine.waiting import shift

LINES = len(Line)


@inlined
def generate(
    facts: Whole32,
    reals: Real32,
    h: int,
    sun: Real32,
    dear: int,
    worth_ppm: int,
    on: Whole32,
    first: int,
    end: int,
    line: Whole32,
) -> None:
    """Live a home with panels, whose DEMAND is asked: fill the other rows of its ``line``."""
    inverter, most = facts[Fact.INVERTER_WH, h], facts[Fact.CONNECTION_WH, h]
    exports = most if facts[Fact.CAN_EXPORT, h] else 0
    shine(sun, facts[Fact.ORIENTATION, h], reals[GAIN, h], inverter, first, end, line)
    if facts[Fact.BATTERY_WH, h] > 0:
        reacts = facts[Fact.REACTS, h] > 0
        bits = dear if reacts else EVERY_INTERVAL
        sent_first = exports if reacts and facts[Fact.EFFICIENCY_PPM, h] < worth_ppm else 0
        store(facts, h, exports, bits, sent_first, on, first, end, line)
    else:
        share(exports, on, first, end, line)
    facts[Fact.DEMAND_WH, h] = line[Line.DEMAND, end - 1]
    facts[Fact.GENERATION_WH, h] = line[Line.MADE, end - 1]


@inlined
def live(
    homes: Homes,
    c: int,
    row: int,
    day: Day,
    first: int,
    end: int,
    recording: Recording,
    net: Whole32,
    drawn: Real64,
    sums: Whole64,
) -> None:
    """Live the homes of community ``c``: fill ``net`` (48, homes) [first:end], ``drawn`` (homes,).

    While the feeder is off ``net`` has what homes without panels asked for in vain, negative.
    """
    facts, reals, totals, keys = homes.facts, homes.reals, homes.totals, homes.key
    profiles, order, sun = day.profiles, day.order, day.sun
    library, off, dear, growth = profiles.shape[1], day.off[c], day.dear[c], day.growth
    made, records = recording.generation_wh, recording.generation_wh.shape[0] > 0
    line = np.empty((LINES, INTERVALS_PER_DAY), np.int32)
    on = np.empty(INTERVALS_PER_DAY, np.int32)
    for j in range(INTERVALS_PER_DAY):
        on[j] = 1 - np.int32((off >> np.uint64(j)) & ONE)
    for place in range(net.shape[1]):
        h = row + place
        most, owed = facts[Fact.CONNECTION_WH, h], facts[Fact.OWED_WH, h]
        kind, profile = facts[Fact.KIND, h], row_of(keys[h], day.number, library)
        ask(profiles, kind, profile, reals[FACTOR, h] * growth, most, first, end, line)
        if facts[Fact.SHIFT_WH, h] > 0 or owed > 0:
            ranked = HABITS + c if facts[Fact.REACTS, h] else np.int64(day.rising[kind, profile])
            need = np.int32(np.float32(facts[Fact.SHIFT_WH, h]) * growth + HALF)
            power, tank = facts[Fact.SHIFT_POWER_WH, h], facts[Fact.TANK_WH, h]
            facts[Fact.OWED_WH, h] = shift(
                order, ranked, need, power, tank, owed, off, most, first, end, line
            )
        if reals[GAIN, h] > 0:
            generate(facts, reals, h, sun, dear, day.worth_ppm, on, first, end, line)
            if records:
                for j in range(first, end):
                    made[j, h] = line[Line.MADE, j]
            drawn[place] = meter(h, first, end, line, totals)
            count(h, first, end, line, totals, sums)
            for j in range(first, end):
                net[j, place] = line[Line.NET, j]
        else:
            drawn[place] = draw(h, on, first, end, line, totals)
            facts[Fact.DEMAND_WH, h] = line[Line.DEMAND, end - 1] * on[end - 1]
            for j in range(first, end):
                net[j, place] = -line[Line.DEMAND, j]


@compiled
def sellers_of(homes: Homes, row: int, count_of: int, sellers: Whole32) -> Whole32:
    """The places of a community's homes that can export, or have credit left from when they could.

    They alone earn, and have credit to use.
    """
    facts, totals, found = homes.facts, homes.totals, 0
    for place in range(count_of):
        h = row + place
        sellers[found] = place
        found += (facts[Fact.CAN_EXPORT, h] != 0) | (totals[Total.CREDIT_WH, h] > 0)
    return sellers[:found]


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
    sellers = sellers_of(homes, row, homes_here, work.sellers)
    book = work.book[: BOOK_ROWS * homes_here].reshape(BOOK_ROWS, homes_here)
    sales = work.sales[: SALE_ROWS * sellers.size].reshape(SALE_ROWS, sellers.size)
    due = np.empty(2, np.float64)
    narrow = open_book(homes.totals, row, rates, book, due, sellers, sales, end - first > 1)
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
                due,
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


@compiled
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
        live(homes, c, row, day, 0, INTERVALS_PER_DAY, recording, net, drawn, sums)
        close(homes, communities, c, day, rates, 0, INTERVALS_PER_DAY, recording, net, work, sums)


@compiled
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
        live_interval(homes, c, row, day, j, recording, net[j], sums)
        close(homes, communities, c, day, rates, j, j + 1, recording, net, work, sums)
