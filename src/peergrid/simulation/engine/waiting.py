"""Load that can wait, compiled: a geyser's and a car's, put into their hours and made up for."""

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.columns import HABITS, Fact, Homes, Whole8, Whole32
from peergrid.simulation.engine.compiler import compiled, inlined
from peergrid.simulation.engine.living import HALF, NONE, ONE


@inlined
def shift(
    order: Whole8,
    ranked: int,
    need: int,
    power: int,
    tank: int,
    owed: int,
    off: int,
    most: int,
    first: int,
    end: int,
    line: Whole32,
) -> int:
    """Put ``need`` [Wh] of shiftable load into the intervals ``order[ranked]`` has first.

    What an outage (``off`` has its bits) or the breaker keeps from it is owed, up to ``tank``,
    and made up as soon as there is power. What is ``owed`` before and after [Wh].
    """
    whole, last, rest, stuck = np.uint64(0), -1, NONE, np.uint64(0)
    for rank in range(INTERVALS_PER_DAY):
        if need <= 0:
            break
        j = np.int64(order[ranked, rank])
        part, bit = np.int32(min(need, power)), ONE << np.uint64(j)
        if part == power:
            whole |= bit
        else:
            last, rest = j, part
        if first <= j < end:
            if off & bit:
                stuck |= bit
            else:
                line[j] += part
                if line[j] > most:
                    stuck |= bit
        need -= part
    for j in range(first, end):
        if owed == 0 and stuck >> np.uint64(j) == 0:
            break
        if owed > 0 or (stuck >> np.uint64(j)) & ONE:
            part = power if (whole >> np.uint64(j)) & ONE else (rest if j == last else NONE)
            is_on = not (off >> np.uint64(j)) & ONE
            asked = np.int32(line[j] - (part if is_on else NONE))
            heated, owed, lost = put_off(owed, part, power, tank, most - asked, is_on)
            line[j] = min(asked + heated + lost, most)
    return owed


@inlined
def put_off(
    owed: int, part: int, power: int, tank: int, room: int, is_on: bool
) -> tuple[int, int, int]:
    """An interval of shiftable load [Wh]: what is heated, owed after it, and asked for in vain."""
    due = np.int32(owed + part)
    heated = np.int32(min(due, power, room)) if is_on else NONE
    owed = np.int32(min(due - heated, tank))
    return heated, owed, NONE if is_on else np.int32(due - owed)


@compiled
def enter_ranks(order: Whole8, c: int, j: int, ranks: Whole32) -> None:
    """Enter the place of interval ``j`` in every habit, then in what community ``c`` reacts to."""
    for row in range(HABITS + 1):
        for rank in range(INTERVALS_PER_DAY):
            if order[row if row < HABITS else HABITS + c, rank] == j:
                ranks[row] = rank
                break


@inlined
def with_shifted(
    homes: Homes, h: int, asked: int, habit: int, ranks: Whole32, growth: float, is_on: bool
) -> int:
    """What home ``h`` asks for in an interval beside the ``asked`` of its library day [Wh]."""
    facts = homes.facts
    owed, most = facts[Fact.OWED_WH, h], facts[Fact.CONNECTION_WH, h]
    if facts[Fact.SHIFT_WH, h] > 0 or owed > 0:
        rank = ranks[HABITS if facts[Fact.REACTS, h] else habit]
        need = np.int32(np.float32(facts[Fact.SHIFT_WH, h]) * growth + HALF)
        power, tank = facts[Fact.SHIFT_POWER_WH, h], facts[Fact.TANK_WH, h]
        part = np.int32(min(max(need - power * rank, 0), power))
        heated, owed, lost = put_off(owed, part, power, tank, most - asked, is_on)
        facts[Fact.OWED_WH, h] = owed
        asked = np.int32(min(asked + heated + lost, most))
    return asked
