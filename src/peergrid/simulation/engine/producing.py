"""How homes with panels live, compiled: some of them abreast, an interval at a time.

A battery's next interval rests on its last one, but not on its neighbour's: so it is neighbours
that go through the processor together. A tile has a column for each of ``ABREAST`` homes; those
nobody lives in are empty and change nothing.
"""

from enum import IntEnum

import numpy as np

from peergrid import money
from peergrid.simulation.engine.columns import (
    GAIN,
    Day,
    Fact,
    Homes,
    Real32,
    Real64,
    Series,
    Total,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import inlined, making

ABREAST = 16
ONE, HALF, NONE = np.uint64(1), np.float32(0.5), np.int32(0)
PER_PART = 1.0 / money.PARTS


class Cell(IntEnum):
    """Rows of a tile (Cell, ABREAST), all [Wh] where not said."""

    ORIENTATION = 0  # its row in the sun's table
    INVERTER = 1
    EXPORTS = 2  # the most it may send out
    CAPACITY = 3
    POWER = 4
    RESERVE = 5
    KEPT_PPM = 6
    ISLANDS = 7  # 1: lives on its battery while the feeder is off
    EAGER = 8  # 1: discharges whatever the price
    SENT_FIRST = 9  # up to so much goes out before the battery has more than its reserve
    SOC = 10
    ASKED = 11  # of the interval
    AVAILABLE = 12
    NET = 13
    MADE = 14
    SERVED = 15
    ALL_MADE = 16  # from here on: sums
    ALL_SERVED = 17
    ALL_DRAWN = 18
    ALL_MISSING = 19
    ALL_SPILLED = 20
    ALL_MISSED = 21


CELLS = len(Cell)


@making
def produce(
    homes: Homes,
    row: int,
    makers: Whole32,
    day: Day,
    c: int,
    first: int,
    end: int,
    recorded: Whole32,
    net: Whole32,
    drawn: Real64,
    sums: Whole64,
) -> None:
    """Let the homes at the places ``makers`` live; ``net`` has what they ask for, negative."""
    tile = np.empty((CELLS, ABREAST), np.int32)
    gains = np.empty(ABREAST, np.float32)
    rays = np.empty(ABREAST, np.float32)
    squares = np.empty(ABREAST, np.int64)
    sun, off, dear = day.sun, day.off[c], day.dear[c]
    for start in range(0, makers.size, ABREAST):
        here = makers[start : start + ABREAST]
        fill(homes.facts, homes.reals, row, here, day.worth_ppm, tile, gains, squares)
        for j in range(first, end):
            for k in range(here.size):
                tile[Cell.ASKED, k] = -net[j, here[k]]
            shine(sun, j, tile, gains, rays)
            if (off >> np.uint64(j)) & ONE:
                live_off(j, tile, sums)
            else:
                live_on(np.int32((dear >> np.uint64(j)) & ONE), j, tile, sums)
            for k in range(ABREAST):
                squares[k] += np.int64(np.int32(tile[Cell.NET, k] * tile[Cell.NET, k]))
            for k in range(here.size):
                net[j, here[k]] = tile[Cell.NET, k]
            if recorded.shape[0] > 0:
                for k in range(here.size):
                    recorded[j, row + here[k]] = tile[Cell.MADE, k]
        enter(homes.facts, homes.totals, row, here, tile, squares, drawn)


@inlined
def fill(
    facts: Whole32,
    reals: Real32,
    row: int,
    here: Whole32,
    worth_ppm: int,
    tile: Whole32,
    gains: Real32,
    squares: Whole64,
) -> None:
    """Give each home its column: what it has, and sums of nothing."""
    for cell in range(CELLS):
        for k in range(ABREAST):
            tile[cell, k] = 0
    for k in range(ABREAST):
        gains[k] = 0.0
        squares[k] = 0
    for k in range(here.size):
        h = row + here[k]
        gains[k] = reals[GAIN, h]
        tile[Cell.ORIENTATION, k] = facts[Fact.ORIENTATION, h]
        tile[Cell.INVERTER, k] = facts[Fact.INVERTER_WH, h]
        tile[Cell.EXPORTS, k] = facts[Fact.CONNECTION_WH, h] if facts[Fact.CAN_EXPORT, h] else 0
        if facts[Fact.BATTERY_WH, h] > 0:
            tile[Cell.CAPACITY, k] = facts[Fact.BATTERY_WH, h]
            tile[Cell.POWER, k] = facts[Fact.BATTERY_POWER_WH, h]
            tile[Cell.RESERVE, k] = facts[Fact.RESERVE_WH, h]
            tile[Cell.KEPT_PPM, k] = facts[Fact.EFFICIENCY_PPM, h]
            tile[Cell.ISLANDS, k] = facts[Fact.ISLANDS, h] > 0
            tile[Cell.EAGER, k] = facts[Fact.REACTS, h] == 0
            if facts[Fact.REACTS, h] and facts[Fact.EFFICIENCY_PPM, h] < worth_ppm:
                tile[Cell.SENT_FIRST, k] = tile[Cell.EXPORTS, k]
            tile[Cell.SOC, k] = facts[Fact.SOC_WH, h]


@inlined
def shine(sun: Real32, j: int, tile: Whole32, gains: Real32, rays: Real32) -> None:
    """Enter what panels could give past their inverter."""
    for k in range(ABREAST):  # a loop of its own, or what follows would go one by one too
        rays[k] = sun[np.uint32(tile[Cell.ORIENTATION, k]), j]
    for k in range(ABREAST):
        wh = np.int32(rays[k] * gains[k] + HALF)
        tile[Cell.AVAILABLE, k] = min(wh, tile[Cell.INVERTER, k])


@inlined
def kept(charged: int, ppm: int) -> int:
    """What stays of ``charged`` [Wh], rounded down; exact while their product is below 2**51."""
    return np.int32(np.floor((np.float64(charged) * np.float64(ppm) + 0.5) * PER_PART))


@inlined
def live_on(is_dear: int, j: int, tile: Whole32, sums: Whole64) -> None:
    """An interval with the feeder on: own use first, then the battery, then the community."""
    all_made, all_spilled, all_served, all_drawn = NONE, NONE, NONE, NONE
    for k in range(ABREAST):
        asked, available = tile[Cell.ASKED, k], tile[Cell.AVAILABLE, k]
        soc, power = tile[Cell.SOC, k], tile[Cell.POWER, k]
        balance = np.int32(available - asked)
        over, lacking = np.int32(max(balance, NONE)), np.int32(max(-balance, NONE))
        refill = np.int32(min(np.int32(tile[Cell.RESERVE, k] - soc), over))
        left = np.int32(max(np.int32(over - tile[Cell.SENT_FIRST, k]), refill, NONE))
        charged = np.int32(min(left, np.int32(tile[Cell.CAPACITY, k] - soc), power))
        spare = np.int32(max(np.int32(soc - tile[Cell.RESERVE, k]), NONE))
        given = np.int32(min(lacking, spare, power))
        given = np.int32(given * np.int32(tile[Cell.EAGER, k] | is_dear))
        tile[Cell.SOC, k] = np.int32(soc - given) + kept(charged, tile[Cell.KEPT_PPM, k])
        over, lacking = np.int32(over - charged), np.int32(lacking - given)
        wanted = np.int32(min(over, tile[Cell.EXPORTS, k]))
        spilled = np.int32(over - wanted)
        made = np.int32(available - spilled)
        tile[Cell.NET, k] = wanted - lacking
        tile[Cell.MADE, k] = made
        tile[Cell.SERVED, k] = asked
        tile[Cell.ALL_MADE, k] += made
        tile[Cell.ALL_SPILLED, k] += spilled
        tile[Cell.ALL_SERVED, k] += asked
        tile[Cell.ALL_DRAWN, k] += lacking
        all_made = np.int32(all_made + made)
        all_spilled = np.int32(all_spilled + spilled)
        all_served = np.int32(all_served + asked)
        all_drawn = np.int32(all_drawn + lacking)
    sums[Series.DEMAND_WH, j] += all_served - all_drawn  # what was drawn is added by the books
    sums[Series.GENERATION_WH, j] += all_made
    sums[Series.CURTAILED_WH, j] += all_spilled


@inlined
def live_off(j: int, tile: Whole32, sums: Whole64) -> None:
    """An interval with the feeder off: a home that islands has its panels and all its battery.

    Another's inverter is off too, and the home with it.
    """
    all_made, all_spilled, all_served, all_missing, all_missed = NONE, NONE, NONE, NONE, NONE
    for k in range(ABREAST):
        asked, available = tile[Cell.ASKED, k], tile[Cell.AVAILABLE, k]
        soc, islands = tile[Cell.SOC, k], tile[Cell.ISLANDS, k]
        power = np.int32(tile[Cell.POWER, k] * islands)
        balance = np.int32(available - asked)
        over, lacking = np.int32(max(balance, NONE)), np.int32(max(-balance, NONE))
        charged = np.int32(min(over, np.int32(tile[Cell.CAPACITY, k] - soc), power))
        given = np.int32(min(lacking, soc, power))
        tile[Cell.SOC, k] = np.int32(soc - given) + kept(charged, tile[Cell.KEPT_PPM, k])
        over, lacking = np.int32(over - charged), np.int32(lacking - given)
        missed = np.int32(min(over, tile[Cell.EXPORTS, k]))
        missing, spilled = lacking if islands else asked, over if islands else available
        made, served = np.int32(available - spilled), np.int32(asked - missing)
        tile[Cell.NET, k] = 0
        tile[Cell.MADE, k] = made
        tile[Cell.SERVED, k] = served
        tile[Cell.ALL_MADE, k] += made
        tile[Cell.ALL_SPILLED, k] += spilled
        tile[Cell.ALL_SERVED, k] += served
        tile[Cell.ALL_MISSING, k] += missing
        tile[Cell.ALL_MISSED, k] += missed
        all_made = np.int32(all_made + made)
        all_spilled = np.int32(all_spilled + spilled)
        all_served = np.int32(all_served + served)
        all_missing = np.int32(all_missing + missing)
        all_missed = np.int32(all_missed + missed)
    sums[Series.DEMAND_WH, j] += all_served
    sums[Series.GENERATION_WH, j] += all_made
    sums[Series.CURTAILED_WH, j] += all_spilled
    sums[Series.UNSERVED_WH, j] += all_missing
    sums[Series.LOST_WH, j] += all_missed


@inlined
def enter(
    facts: Whole32,
    totals: Whole64,
    row: int,
    here: Whole32,
    tile: Whole32,
    squares: Whole64,
    drawn: Real64,
) -> None:
    """Write each home's column back; what a transformer cannot carry is taken off later."""
    for k in range(here.size):
        h = row + here[k]
        drawn[here[k]] = tile[Cell.ALL_DRAWN, k]
        totals[Total.DEMAND_WH, h] += tile[Cell.ALL_SERVED, k]
        totals[Total.UNSERVED_WH, h] += tile[Cell.ALL_MISSING, k]
        totals[Total.GENERATION_WH, h] += tile[Cell.ALL_MADE, k]
        totals[Total.CURTAILED_WH, h] += tile[Cell.ALL_SPILLED, k]
        totals[Total.LOST_WH, h] += tile[Cell.ALL_MISSED, k]
        totals[Total.IMPORT_WH, h] += tile[Cell.ALL_DRAWN, k]
        totals[Total.NET_SQUARED_WH2, h] += squares[k]
        if facts[Fact.BATTERY_WH, h] > 0:
            facts[Fact.SOC_WH, h] = tile[Cell.SOC, k]
        facts[Fact.DEMAND_WH, h] = tile[Cell.SERVED, k]
        facts[Fact.GENERATION_WH, h] = tile[Cell.MADE, k]
