"""What panels would save a home in a year, seen from the year it has lived.

Panels serve the home, then its battery, then the community. What a kWh sent out is worth is what
it was worth to the community's exporters: money, credit, or both, whatever the scheme.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.money import PARTS, WH_PER_KWH
from peergrid.simulation.engine.columns import Rates

MICROS_PER_USD = 1_000_000
MONTHS_PER_YEAR = 12
LEAST_RATIO, MOST_RATIO, RATIOS = 0.0, 8.0, 33  # panels' day over the home's, in the table

type Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Month:
    """Homes' mean month [n]: drawn from the feeder, missed in outages [Wh], and its bill [US$]."""

    drawn_wh: Reals
    missed_wh: Reals
    cost_usd: Reals


@dataclass(frozen=True)
class System:
    """What homes would own [n]: ``made_wh`` in a mean month, and what a battery passes on in it.

    ``stores_wh`` is 0 for homes without a battery, who are off while their feeder is; ``dark`` is
    the share of the sun that shines then.
    """

    made_wh: Reals
    dark: Reals
    stores_wh: Reals
    efficiency: Reals


@dataclass(frozen=True)
class Worth:
    """What homes' communities got for a Wh sent out [n]: money [US$/Wh], and energy credit."""

    usd_per_wh: Reals
    credit_ratio: Reals


def bill_usd(rates: Rates, month_wh: Reals) -> Reals:
    """Retail and levy of a month's ``month_wh`` (n,) [US$], not rounded."""
    steps = rates.price[:, np.newaxis] * month_wh - rates.offset[:, np.newaxis]
    micros = steps.max(axis=0) / rates.parts
    return np.asarray(micros * (1 + rates.levy_ppm / PARTS) / MICROS_PER_USD, np.float64)


def direct_shares(days: NDArray[np.int16], sun: Reals) -> Reals:
    """The share of a home's demand that panels meet as they shine, by their size [RATIOS].

    ``days`` (k, 48) [Wh] are days of demand of a class, ``sun`` (48,) the mean day's course of
    the sun. Panels that make ``LEAST_RATIO`` to ``MOST_RATIO`` times the class's mean demand.
    """
    demand = days / days.sum(axis=1).mean()
    course = sun / max(sun.sum(), 1e-9)
    ratios = np.linspace(LEAST_RATIO, MOST_RATIO, RATIOS)
    met = [np.minimum(ratio * course, demand).sum(axis=1).mean() for ratio in ratios]
    return np.array(met)


def direct_share(table: Reals, kind: NDArray[np.int32], ratio: Reals) -> Reals:
    """``table`` (classes, RATIOS) at each home's class and ``ratio``, between its steps [n]."""
    step = np.clip(ratio, LEAST_RATIO, MOST_RATIO) / (MOST_RATIO - LEAST_RATIO) * (RATIOS - 1)
    low = np.minimum(step.astype(np.int64), RATIOS - 2)
    part = step - low
    return np.asarray(table[kind, low] * (1 - part) + table[kind, low + 1] * part, np.float64)


def savings_usd(
    rates: Rates,
    month: Month,
    system: System,
    worth: Worth,
    direct: Reals,
    backup_usd_per_kwh: float,
) -> tuple[Reals, Reals]:
    """What a year of own use saves, and what a year of exports adds to that [n, n] [US$].

    ``direct`` is the share of their demand that panels meet as they shine. In outages a home
    with a battery lives on its own, one without makes nothing; what is stored serves the month as
    outages part it. Own use saves the dearest blocks of the month, at the level of the bills that
    were paid (which neighbours may have made cheaper); credit saves the dearest that remain.
    """
    asked = month.drawn_wh + month.missed_wh
    off = month.missed_wh / np.maximum(asked, 1)
    at_once = np.minimum(direct * asked, system.made_wh)
    stored = np.minimum(
        np.minimum(system.stores_wh, system.efficiency * (system.made_wh - at_once)),
        asked - at_once,
    )
    in_time = at_once * (1 - system.dark) + stored * (1 - off)
    in_need = np.where(system.stores_wh > 0, at_once * system.dark + stored * off, 0.0)
    in_need = np.minimum(in_need, month.missed_wh)
    left_wh = np.maximum(month.drawn_wh - in_time, 0)
    before, after = bill_usd(rates, month.drawn_wh), bill_usd(rates, left_wh)
    level = np.where(before > 0, month.cost_usd / np.maximum(before, 1e-9), 1.0)
    own_usd = (before - after) * level + in_need * backup_usd_per_kwh / WH_PER_KWH
    sent = (system.made_wh - at_once - stored / system.efficiency) * (1 - system.dark)
    credit = np.minimum(worth.credit_ratio * sent, left_wh)
    sent_usd = after - bill_usd(rates, left_wh - credit) + sent * worth.usd_per_wh
    return MONTHS_PER_YEAR * own_usd, MONTHS_PER_YEAR * sent_usd
