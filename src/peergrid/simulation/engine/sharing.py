"""The market's sharing rule, compiled: to the Wh what ``peergrid.market.sharing`` does."""

import numpy as np

from peergrid.simulation.engine.columns import Real64
from peergrid.simulation.engine.compiler import summing

EXACT = 2.0**51  # a whole number below it, over another, is floored right by way of a reciprocal
FEW = 16.0  # remainders that are compared with each other
BEYOND = 4.0  # by how many remainders a guess goes too far
MANY_GUESSES = 6  # after which the distance is halved: most remainders are equal, or nearly


@summing
def share_out(
    total: float,
    weights: Real64,
    whole: float,
    turn: int,
    parts: Real64,
    spare: Real64,
    room: Real64,
) -> None:
    """Fill ``parts`` (n,) with shares of ``total`` > 0 by ``weights`` (n,) that sum to ``whole``.

    Largest remainders, as ``peergrid.market.sharing.share_out``; whole numbers kept in float64.
    ``spare`` (n,) and ``room`` (n,) are to work in. ``total * max(weights)`` must stay below 2**63.
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
        hand_out(total - given, spare, whole, turn, parts, room)


@summing
def hand_out(
    left_over: float, remainders: Real64, whole: float, turn: int, parts: Real64, room: Real64
) -> None:
    """Add one to the ``left_over`` parts with the largest remainders; equal ones take turns.

    Closes in on the least remainder that gets one by counting how many reach a guess, as if
    they were spread evenly, each guess a little beyond so that the next comes from the other
    side; then looks at the few in between. Two or three counts instead of a sort.
    """
    low, high = 0.0, whole  # at least left_over remainders reach low, fewer reach high
    at_low, at_high, steps = float(remainders.size), 0.0, 0
    while at_low - at_high > FEW and high - low > 1:
        between, above = at_low - at_high, at_low - left_over + 0.5
        beyond = BEYOND if above + above < between else -BEYOND
        part = (above + beyond) / between if steps < MANY_GUESSES else 0.5
        middle = np.floor(low + (high - low) * part)
        middle = low + 1 if middle <= low else middle
        middle = high - 1 if middle >= high else middle
        reaching = 0
        for i in range(remainders.size):
            reaching += remainders[i] >= middle
        if reaching >= left_over:
            low, at_low = middle, float(reaching)
        else:
            high, at_high = middle, float(reaching)
        steps += 1
    last, larger, equal = low, at_high, at_low - at_high
    if high - low > 1:
        last, larger, equal = least_of(low, high, left_over, at_high, remainders, room)
    if larger + equal == left_over:
        for i in range(remainders.size):
            parts[i] += 1.0 if remainders[i] >= last else 0.0
        return
    for i in range(remainders.size):
        parts[i] += 1.0 if remainders[i] > last else 0.0
    take_turns(np.int64(left_over - larger), np.int64(equal), last, remainders, turn, parts)


@summing
def least_of(
    low: float, high: float, left_over: float, above: float, remainders: Real64, room: Real64
) -> tuple[float, float, float]:
    """The least remainder that gets one, how many are larger, and how many are equal.

    It is one of those in [``low``, ``high``); ``above`` are at ``high`` or larger.
    """
    found = 0
    for i in range(remainders.size):
        room[found] = remainders[i]
        found += (remainders[i] >= low) & (remainders[i] < high)
    for k in range(found):
        larger, reaching = above, above
        for i in range(found):
            larger += 1.0 if room[i] > room[k] else 0.0
            reaching += 1.0 if room[i] >= room[k] else 0.0
        if larger < left_over <= reaching:
            return room[k], larger, reaching - larger
    return low, above, 0.0


@summing
def take_turns(
    lucky: int, equal: int, last: float, remainders: Real64, turn: int, parts: Real64
) -> None:
    """Add one to ``lucky`` of the ``equal`` parts at ``last``, by ``turn``."""
    seen, start = 0, np.int64(turn % np.uint64(equal))
    for i in range(remainders.size):
        if remainders[i] == last:
            parts[i] += (seen - start) % equal < lucky
            seen += 1
