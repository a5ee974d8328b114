"""How a home lives, compiled: what it asks for, what its panels make, and what passes its meter."""

from enum import IntEnum

import numpy as np

from peergrid import money
from peergrid.simulation import dice
from peergrid.simulation.engine.columns import (
    Fact,
    Real32,
    Series,
    Total,
    Whole16,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import inlined

GOLDEN, MIX_1, MIX_2 = np.uint64(dice.GOLDEN), np.uint64(dice.MIX_1), np.uint64(dice.MIX_2)
S27, S30, S31, S32 = (np.uint64(bits) for bits in (27, 30, 31, 32))
ONE, HALF, NONE = np.uint64(1), np.float32(0.5), np.int32(0)
PARTS = np.uint64(money.PARTS)


class Line(IntEnum):
    """Rows of a home's day (Line, 48), all [Wh]; ``NET`` is export less import."""

    DEMAND = 0  # asked for, then what of it was served
    NET = 1
    MADE = 2
    MISSING = 3
    SPILLED = 4
    MISSED = 5
    AVAILABLE = 6


@inlined
def row_of(key: int, day_number: int, profiles: int) -> int:
    """Which of ``profiles`` library days a home lives on a day (SplitMix64, high bits)."""
    word = key + np.uint64(day_number + 1) * GOLDEN
    word = (word ^ (word >> S30)) * MIX_1
    word = (word ^ (word >> S27)) * MIX_2
    word = word ^ (word >> S31)
    return np.int64(((word >> S32) * np.uint64(profiles)) >> S32)


@inlined
def ask(
    profiles: Whole16,
    kind: int,
    row: int,
    factor: float,
    most: int,
    first: int,
    end: int,
    line: Whole32,
) -> None:
    """Fill DEMAND [first:end] with a library day times ``factor``, up to ``most`` [Wh]."""
    for j in range(first, end):
        wh = np.int32(np.float32(profiles[kind, row, j]) * factor + HALF)
        line[Line.DEMAND, j] = min(wh, most)


@inlined
def draw(h: int, on: Whole32, first: int, end: int, line: Whole32, totals: Whole64) -> int:
    """A home without panels draws what it asks for while the feeder is ``on``: how much [Wh]."""
    asked, drawn, squares = NONE, NONE, 0
    for j in range(first, end):  # sums of a day fit in 32 bits, and so go eight at a time
        wh = np.int32(line[Line.DEMAND, j] * on[j])
        asked = np.int32(asked + line[Line.DEMAND, j])
        drawn = np.int32(drawn + wh)
        squares += np.int64(np.int32(wh * wh))
    totals[Total.UNSERVED_WH, h] += asked - drawn
    totals[Total.DEMAND_WH, h] += drawn
    totals[Total.IMPORT_WH, h] += drawn
    totals[Total.NET_SQUARED_WH2, h] += squares
    return drawn


@inlined
def meter(h: int, first: int, end: int, line: Whole32, totals: Whole64) -> int:
    """Enter what passed a producer's meter; what it drew [Wh].

    What a transformer cannot carry of its exports is taken off later.
    """
    drawn, squares = NONE, 0
    for j in range(first, end):
        wh = line[Line.NET, j]
        drawn = np.int32(drawn - min(wh, 0))
        squares += np.int64(np.int32(wh * wh))
    totals[Total.DEMAND_WH, h] += drawn
    totals[Total.IMPORT_WH, h] += drawn
    totals[Total.NET_SQUARED_WH2, h] += squares
    return drawn


@inlined
def shine(
    sun: Real32, row: int, gain: float, inverter: int, first: int, end: int, line: Whole32
) -> None:
    """Fill AVAILABLE with what panels of ``gain`` [kWp] could give past their inverter."""
    for j in range(first, end):
        line[Line.AVAILABLE, j] = min(np.int32(sun[row, j] * gain + HALF), inverter)


@inlined
def share(exports: int, on: Whole32, first: int, end: int, line: Whole32) -> None:
    """Panels without a battery: own use first; up to ``exports`` [Wh] to the community.

    While the feeder is off such an inverter is off too, and the home with it.
    """
    for j in range(first, end):
        balance = line[Line.AVAILABLE, j] - line[Line.DEMAND, j]
        wanted = min(max(balance, 0), exports)
        line[Line.NET, j] = (min(balance, 0) + wanted) * on[j]
        line[Line.MISSED, j] = wanted * (1 - on[j])
        line[Line.MADE, j] = (line[Line.AVAILABLE, j] - max(balance, 0) + wanted) * on[j]
    for j in range(first, end):
        line[Line.SPILLED, j] = line[Line.AVAILABLE, j] - line[Line.MADE, j]
    for j in range(first, end):
        line[Line.MISSING, j] = line[Line.DEMAND, j] * (1 - on[j])
        line[Line.DEMAND, j] = line[Line.DEMAND, j] * on[j]


@inlined
def manage(
    soc: int,
    asked: int,
    available: int,
    capacity: int,
    power: int,
    reserve: int,
    kept_ppm: int,
    exports: int,
    is_on: bool,
    islands: bool,
    discharges: bool,
    sent_first: int,
) -> tuple[int, int, int, int, int]:
    """An interval of panels and battery [Wh]: charge after it, net, missing, spilled, missed.

    Up to ``sent_first`` goes out before the battery is charged above its reserve.
    """
    balance = np.int32(available - asked)
    charged, given = NONE, NONE
    alive = is_on or islands
    if balance > 0:
        if alive:
            left = balance if not is_on else max(balance - sent_first, min(reserve - soc, balance))
            charged = np.int32(max(min(left, capacity - soc, power), NONE))
            # unsigned, so that dividing is a multiplication and a shift
            soc = np.int32(soc + np.int32(np.uint64(charged) * np.uint64(kept_ppm) // PARTS))
    elif alive and (not is_on or discharges):
        least = reserve if is_on else NONE
        given = np.int32(max(min(-balance, soc - least, power), NONE))
        soc = np.int32(soc - given)
    balance = np.int32(balance + given - charged)
    over, lacking = np.int32(max(balance, NONE)), np.int32(max(-balance, NONE))
    wanted = np.int32(min(over, exports))
    if is_on:
        return soc, np.int32(wanted - lacking), NONE, np.int32(over - wanted), NONE
    if islands:
        return soc, NONE, lacking, over, wanted
    return soc, NONE, asked, available, wanted


@inlined
def store(
    facts: Whole32,
    h: int,
    exports: int,
    dear: int,
    sent_first: int,
    on: Whole32,
    first: int,
    end: int,
    line: Whole32,
) -> None:
    """Panels with a battery: own use, battery, community; ``dear`` has the bits to discharge in.

    Up to ``sent_first`` [Wh] goes to the community before the battery has more than its reserve.
    While the feeder is off a home that ``islands`` lives on its panels and its battery, to the
    last of it; ``reserve`` is kept for that.
    """
    capacity, power = facts[Fact.BATTERY_WH, h], facts[Fact.BATTERY_POWER_WH, h]
    reserve, kept_ppm = facts[Fact.RESERVE_WH, h], facts[Fact.EFFICIENCY_PPM, h]
    soc, islands = facts[Fact.SOC_WH, h], facts[Fact.ISLANDS, h] > 0
    for j in range(first, end):
        is_on, asked, available = on[j] > 0, line[Line.DEMAND, j], line[Line.AVAILABLE, j]
        discharges = (dear >> np.uint64(j)) & ONE != 0
        soc, passed, missing, spilled, missed = manage(
            soc,
            asked,
            available,
            capacity,
            power,
            reserve,
            kept_ppm,
            exports,
            is_on,
            islands,
            discharges,
            sent_first,
        )
        line[Line.NET, j] = passed
        line[Line.MISSED, j] = missed
        line[Line.MISSING, j] = missing
        line[Line.SPILLED, j] = spilled
        line[Line.MADE, j] = available - spilled
        line[Line.DEMAND, j] = asked - missing
    facts[Fact.SOC_WH, h] = soc


@inlined
def count(h: int, first: int, end: int, line: Whole32, totals: Whole64, sums: Whole64) -> None:
    """Add a producer's day to its totals and to the community's sums.

    Of its demand only what it did not draw: what was drawn is added where meters are settled.
    """
    for j in range(first, end):
        line[Line.DEMAND, j] += min(line[Line.NET, j], 0)
    tally(Line.DEMAND, h, first, end, line, Total.DEMAND_WH, totals, Series.DEMAND_WH, sums)
    tally(Line.MADE, h, first, end, line, Total.GENERATION_WH, totals, Series.GENERATION_WH, sums)
    tally(Line.MISSING, h, first, end, line, Total.UNSERVED_WH, totals, Series.UNSERVED_WH, sums)
    tally(Line.SPILLED, h, first, end, line, Total.CURTAILED_WH, totals, Series.CURTAILED_WH, sums)
    tally(Line.MISSED, h, first, end, line, Total.LOST_WH, totals, Series.LOST_WH, sums)


@inlined
def tally(
    row: int,
    h: int,
    first: int,
    end: int,
    line: Whole32,
    total: int,
    totals: Whole64,
    field: int,
    sums: Whole64,
) -> None:
    """Add a ``row`` of ``line`` to a home's total and, interval by interval, to ``sums``."""
    whole = 0
    for j in range(first, end):
        whole += line[row, j]
    if whole:
        totals[total, h] += whole
        for j in range(first, end):
            sums[field, j] += line[row, j]
