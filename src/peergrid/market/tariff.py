"""Dated prices and rules: stepped retail with its levy, energy credits, feed-in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from peergrid.money import PARTS, WH_PER_KWH, cost_micros, divide, part_of


@dataclass(frozen=True)
class Block:
    """A step of a month's energy: up to ``up_to_wh`` [Wh] (None: without end) at a price."""

    up_to_wh: int | None
    price_micros_per_kwh: int


@dataclass(frozen=True)
class Standing:
    """How far a meter is into its local calendar month; all [Wh].

    ``credit_wh`` (energy credit not yet used) rolls over into the next month.
    """

    month: date
    billed_wh: int = 0
    exported_wh: int = 0
    credit_wh: int = 0

    def in_month(self, month: date) -> "Standing":
        """The same meter in ``month``: a new month starts at the first block."""
        return self if month == self.month else Standing(month, credit_wh=self.credit_wh)


@dataclass(frozen=True)
class Tariff:
    """What a kWh costs and earns from ``valid_from`` on, until a later tariff starts.

    ``levy_ppm`` is added to the energy charge; ``credit_ratio_ppm`` is the Wh credit owed per
    exported Wh (parts per million); ``feed_in_micros_per_kwh`` is the export price of money
    schemes. Raises ValueError if the blocks do not rise to one without end, or if feed-in is
    above the cheapest block (a neighbour would then be dearer than the grid).
    """

    name: str
    valid_from: date
    scheme: str
    blocks: tuple[Block, ...]
    levy_ppm: int
    credit_ratio_ppm: int
    feed_in_micros_per_kwh: int

    def __post_init__(self) -> None:
        terms = (self.levy_ppm, self.credit_ratio_ppm, self.feed_in_micros_per_kwh)
        numbers = [n for block in self.blocks for n in (block.up_to_wh, block.price_micros_per_kwh)]
        if not all(type(number) is int for number in (*terms, *numbers) if number is not None):
            raise ValueError("prices, limits and ratios must be whole numbers")
        if {type(self.name), type(self.scheme)} != {str}:
            raise ValueError("a tariff's name and its scheme's name must be text")
        limits = [block.up_to_wh for block in self.blocks]
        if not limits or limits[-1] is not None or None in limits[:-1]:
            raise ValueError("the last block, and only the last, has no upper limit")
        if any(a >= b for a, b in pairwise([0, *limits[:-1]]) if a is not None and b is not None):
            raise ValueError("each block must end above the one before it")
        prices = [block.price_micros_per_kwh for block in self.blocks]
        if min(prices) < 0 or any(a > b for a, b in pairwise(prices)):
            raise ValueError("block prices must be 0 or more and never fall from block to block")
        if not 0 <= self.feed_in_micros_per_kwh <= prices[0]:
            raise ValueError("the feed-in price must lie between 0 and the first block's price")
        if not (0 <= self.levy_ppm <= PARTS and 0 <= self.credit_ratio_ppm <= PARTS):
            raise ValueError("levy and credit ratio must lie between 0 and 1,000,000 ppm")

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


def terms_of(tariff: Tariff) -> dict[str, Any]:
    """A tariff as plain values that JSON can carry; ``tariff_from`` reads them back."""
    return asdict(tariff) | {"valid_from": tariff.valid_from.isoformat()}


def tariff_from(terms: Mapping[str, Any]) -> Tariff:
    """Read what ``terms_of`` wrote. Raises ValueError for terms that make no tariff."""
    try:
        blocks = tuple(Block(**block) for block in terms["blocks"])
        valid_from = date.fromisoformat(terms["valid_from"])
        return Tariff(**{**terms, "valid_from": valid_from, "blocks": blocks})
    except (KeyError, TypeError) as error:
        raise ValueError(f"these are not the terms of a tariff: {error}") from error
