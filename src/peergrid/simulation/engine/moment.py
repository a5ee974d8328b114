"""How homes live one interval, compiled: what ``living`` does for a day, a home at a time.

In a single interval a home is a few numbers, and writing them to rows of a line costs more than
computing them; what all homes have in common is added up a row at a time.
"""

import numpy as np

from peergrid.simulation.engine.columns import (
    FACTOR,
    GAIN,
    Day,
    Fact,
    Homes,
    Recording,
    Series,
    Total,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import inlined
from peergrid.simulation.engine.living import (
    HALF,
    NONE,
    ONE,
    manage,
    row_of,
)
from peergrid.simulation.engine.waiting import ranks_of, with_shifted


@inlined
def live_interval(
    homes: Homes,
    c: int,
    row: int,
    day: Day,
    j: int,
    recording: Recording,
    net: Whole32,
    sums: Whole64,
) -> None:
    """Live interval ``j`` in the homes of community ``c``: fill ``net`` (homes,).

    While the feeder is off ``net`` has what homes without panels asked for in vain, negative.
    """
    facts, reals, keys = homes.facts, homes.reals, homes.key
    profiles, growth, number, library = day.profiles, day.growth, day.number, day.profiles.shape[1]
    ranks = ranks_of(day.order, c, j)
    rising, worth_ppm = day.rising, day.worth_ppm
    totals, sun, recorded = homes.totals, day.sun, recording.generation_wh
    records, is_dear = recorded.shape[0] > 0, (day.dear[c] >> np.uint64(j)) & ONE != 0
    is_on = not (day.off[c] >> np.uint64(j)) & ONE
    for place in range(net.size):
        h = row + place
        profile, most = row_of(keys[h], number, library), facts[Fact.CONNECTION_WH, h]
        wh = np.float32(profiles[facts[Fact.KIND, h], profile, j]) * (reals[FACTOR, h] * growth)
        asked = np.int32(min(np.int32(wh + HALF), most))
        habit = rising[facts[Fact.KIND, h], profile]
        net[place] = -with_shifted(homes, h, asked, habit, ranks, growth, is_on)
    for place in range(net.size):
        facts[Fact.DEMAND_WH, row + place] = -net[place] if is_on else NONE
    if is_on:
        enter(totals, row, net)
    else:
        for place in range(net.size):
            totals[Total.UNSERVED_WH, row + place] -= net[place]
    for place in range(net.size):
        if reals[GAIN, row + place] > 0:
            h = row + place
            wh = sun[facts[Fact.ORIENTATION, h], j] * reals[GAIN, h] + HALF
            available = np.int32(min(np.int32(wh), facts[Fact.INVERTER_WH, h]))
            reacts = facts[Fact.REACTS, h] > 0
            sends_first = reacts and facts[Fact.EFFICIENCY_PPM, h] < worth_ppm
            gives = is_dear or not reacts
            made = produce(
                facts, totals, h, place, available, j, is_on, gives, sends_first, net, sums
            )
            if records:
                recorded[j, h] = made


@inlined
def enter(totals: Whole64, row: int, net: Whole32) -> None:
    """Add what homes drew, as if none had panels."""
    for i in range(net.size):
        totals[Total.DEMAND_WH, row + i] -= net[i]
    for i in range(net.size):
        totals[Total.IMPORT_WH, row + i] -= net[i]
    for i in range(net.size):
        totals[Total.NET_SQUARED_WH2, row + i] += np.int64(np.int32(net[i] * net[i]))


@inlined
def produce(
    facts: Whole32,
    totals: Whole64,
    h: int,
    place: int,
    available: int,
    j: int,
    is_on: bool,
    may_discharge: bool,
    sends_first: bool,
    net: Whole32,
    sums: Whole64,
) -> int:
    """Let a home with panels live the interval; what its panels made [Wh].

    What ``enter`` took it to draw is put right.
    """
    asked, most = np.int32(-net[place]), facts[Fact.CONNECTION_WH, h]
    exports = most if facts[Fact.CAN_EXPORT, h] else NONE
    battery = facts[Fact.BATTERY_WH, h] > 0
    soc = facts[Fact.SOC_WH, h] if battery else NONE
    soc, passed, missing, spilled, missed = manage(
        soc,
        asked,
        available,
        facts[Fact.BATTERY_WH, h] if battery else NONE,
        facts[Fact.BATTERY_POWER_WH, h] if battery else NONE,
        facts[Fact.RESERVE_WH, h] if battery else NONE,
        facts[Fact.EFFICIENCY_PPM, h],
        exports,
        is_on,
        battery and facts[Fact.ISLANDS, h] > 0,
        may_discharge,
        exports if sends_first else NONE,
    )
    if battery:
        facts[Fact.SOC_WH, h] = soc
    net[place] = passed
    made = available - spilled
    facts[Fact.DEMAND_WH, h] = asked - missing
    facts[Fact.GENERATION_WH, h] = made
    put_right(totals, h, j, is_on, asked, passed, made, missing, spilled, missed, sums)
    return made


@inlined
def put_right(
    totals: Whole64,
    h: int,
    j: int,
    is_on: bool,
    asked: int,
    passed: int,
    made: int,
    missing: int,
    spilled: int,
    missed: int,
    sums: Whole64,
) -> None:
    """Count what a home with panels did, less what ``enter`` took it to draw."""
    served, drawn = asked - missing, max(-passed, 0)
    totals[Total.GENERATION_WH, h] += made
    totals[Total.CURTAILED_WH, h] += spilled
    sums[Series.DEMAND_WH, j] += served - drawn
    sums[Series.GENERATION_WH, j] += made
    sums[Series.CURTAILED_WH, j] += spilled
    if is_on:
        totals[Total.DEMAND_WH, h] += served - asked
        totals[Total.IMPORT_WH, h] += drawn - asked
        totals[Total.NET_SQUARED_WH2, h] += np.int64(passed) * passed - np.int64(asked) * asked
    else:
        totals[Total.DEMAND_WH, h] += served
        totals[Total.UNSERVED_WH, h] += missing - asked
        totals[Total.LOST_WH, h] += missed
        sums[Series.UNSERVED_WH, j] += missing
        sums[Series.LOST_WH, j] += missed
