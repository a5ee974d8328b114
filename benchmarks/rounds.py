"""Let contestants live the same days in turn, and count their CPU-seconds."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

DAYS_PER_YEAR = 365

type Contestant = Callable[[int], int]
"""Lives a day by its number and says how many household-steps that was."""

type ByRound = dict[str, list[float]]
"""Household-steps per CPU-second, by contestant, one a round."""


def spread_days(count: int) -> list[int]:
    """``count`` >= 1 days in the midst of equal parts of a year, by their number from 0.

    >>> spread_days(4)
    [45, 136, 228, 319]
    """
    return [(2 * part + 1) * DAYS_PER_YEAR // (2 * count) for part in range(count)]


def rates_of(
    contestants: Mapping[str, Contestant], days: Sequence[int], say: Callable[[str], None]
) -> ByRound:
    """Every contestant's rates, round by round, a day a round.

    All live each day before anybody lives the next, and each begins a round in its turn, so
    that a busy neighbour on this machine is everybody's. Before the first round all live the
    first day without being timed: compiled code is loaded, memory is touched.
    """
    rates: ByRound = {name: [] for name in contestants}
    for name, live in contestants.items():
        say(f"warming up {name}")
        live(days[0])
    for number, day in enumerate(days):
        for name in _turned(list(contestants), number):
            say(f"round {number + 1} of {len(days)}: {name}")
            gc.collect()  # each pays for its own objects, nobody for another's
            begun = time.process_time()
            steps = contestants[name](day)
            rates[name].append(steps / (time.process_time() - begun))
    return rates


def ratio(rates: ByRound, one: str, other: str) -> float:
    """How much faster one is than the other: the median of the rounds' ratios."""
    return median(a / b for a, b in zip(rates[one], rates[other], strict=True))


def _turned(names: Sequence[str], first: int) -> Iterator[str]:
    return (names[(first + place) % len(names)] for place in range(len(names)))
