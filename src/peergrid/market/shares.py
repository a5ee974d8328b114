"""What each meter's part of an interval is worth: one, and many at once."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from peergrid.market.flows import Flow, Flows
from peergrid.market.standing import Standing
from peergrid.money import Whole


def owed_micros(of: Any) -> Any:
    """What is owed for anything that has a share's amounts, numbers or arrays [micros]."""
    owed = of.paid_micros + of.retail_micros + of.levy_micros + of.vat_micros + of.fixed_micros
    return owed - of.earned_micros - of.feed_in_micros - of.credit_paid_micros


@dataclass(frozen=True, slots=True)
class Share:
    """One meter's part of an interval: its flow [Wh] and what that is worth [micros, Wh credit].

    ``paid`` and ``earned`` pass between neighbours; ``retail``, ``levy``, ``vat``, ``fixed``,
    ``feed_in`` and ``credit_paid`` between the meter and the grid. ``billed_wh`` is what counts
    towards the month's blocks.
    """

    flow: Flow
    billed_wh: int = 0
    paid_micros: int = 0
    earned_micros: int = 0
    retail_micros: int = 0
    levy_micros: int = 0
    vat_micros: int = 0
    fixed_micros: int = 0
    feed_in_micros: int = 0
    credit_earned_wh: int = 0
    credit_used_wh: int = 0
    credit_lost_wh: int = 0
    credit_paid_micros: int = 0

    @property
    def cost_micros(self) -> int:
        """What the meter owes for the interval [micros]; negative if it earns."""
        owed: int = owed_micros(self)
        return owed

    def after(self, standing: Standing) -> Standing:
        """Where the meter stands in its month once this share is booked."""
        change_wh = self.credit_earned_wh - self.credit_used_wh - self.credit_lost_wh
        return Standing(
            standing.month,
            billed_wh=standing.billed_wh + self.billed_wh,
            exported_wh=standing.exported_wh + self.flow.export_wh,
            credit_wh=standing.credit_wh + change_wh,
        )


@dataclass(frozen=True, eq=False)
class Shares:
    """The same for many: arrays (n_intervals, n_meters); a 0 stands for zeros everywhere."""

    flows: Flows
    billed_wh: Whole | int = 0
    paid_micros: Whole | int = 0
    earned_micros: Whole | int = 0
    retail_micros: Whole | int = 0
    levy_micros: Whole | int = 0
    vat_micros: Whole | int = 0
    fixed_micros: Whole | int = 0
    feed_in_micros: Whole | int = 0
    credit_earned_wh: Whole | int = 0
    credit_used_wh: Whole | int = 0
    credit_lost_wh: Whole | int = 0
    credit_paid_micros: Whole | int = 0

    def of(self, name: str) -> Whole:
        """One of the fields in full (n_intervals, n_meters)."""
        return np.broadcast_to(getattr(self, name), self.flows.bought_wh.shape)

    @property
    def cost_micros(self) -> Whole:
        """What each meter owes for each interval [micros]; negative if it earns."""
        return np.broadcast_to(owed_micros(self), self.flows.bought_wh.shape)

    def part(self, row: int, columns: Whole) -> Share:
        """The shares of one interval and some meters: a share whose every field is an array."""
        flow = self.flows.part(row, columns)
        amounts: dict[str, Any] = {name: self.of(name)[row, columns] for name in AMOUNTS}
        return Share(flow, **amounts)

    def one(self, row: int, column: int) -> Share:
        """The share of one interval and one meter."""
        amounts = {name: int(self.of(name)[row, column]) for name in AMOUNTS}
        return Share(self.flows.one(row, column), **amounts)


AMOUNTS = tuple(field.name for field in fields(Share) if field.name != "flow")
