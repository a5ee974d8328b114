"""What a home asks for, compiled, and what it draws if it has no panels."""

import numpy as np

from peergrid.simulation import dice
from peergrid.simulation.engine.columns import (
    Total,
    Whole16,
    Whole32,
    Whole64,
)
from peergrid.simulation.engine.compiler import inlined

GOLDEN, MIX_1, MIX_2 = np.uint64(dice.GOLDEN), np.uint64(dice.MIX_1), np.uint64(dice.MIX_2)
S27, S30, S31, S32 = (np.uint64(bits) for bits in (27, 30, 31, 32))
ONE, HALF, NONE = np.uint64(1), np.float32(0.5), np.int32(0)


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
    """Fill ``line`` [first:end] with a library day times ``factor``, up to ``most`` [Wh]."""
    for j in range(first, end):
        wh = np.int32(np.float32(profiles[kind, row, j]) * factor + HALF)
        line[j] = min(wh, most)


@inlined
def draw(h: int, on: Whole32, first: int, end: int, line: Whole32, totals: Whole64) -> int:
    """A home without panels draws what it asks for while the feeder is ``on``: how much [Wh]."""
    asked, drawn, squares = NONE, NONE, 0
    for j in range(first, end):  # sums of a day fit in 32 bits, and so go eight at a time
        wh = np.int32(line[j] * on[j])
        asked = np.int32(asked + line[j])
        drawn = np.int32(drawn + wh)
        squares += np.int64(np.int32(wh * wh))
    totals[Total.UNSERVED_WH, h] += asked - drawn
    totals[Total.DEMAND_WH, h] += drawn
    totals[Total.IMPORT_WH, h] += drawn
    totals[Total.NET_SQUARED_WH2, h] += squares
    return drawn
