"""Dated prices and rules: stepped retail with its levy, energy credits, feed-in."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.money import MICROS, PARTS, WH_PER_KWH, cost_micros, divide, part_of

MOST_MICROS_PER_KWH = 100 * MICROS  # a price above it is a mistake in the unit
MOST_BLOCK_WH = 10**10  # 10 GWh a month on one meter: prices by energy fit 64 bits below it


@dataclass(frozen=True)
class Block:
    """A step of a month's energy: up to ``up_to_wh`` [Wh] (None: without end) at a price."""

    up_to_wh: int | None
    price_micros_per_kwh: int


DAYS = {"every day": range(7), "weekdays": range(5), "weekends": range(5, 7)}  # Monday is 0


def _are_whole(*numbers: int | None) -> bool:
    return all(type(number) is int for number in numbers if number is not None)


class YearEnd(StrEnum):
    """What happens at the end of a calendar year to energy credit not yet used."""

    KEPT = "kept"
    LOST = "lost"
    PAID = "paid"


@dataclass(frozen=True)
class CreditRules:
    """What becomes of energy credit: settings with a date, for the rule has changed and will.

    ``rolls_over``: what is left at the end of a month is kept. ``year_end``: what is left at the
    end of a year is kept, lost, or paid at ``paid_micros_per_kwh``. ``cap_w``: what a home sends
    out above this power [W, mean of an interval] earns no credit (None: no cap).
    """

    rolls_over: bool = True
    year_end: YearEnd = YearEnd.KEPT
    paid_micros_per_kwh: int = 0
    cap_w: int | None = None

    def __post_init__(self) -> None:
        if type(self.rolls_over) is not bool:
            raise ValueError("whether credit rolls over is true or false")
        if not _are_whole(self.paid_micros_per_kwh, self.cap_w):
            raise ValueError("what credit is paid and its cap must be whole numbers")
        if not 0 <= self.paid_micros_per_kwh <= MOST_MICROS_PER_KWH:
            raise ValueError(f"credit is paid at 0 to {MOST_MICROS_PER_KWH} micros per kWh")
        if self.paid_micros_per_kwh and self.year_end is not YearEnd.PAID:
            raise ValueError("a price for credit needs a year end at which it is paid")
        if self.cap_w is not None and self.cap_w <= 0:
            raise ValueError("a cap of credit must be above 0 W; leave it out for none")


@dataclass(frozen=True)
class TimeOfUse:
    """What a kWh costs more (or less) from local half hour ``first`` to before ``end`` (0 to 48).

    ``on`` says on which days; every day, Monday to Friday, or Saturday and Sunday.
    """

    name: str
    first: int
    end: int
    micros_per_kwh: int
    on: Literal["every day", "weekdays", "weekends"] = "every day"

    def __post_init__(self) -> None:
        if type(self.name) is not str or not self.name.strip():
            raise ValueError("a time of use needs a name")
        if not _are_whole(self.first, self.end, self.micros_per_kwh):
            raise ValueError(f"{self.name}: half hours and prices must be whole numbers")
        if not 0 <= self.first < self.end <= INTERVALS_PER_DAY:
            raise ValueError(f"{self.name}: half hours of a day run from 0 to {INTERVALS_PER_DAY}")
        if self.on not in DAYS:
            raise ValueError(f"{self.name}: on {self.on!r} is none of {', '.join(DAYS)}")


@dataclass(frozen=True)
class Tariff:
    """What a kWh costs and earns from ``valid_from`` on, until a later tariff starts.

    ``levy_ppm`` and ``vat_ppm`` are added to the energy charge, each on its own;
    ``credit_ratio_ppm`` is the Wh credit owed per exported Wh (parts per million);
    ``feed_in_micros_per_kwh`` is the export price of money schemes. ``fixed_micros_per_month``
    accrues day by day. ``times`` add to the blocks' prices at some hours. ``halfway_ppm`` says
    where between export price and retail price neighbours meet (half, in the mid-market rate);
    ``compensation_ppm`` is the kappa of the compensated supply-demand ratio.

    Raises ValueError if the blocks do not rise to one without end, if feed-in is above the
    cheapest price of any hour (a neighbour would then be dearer than the grid), or for a price
    above US$100 per kWh.
    """

    name: str
    valid_from: date
    scheme: str
    blocks: tuple[Block, ...]
    levy_ppm: int
    credit_ratio_ppm: int
    feed_in_micros_per_kwh: int
    vat_ppm: int = 0
    fixed_micros_per_month: int = 0
    times: tuple[TimeOfUse, ...] = ()
    credit: CreditRules = CreditRules()
    halfway_ppm: int = PARTS // 2
    compensation_ppm: int = 0

    def __post_init__(self) -> None:
        parts = (
            *(self.levy_ppm, self.credit_ratio_ppm, self.vat_ppm),
            *(self.halfway_ppm, self.compensation_ppm),
        )
        terms = (*parts, self.feed_in_micros_per_kwh, self.fixed_micros_per_month)
        numbers = [n for block in self.blocks for n in (block.up_to_wh, block.price_micros_per_kwh)]
        if not _are_whole(*terms, *numbers):
            raise ValueError("prices, limits and ratios must be whole numbers")
        if {type(self.name), type(self.scheme)} != {str}:
            raise ValueError("a tariff's name and its scheme's name must be text")
        if not all(0 <= part <= PARTS for part in parts):
            raise ValueError("levy, VAT, ratios and parts must lie between 0 and 1,000,000 ppm")
        if not 0 <= self.fixed_micros_per_month <= MOST_MICROS_PER_KWH:
            raise ValueError("the fixed charge must lie between 0 and US$100 a month")
        self._check_blocks()

    def _check_blocks(self) -> None:
        limits = [block.up_to_wh for block in self.blocks]
        if not limits or limits[-1] is not None or None in limits[:-1]:
            raise ValueError("the last block, and only the last, has no upper limit")
        if any(a >= b for a, b in pairwise([0, *limits[:-1]]) if a is not None and b is not None):
            raise ValueError("each block must end above the one before it")
        if any(limit > MOST_BLOCK_WH for limit in limits if limit is not None):
            raise ValueError(f"a block must end at {MOST_BLOCK_WH:,} Wh or below")
        prices = [block.price_micros_per_kwh for block in self.blocks]
        if min(prices) < 0 or any(a > b for a, b in pairwise(prices)):
            raise ValueError("block prices must be 0 or more and never fall from block to block")
        least = prices[0] + min([0, *(time.micros_per_kwh for time in self.times)])
        most = prices[-1] + max([0, *(time.micros_per_kwh for time in self.times)])
        if least < 0 or most > MOST_MICROS_PER_KWH:
            raise ValueError("a kWh must cost between US$0 and US$100 at any hour")
        if not 0 <= self.feed_in_micros_per_kwh <= least:
            raise ValueError("the feed-in price must lie between 0 and the first block's price")
        halves = [
            {(half, day) for half in range(time.first, time.end) for day in DAYS[time.on]}
            for time in self.times
        ]
        if sum(map(len, halves)) != len(set().union(*halves)):
            raise ValueError("two times of use lie over each other")

    def retail_micros(self, month_wh: int) -> int:
        """The energy charge [micros] for ``month_wh`` [Wh] of one calendar month, no levy."""
        micros_wh, reached_wh = 0, 0
        for block in self.blocks:
            end_wh = month_wh if block.up_to_wh is None else min(block.up_to_wh, month_wh)
            micros_wh += (end_wh - reached_wh) * block.price_micros_per_kwh
            reached_wh = end_wh
            if reached_wh == month_wh:
                break
        return divide(micros_wh, WH_PER_KWH)

    def levy_micros(self, month_wh: int) -> int:
        """The levy [micros] on the energy charge of ``month_wh`` [Wh] of one month."""
        return part_of(self.retail_micros(month_wh), self.levy_ppm)

    def charge_micros(self, before_wh: int, energy_wh: int) -> tuple[int, int]:
        """Retail and levy [micros] of ``energy_wh`` more after ``before_wh`` this month.

        The difference of two month's totals: however a month is cut into intervals, its
        charges sum to the month's bill, to the micro.
        """
        if not energy_wh:
            return 0, 0
        before = self.retail_micros(before_wh)
        after = self.retail_micros(before_wh + energy_wh)
        levy = part_of(after, self.levy_ppm) - part_of(before, self.levy_ppm)
        return after - before, levy

    def credit_wh(self, before_wh: int, export_wh: int) -> int:
        """Energy credit [Wh] earned by ``export_wh`` more after ``before_wh`` this month."""
        after = part_of(before_wh + export_wh, self.credit_ratio_ppm)
        return after - part_of(before_wh, self.credit_ratio_ppm)

    def feed_in_micros(self, energy_wh: int) -> int:
        """What the grid pays [micros] for ``energy_wh`` [Wh] in a money scheme."""
        return cost_micros(self.feed_in_micros_per_kwh, energy_wh)

    def under(self, scheme: str) -> "Tariff":
        """The same prices under another scheme."""
        return replace(self, scheme=scheme)
