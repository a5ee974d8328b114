"""Dice without memory: a number depends on its seed and on what it is for, on nothing else.

So the weather of a day and the noise of a household are the same whenever a run begins, in
whatever order they are asked for, and whoever else lives in the community.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

GOLDEN = 0x9E3779B97F4A7C15
MIX_1, MIX_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = 2**64 - 1

type Counts = int | NDArray[np.integer[Any]]


class Purpose(IntEnum):
    """What a number is drawn for, so that no two uses share one."""

    SKY = 1
    DAY_DEMAND = 2
    INTERVAL_DEMAND = 3
    MONTHLY_ENERGY = 4
    PANELS = 5
    TILT = 6
    AZIMUTH = 7
    CLOUDS = 8
    KEY = 20
    SOILING = 21
    EXPORTING = 22
    BATTERY_ENERGY = 23
    BATTERY_POWER = 24
    GEYSER = 25
    CAR = 26
    REACTING = 27
    DISTANCE = 28
    FAULT = 29
    FAULT_START = 30
    FAULT_LENGTH = 31
    FAULT_ROUNDING = 32
    HOUSEHOLDS = 33
    SHARING = 34
    BID = 35
    ASK = 36
    ADOPTING = 40
    PATIENCE = 41
    MEANS = 42
    NEW_CONNECTION = 43
    NEW_BATTERY = 44


def uniform(seed: int, purpose: Purpose, *counts: Counts) -> NDArray[np.float64]:
    """Numbers between 0 and 1, both excluded, one for each combination of ``counts``.

    ``counts`` (household, day, interval: whole numbers, scalars or arrays) broadcast as NumPy
    does; the answer has their common shape. ``seed`` is any whole number.

    Source: SplitMix64, Steele, Lea and Flood 2014, 10.1145/2660193.2660195.
    """
    word = _word(seed, purpose, counts)
    return ((word >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def keys(seed: int, community: Counts, place: Counts) -> NDArray[np.uint64]:
    """A word of 64 bits for each household, from which a kernel draws its noise without us.

    It depends on the seed, the community and the place in it alone; counts broadcast as in
    ``uniform``. Two of a million households share a key with probability 3e-8.
    """
    return _word(seed, Purpose.KEY, (community, place))


def _word(seed: int, purpose: Purpose, counts: Sequence[Counts]) -> NDArray[np.uint64]:
    word = np.asarray((seed * GOLDEN) & MASK, np.uint64)
    with np.errstate(over="ignore"):  # arithmetic modulo 2**64 is meant
        for count in (int(purpose), *counts):
            step = np.asarray(count, np.int64).astype(np.uint64) * np.uint64(GOLDEN)
            word = mixed(word + step + np.uint64(GOLDEN))
    return word


def mixed(word: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of each word spread over the whole of it: what SplitMix64 does after each step."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(MIX_1)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(MIX_2)
    return word ^ (word >> np.uint64(31))
