"""The market's sharing rule, compiled: to the Wh what ``peergrid.market.sharing`` does."""

import numpy as np
from numba import njit

from peergrid.simulation.engine.columns import Real64

# Sums here are of whole numbers below 2**53: exact, so their order may be left to the compiler.
EXACT = 2.0**51  # a whole number below it, over another, is floored right by way of a reciprocal
compiled = njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc"})


@compiled
def share_out(
    total: float, weights: Real64, whole: float, turn: int, parts: Real64, spare: Real64
) -> None:
    """Fill ``parts`` (n,) with shares of ``total`` > 0 by ``weights`` (n,) that sum to ``whole``.

    Largest remainders, as ``peergrid.market.sharing.share_out``; whole numbers kept in float64.
    ``spare`` (n,) is room. ``total * max(weights)`` must stay below 2**63.
    """
    given = 0.0
    if total == whole:
        for i in range(weights.size):
            parts[i] = weights[i]
        return
    if total * whole < EXACT:
        per_whole = 1.0 / whole
        for i in range(weights.size):
            product = total * weights[i]
            part = np.floor((product + 0.5) * per_whole)
            parts[i] = part
            spare[i] = product - part * whole
            given += part
    else:
        amount, divisor = np.int64(total), np.int64(whole)
        for i in range(weights.size):
            product = amount * np.int64(weights[i])
            part = product // divisor
            parts[i] = part
            spare[i] = product - part * divisor
            given += parts[i]
    if total > given:
        hand_out(total - given, spare, whole, turn, parts)


@compiled
def hand_out(left_over: float, remainders: Real64, whole: float, turn: int, parts: Real64) -> None:
    """Add one to the ``left_over`` parts with the largest remainders; equal ones take turns.

    Closes in on the least remainder that gets one from both sides, by how many remainders lie
    where, as if they were spread evenly; every other step halves.
    """
    low, high = 0.0, whole  # at least left_over remainders reach low, fewer reach high
    at_low, at_high, halve = float(remainders.size), 0.0, False
    while high - low > 1:
        part = 0.5 if halve else (at_low - left_over + 0.5) / (at_low - at_high)
        middle = np.floor(low + (high - low) * part)
        middle = low + 1 if middle <= low else middle
        middle = high - 1 if middle >= high else middle
        reaching = 0
        for i in range(remainders.size):
            reaching += remainders[i] >= middle
        if reaching == left_over:
            for i in range(remainders.size):
                parts[i] += 1.0 if remainders[i] >= middle else 0.0
            return
        if reaching > left_over:
            low, at_low = middle, float(reaching)
        else:
            high, at_high = middle, float(reaching)
        halve = not halve
    take_turns(np.int64(left_over - at_high), low, remainders, turn, parts)


@compiled
def take_turns(lucky: int, last: float, remainders: Real64, turn: int, parts: Real64) -> None:
    """Add one to the parts above ``last``, and to ``lucky`` of those at it, by ``turn``."""
    equal, seen = 0, 0
    for i in range(remainders.size):
        equal += remainders[i] == last
    start = np.int64(turn % np.uint64(equal))
    for i in range(remainders.size):
        if remainders[i] > last:
            parts[i] += 1
        elif remainders[i] == last:
            parts[i] += (seen - start) % equal < lucky
            seen += 1
