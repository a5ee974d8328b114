"""How far meters are into their local calendar month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.market.metered import Metered
from peergrid.market.tariff import Tariff, YearEnd
from peergrid.money import WH_PER_KWH, Whole, divide

MOST_CREDIT_WH = 10**10  # at the highest price there may be, its worth fits 64 bits


@dataclass(frozen=True)
class Standing:
    """How far a meter is into its local calendar month; all [Wh].

    ``credit_wh`` (energy credit not yet used) may roll over into the next month.
    """

    month: date
    billed_wh: int = 0
    exported_wh: int = 0
    credit_wh: int = 0

    def in_month(self, month: date) -> "Standing":
        """The same meter in ``month``: a new month starts at the first block."""
        return self if month == self.month else Standing(month, credit_wh=self.credit_wh)


@dataclass(frozen=True, eq=False)
class Standings:
    """The same for many meters, each (n_meters,); ``months`` is datetime64[M]."""

    months: NDArray[np.datetime64]
    billed_wh: Whole
    exported_wh: Whole
    credit_wh: Whole


def standings_of(meter_ids: Whole, known: Mapping[int, Standing], month: date) -> Standings:
    """What is known of ``meter_ids`` (n_meters,); who is not known is new in ``month``."""
    each = [known.get(meter_id, Standing(month)) for meter_id in meter_ids.tolist()]
    return Standings(
        np.array([one.month for one in each], "datetime64[M]"),
        np.array([one.billed_wh for one in each], np.int64),
        np.array([one.exported_wh for one in each], np.int64),
        np.array([one.credit_wh for one in each], np.int64),
    )


@dataclass(frozen=True, eq=False)
class Turned:
    """Standings at the start of some intervals of one month, and what the turn of it cost.

    ``lost_wh`` and ``paid_micros`` are 0 or (n_intervals, n_meters), in each meter's first
    interval of the month.
    """

    standings: Standings
    lost_wh: Whole | int = 0
    paid_micros: Whole | int = 0


def in_month(before: Standings, metered: Metered, tariff: Tariff) -> Turned:
    """Every meter with a reading comes into the month of ``metered``, at its first block.

    Its energy credit rolls over or is lost, and at the turn of the year kept, lost or paid, by
    the tariff's rules. A meter without a reading yet stays where it is.
    """
    month = metered.local_days[:1].astype("datetime64[M]")
    turns = before.months != month
    if turns.any():
        turns &= metered.is_there.any(axis=0)
    if not turns.any():
        return Turned(before)
    is_new_year = before.months.astype("datetime64[Y]") != month.astype("datetime64[Y]")
    rules = tariff.credit
    ends = turns & (is_new_year & (rules.year_end is not YearEnd.KEPT) | (not rules.rolls_over))
    lost_wh = np.where(ends, before.credit_wh, 0)
    after = Standings(
        np.where(turns, month, before.months),
        np.where(turns, 0, before.billed_wh),
        np.where(turns, 0, before.exported_wh),
        before.credit_wh - lost_wh,
    )
    if not lost_wh.any():
        return Turned(after)
    is_paid = is_new_year & (rules.year_end is YearEnd.PAID)
    if int(lost_wh.max()) > MOST_CREDIT_WH:
        raise ValueError(f"energy credit of {lost_wh.max()} Wh on one meter cannot be priced")
    worth = divide(np.where(is_paid, lost_wh, 0) * rules.paid_micros_per_kwh, WH_PER_KWH)
    first = np.argmax(metered.is_there, axis=0)
    at_first = np.arange(len(metered.numbers))[:, None] == first
    return Turned(after, at_first * lost_wh, at_first * worth)
