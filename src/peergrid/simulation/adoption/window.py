"""The last year of a run, as differences of its running totals."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from peergrid.money import PARTS, WH_PER_KWH
from peergrid.simulation.adoption.saving import MICROS_PER_USD, Month, Reals, Worth
from peergrid.simulation.engine.columns import (
    SCHEME_NAMES,
    Communities,
    Day,
    Homes,
    Pool,
    Rates,
    Total,
    Whole64,
)

MARKS = 13  # a year's months, and the first of the next
DAYS_PER_MONTH = 365.25 / 12
ONE = np.uint64(1)
CREDITS = SCHEME_NAMES.index("net_metering")


@dataclass(frozen=True)
class Mark:
    """Running totals when ``day`` began: of homes (3, n), of communities (3, C), of the sun.

    ``sun`` (orientations, 48) and ``dark`` (C,), what of a mean roof's sun fell into outages, are
    in Wh per kWp.
    """

    day: int
    homes: Whole64
    communities: Whole64
    sun: Reals
    dark: Reals


class Window:
    """The marks of at most a year, and what lies between the first and the last of them."""

    def __init__(self) -> None:
        self._marks: deque[Mark] = deque(maxlen=MARKS)
        self._sun: Reals = np.zeros(())
        self._dark: Reals = np.zeros(())

    def shine(self, day: Day) -> None:
        """Remember the sun of a day, and the outages in it."""
        self._sun = self._sun + day.sun.astype(np.float64)
        is_off = (day.off[:, np.newaxis] >> np.arange(day.sun.shape[1], dtype=np.uint64)) & ONE
        self._dark = self._dark + (is_off * day.sun.mean(axis=0, dtype=np.float64)).sum(axis=1)

    def mark(self, day: int, homes: Homes, communities: Communities) -> None:
        """Remember how things stand as ``day`` begins."""
        of = homes.totals
        cost = of[Total.PAID_MICROS] + of[Total.RETAIL_MICROS] + of[Total.LEVY_MICROS]
        money = of[Total.EARNED_MICROS] + of[Total.FEED_IN_MICROS]
        sent = np.stack([of[Total.EXPORT_WH], money, of[Total.CREDIT_EARNED_WH]])
        self._marks.append(
            Mark(
                day,
                np.stack([of[Total.IMPORT_WH], of[Total.UNSERVED_WH], cost]),
                np.add.reduceat(sent, communities.facts[Pool.FIRST], axis=1),
                self._sun,
                self._dark,
            )
        )

    @property
    def days(self) -> int:
        """How many days it spans."""
        return self._marks[-1].day - self._marks[0].day

    @property
    def months(self) -> float:
        return self.days / DAYS_PER_MONTH

    @property
    def sun(self) -> Reals:
        """A mean day's sun (orientations, 48) [Wh per kWp]."""
        return np.asarray((self._marks[-1].sun - self._marks[0].sun) / self.days, np.float64)

    def dark_shares(self) -> Reals:
        """The share of the sun that shone in outages, by community (C,)."""
        sun = max(self.sun.mean(axis=0).sum() * self.days, 1e-9)
        return np.asarray((self._marks[-1].dark - self._marks[0].dark) / sun, np.float64)

    def month_of(self, rows: Whole64) -> Month:
        """The mean month of the homes ``rows`` (k,)."""
        sums = (self._marks[-1].homes[:, rows] - self._marks[0].homes[:, rows]) / self.months
        return Month(sums[0], sums[1], sums[2] / MICROS_PER_USD)

    def worth_in(self, rates: Rates, community: Whole64) -> Worth:
        """What a Wh sent out was worth in each ``community`` (k,).

        Where nobody sent any out: what the grid gives for it.
        """
        sent, money, credit = self._marks[-1].communities - self._marks[0].communities
        by_credit = rates.scheme == CREDITS
        usual_usd = 0.0 if by_credit else rates.feed_in / WH_PER_KWH / MICROS_PER_USD
        usual_credit = rates.credit_ratio_ppm / PARTS if by_credit else 0.0
        some = np.maximum(sent, 1)
        usd = np.where(sent > 0, money / some / MICROS_PER_USD, usual_usd)
        ratio = np.where(sent > 0, credit / some, usual_credit)
        return Worth(usd[community], ratio[community])
