"""What homes ask for in one interval, compiled: what ``living`` does for a day, a home at a time.

In a single interval a home is a few numbers, and writing them to rows of a line costs more than
computing them; what all homes have in common is added up a row at a time.
"""

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.columns import (
    FACTOR,
    GAIN,
    HABITS,
    Day,
    Fact,
    Homes,
    Real32,
    Total,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import inlined, making
from peergrid.simulation.engine.living import (
    HALF,
    NONE,
    ONE,
    row_of,
)
from peergrid.simulation.engine.waiting import enter_ranks, with_shifted


@making
def ask_all_at(
    homes: Homes, c: int, row: int, day: Day, j: int, net: Whole32, makers: Whole32
) -> int:
    """As ``block.ask_all`` for interval ``j`` alone; ``net`` (homes,)."""
    facts, reals, keys, totals = homes.facts, homes.reals, homes.key, homes.totals
    profiles, growth, number, library = day.profiles, day.growth, day.number, day.profiles.shape[1]
    ranks, rising = np.full(HABITS + 1, INTERVALS_PER_DAY, np.int32), day.rising
    enter_ranks(day.order, c, j, ranks)
    is_on, found = not (day.off[c] >> np.uint64(j)) & ONE, 0
    for place in range(net.size):
        h = row + place
        profile, most = row_of(keys[h], number, library), facts[Fact.CONNECTION_WH, h]
        wh = np.float32(profiles[facts[Fact.KIND, h], profile, j]) * (reals[FACTOR, h] * growth)
        asked = np.int32(min(np.int32(wh + HALF), most))
        habit = rising[facts[Fact.KIND, h], profile]
        net[place] = -with_shifted(homes, h, asked, habit, ranks, growth, is_on)
        makers[found] = place
        found += reals[GAIN, h] > 0
    for place in range(net.size):
        facts[Fact.DEMAND_WH, row + place] = -net[place] if is_on else NONE
    if is_on:
        add(Total.DEMAND_WH, reals, totals, row, net)
        add(Total.IMPORT_WH, reals, totals, row, net)
        for i in range(net.size):
            wh = net[i] if reals[GAIN, row + i] <= 0 else NONE
            totals[Total.NET_SQUARED_WH2, row + i] += np.int64(np.int32(wh * wh))
    else:
        add(Total.UNSERVED_WH, reals, totals, row, net)
    return found


@inlined
def add(total: int, reals: Real32, totals: Whole64, row: int, net: Whole32) -> None:
    """Add to a total what homes without panels asked for."""
    for i in range(net.size):
        totals[total, row + i] -= net[i] if reals[GAIN, row + i] <= 0 else NONE
