"""Split a whole number by weights and lose nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import Interval
from peergrid.money import Whole

GOLDEN = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio
EXACT = 2**53  # whole numbers below it are exact in a float


def share_out(total: int, weights: Sequence[int], turn: int = 0) -> list[int]:
    """Split ``total`` >= 0 in proportion to ``weights`` >= 0; the parts sum to ``total``.

    Every part is the exact share rounded down. The units left over go one each to the
    largest remainders; where equal remainders compete, ``turn`` says who of them comes first,
    so that over the turns all get the same.

    Raises ValueError if there is something to share but nobody to share it.

    Source: largest-remainder method (A. Hamilton, 1792).

    >>> share_out(100, [1, 1, 1]), share_out(100, [1, 1, 1], turn=1)
    ([34, 33, 33], [33, 34, 33])
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"nobody to share {total} among")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left_over = total - sum(parts)
    if left_over:
        remainders = [total * weight % whole for weight in weights]
        last = sorted(remainders, reverse=True)[left_over - 1]
        larger = [i for i, remainder in enumerate(remainders) if remainder > last]
        equal = [i for i, remainder in enumerate(remainders) if remainder == last]
        lucky = [equal[(turn + n) % len(equal)] for n in range(left_over - len(larger))]
        for i in larger + lucky:
            parts[i] += 1
    return parts


def turn_of(interval: Interval) -> int:
    """Whose turn it is in an interval: spread evenly, and not the same at the same hour each day.

    Source: multiplicative hashing by the golden ratio (D. E. Knuth, The Art of Computer
    Programming 3, 1973, section 6.4).
    """
    return interval.number * GOLDEN % 2**64 >> 32


def turns_of(numbers: Whole) -> Whole:
    """``turn_of`` for many intervals, by their numbers (n_intervals,)."""
    spread = numbers.astype(np.uint64) * np.uint64(GOLDEN)
    return (spread >> np.uint64(32)).astype(np.int64)


def share_out_rows(totals: Whole, weights: Whole, turns: Whole) -> Whole:
    """``share_out`` for many at once: ``totals`` (n,), ``weights`` (n, m), ``turns`` (n,).

    Returns the parts (n, m); each row sums to its total. The same numbers as one row after the
    other. Raises ValueError if a row has something to share but nobody to share it.
    """
    wholes = weights.sum(axis=1)
    if ((wholes == 0) & (totals > 0)).any():
        raise ValueError(f"nobody to share {totals[(wholes == 0) & (totals > 0)][0]} among")
    if int(totals.max(initial=0)) * int(weights.max(initial=0)) >= EXACT:
        each = zip(totals.tolist(), weights.tolist(), turns.tolist(), strict=True)
        return np.array([share_out(*row) for row in each], np.int64).reshape(weights.shape)
    shared = np.zeros_like(weights)
    whole = totals == wholes  # nothing to split: all get their weight
    shared[whole] = weights[whole]
    rows = np.flatnonzero((totals > 0) & ~whole)
    if len(rows):
        columns = np.flatnonzero(weights.any(axis=0))
        at = np.ix_(rows, columns) if 2 * len(columns) < weights.shape[1] else rows
        shared[at] = _split(totals[rows], weights[at], wholes[rows], turns[rows])
    return shared


def _split(totals: Whole, weights: Whole, wholes: Whole, turns: Whole) -> Whole:
    """The same where there is something to split, in floats that hold every number exactly."""
    remainders = weights * totals.astype(np.float64)[:, None]
    divisors = wholes.astype(np.float64)[:, None]
    parts = remainders / divisors
    np.floor(parts, out=parts)
    shared = parts.astype(np.int64)
    left_over = totals - shared.sum(axis=1)
    parts *= divisors
    remainders -= parts
    rows = np.flatnonzero(left_over)
    if len(rows):
        # each is below its divisor; the narrower, the faster sorted
        narrow = np.int32 if int(wholes.max()) < 2**31 else np.int64
        shared[rows] += _lucky(remainders[rows].astype(narrow), left_over[rows], turns[rows])
    return shared


def _lucky(remainders: NDArray[np.int_], left_over: Whole, turns: Whole) -> NDArray[np.bool_]:
    """Who gets one of what is left over (n, m): the largest remainders, equal ones in turn."""
    ranked = np.sort(remainders, axis=1)
    places = np.arange(len(ranked)), ranked.shape[1] - left_over
    last = ranked[places][:, None]
    lucky: NDArray[np.bool_] = remainders >= last
    counts = np.count_nonzero(lucky, axis=1)
    crowded = np.flatnonzero(counts > left_over)
    if len(crowded):
        equal = remainders[crowded] == last[crowded]
        count = np.count_nonzero(equal, axis=1, keepdims=True)
        wanted = count - (counts - left_over)[crowded, None]
        place = np.cumsum(equal, axis=1) - 1
        late = (place - turns[crowded, None]) % count >= wanted
        lucky[crowded] &= ~(equal & late)
    return lucky
