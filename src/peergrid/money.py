"""Money in whole micros of a currency; the only place where an amount is rounded."""

from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

MICROS = 1_000_000  # of one unit of a currency
WH_PER_KWH = 1_000
PARTS = 1_000_000  # a share of one is written in parts per million
ZIG = "ZiG"  # Zimbabwe Gold, legal tender beside the US dollar


class Unit(StrEnum):
    """What an account counts: micros of a US dollar, or Wh of energy credit."""

    USD = "USD"
    WH_CREDIT = "WH"


type Whole = NDArray[np.int64]


@overload
def divide(numerator: int, denominator: int) -> int: ...
@overload
def divide(numerator: Whole, denominator: int) -> Whole: ...
def divide(numerator: int | Whole, denominator: int) -> int | Whole:
    """``numerator / denominator`` to the nearest whole number, halves upwards; arrays too.

    >>> divide(5, 2), divide(4, 3), divide(-5, 2)
    (3, 1, -2)
    """
    if denominator % 2:
        numerator, denominator = 2 * numerator, 2 * denominator
    return (numerator + denominator // 2) // denominator


def cost_micros(price_micros_per_kwh: int, energy_wh: int) -> int:
    """What ``energy_wh`` [Wh] costs at a price [micros/kWh], to the nearest micro.

    >>> cost_micros(80_000, 1_500)
    120000
    """
    return divide(price_micros_per_kwh * energy_wh, WH_PER_KWH)


def micros_along(worth: Whole) -> Whole:
    """What each part of a growing worth costs [micros], along the last axis.

    ``worth`` [micros/kWh x Wh] is the running total. It is rounded, to the nearest micro and halves
    upwards, and each part is the difference of two totals: less than a micro off its exact cost,
    and however one worth is cut into parts, they sum to the same.

    >>> micros_along(np.array([400, 800, 1_200])).tolist()
    [0, 1, 0]
    """
    return np.diff((worth + WH_PER_KWH // 2) // WH_PER_KWH, axis=-1, prepend=0)


@overload
def part_of(amount: int, parts_per_million: int) -> int: ...
@overload
def part_of(amount: Whole, parts_per_million: int) -> Whole: ...
def part_of(amount: int | Whole, parts_per_million: int) -> int | Whole:
    """A share of ``amount``, in its own unit, to the nearest whole one; arrays too.

    >>> part_of(100_000_000, 60_000)  # 6 % of US$100
    6000000
    """
    return divide(amount * parts_per_million, PARTS)


def price_micros_per_kwh(amount_micros: int, energy_wh: int) -> int | None:
    """The mean price [micros/kWh] of an amount of energy; None for no energy."""
    return divide(amount_micros * WH_PER_KWH, energy_wh) if energy_wh else None


def converted(amount_micros: int, micros_per_unit: int) -> int:
    """An amount [micros] in another currency, of which one unit of its own is worth so much.

    To the nearest micro of the other. 26.485 ZiG per US dollar is *derived*: the kWh of 8 US
    cents cost 2.1188 ZiG on 26 February 2025 (zimpricecheck.com).

    >>> converted(80_000, 26_485_000)
    2118800
    """
    return divide(amount_micros * micros_per_unit, MICROS)


def to_cents(amount_micros: int) -> int:
    """An amount [micros] to the nearest cent."""
    return divide(amount_micros, MICROS // 100)


def format_usd(amount_micros: int, digits: int = 2) -> str:
    """An amount [micros] as a person reads it, to ``digits`` decimals (0 to 6).

    >>> format_usd(1_234_560_000), format_usd(-5_000), format_usd(-64_000, 4)
    ('US$1,234.56', '-US$0.01', '-US$0.0640')
    """
    scale = 10 ** (6 - digits)
    whole, fraction = divmod(divide(abs(amount_micros), scale), 10**digits)
    sign = "-" if amount_micros < 0 and (whole or fraction) else ""
    return f"{sign}US${whole:,}.{fraction:0{digits}}" if digits else f"{sign}US${whole:,}"
