"""How an amount came about: each formula gives it again from the inputs that are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from peergrid.market.tariff import Block
from peergrid.money import PARTS, WH_PER_KWH, cost_micros, divide, part_of

# By how many half micros rounding can put a half hour out, at most.
MOST_OFF_PRICED = 1
MOST_OFF_HALFWAY = 5  # a charge and a levy are differences of two rounded sums; so is their half


@dataclass(frozen=True)
class Step:
    """Some energy [Wh] at one price."""

    energy_wh: int
    price_micros_per_kwh: int


def steps_between(blocks: Sequence[Block], before_wh: int, after_wh: int) -> tuple[Step, ...]:
    """The energy of a month from ``before_wh`` to ``after_wh`` [Wh], block by block."""
    steps, reached_wh = [], before_wh
    for block in blocks:
        end_wh = after_wh if block.up_to_wh is None else min(block.up_to_wh, after_wh)
        if end_wh > reached_wh:
            steps.append(Step(end_wh - reached_wh, block.price_micros_per_kwh))
            reached_wh = end_wh
    return tuple(steps)


@dataclass(frozen=True)
class Blocks:
    """The month's blocks from ``before_wh`` to ``after_wh`` [Wh].

    The charge up to the end less the charge up to the beginning, each rounded once; so it is
    exact however many half hours lie between.
    """

    before_wh: int
    after_wh: int
    blocks: tuple[Block, ...]
    name: Literal["blocks"] = "blocks"

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_between(self.blocks, self.before_wh, self.after_wh)

    @property
    def amount(self) -> int:
        return self.charge_micros(self.after_wh) - self.charge_micros(self.before_wh)

    def charge_micros(self, month_wh: int) -> int:
        """What the first ``month_wh`` [Wh] of the month cost [micros]."""
        steps = steps_between(self.blocks, 0, month_wh)
        return divide(_worth_of(steps), WH_PER_KWH)


@dataclass(frozen=True)
class Levy:
    """A share of the energy charge, from ``before_micros`` to ``after_micros`` of the month."""

    before_micros: int
    after_micros: int
    levy_ppm: int
    name: Literal["levy"] = "levy"

    @property
    def amount(self) -> int:
        return part_of(self.after_micros, self.levy_ppm) - part_of(
            self.before_micros, self.levy_ppm
        )


@dataclass(frozen=True)
class Credit:
    """A share of the energy sent out, from ``before_wh`` to ``after_wh`` of the month [Wh]."""

    before_wh: int
    after_wh: int
    credit_ratio_ppm: int
    name: Literal["credit"] = "credit"

    @property
    def amount(self) -> int:
        after = part_of(self.after_wh, self.credit_ratio_ppm)
        return after - part_of(self.before_wh, self.credit_ratio_ppm)


@dataclass(frozen=True)
class OneToOne:
    """Each Wh for a Wh."""

    energy_wh: int
    name: Literal["one_to_one"] = "one_to_one"

    @property
    def amount(self) -> int:
        return self.energy_wh


@dataclass(frozen=True)
class Priced:
    """Energy at one price; every half hour is rounded to a micro, ``rounding_micros`` in all."""

    energy_wh: int
    price_micros_per_kwh: int
    half_hours: int
    rounding_micros: int
    name: Literal["priced"] = "priced"

    @property
    def amount(self) -> int:
        return cost_micros(self.price_micros_per_kwh, self.energy_wh) + self.rounding_micros

    @property
    def is_sound(self) -> bool:
        """Whether rounding alone can explain what is left over."""
        return 2 * abs(self.rounding_micros) <= MOST_OFF_PRICED * self.half_hours + 1


@dataclass(frozen=True)
class Halfway:
    """Energy at the middle of what the grid asks, with its levy, and what it pays.

    ``steps`` have the grid's prices of the blocks that the energy would have fallen into.
    """

    steps: tuple[Step, ...]
    levy_ppm: int
    feed_in_micros_per_kwh: int
    half_hours: int
    rounding_micros: int
    name: Literal["halfway"] = "halfway"

    @property
    def amount(self) -> int:
        energy_wh = sum(step.energy_wh for step in self.steps)
        asked = _worth_of(self.steps) * (PARTS + self.levy_ppm)
        paid = energy_wh * self.feed_in_micros_per_kwh * PARTS
        return divide(asked + paid, 2 * PARTS * WH_PER_KWH) + self.rounding_micros

    @property
    def is_sound(self) -> bool:
        """Whether rounding alone can explain what is left over."""
        return 2 * abs(self.rounding_micros) <= MOST_OFF_HALFWAY * self.half_hours + 1

    def price_micros_per_kwh(self, step: Step) -> int:
        """The middle for one step's energy [micros/kWh], rounded for the eye."""
        asked = step.price_micros_per_kwh * (PARTS + self.levy_ppm)
        return divide(asked + self.feed_in_micros_per_kwh * PARTS, 2 * PARTS)


@dataclass(frozen=True)
class DayPart:
    """What one local day adds: half hours that stand, energy [Wh], amount [unit of the line]."""

    day: date
    half_hours: int
    energy_wh: int
    amount: int


@dataclass(frozen=True)
class DayByDay:
    """A sum over half hours that each had a price of their own, gathered by day."""

    days: tuple[DayPart, ...]
    name: Literal["day_by_day"] = "day_by_day"

    @property
    def half_hours(self) -> int:
        return sum(day.half_hours for day in self.days)

    @property
    def amount(self) -> int:
        return abs(sum(day.amount for day in self.days))


type Formula = Blocks | Levy | Credit | OneToOne | Priced | Halfway | DayByDay


def _worth_of(steps: Sequence[Step]) -> int:
    """In micros times Wh per kWh, not rounded yet."""
    return sum(step.energy_wh * step.price_micros_per_kwh for step in steps)
