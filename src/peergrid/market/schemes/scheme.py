"""A scheme: how a community's surplus is shared and priced; one signature for all."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from peergrid.market.flows import Flows, pro_rata
from peergrid.market.metered import Metered
from peergrid.market.shares import Shares
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import PARTS, Whole

NO_LIMIT = -1


@dataclass(frozen=True, eq=False)
class Terms:
    """What each meter agreed to or asked for, each (n_meters,) int64.

    ``coefficient_ppm`` is its part of the community's surplus (all of them: 1,000,000);
    ``bid`` is the most it would pay a neighbour and ``ask`` the least it would take
    [micros per kWh], NO_LIMIT where it has said nothing; ``placed`` orders equal prices, the
    lower first.
    """

    coefficient_ppm: Whole
    bid_micros_per_kwh: Whole
    ask_micros_per_kwh: Whole
    placed: Whole


def plain_terms(n_meters: int) -> Terms:
    """Nobody has asked for anything: equal parts, no limits, in the order of the meters."""
    parts = np.full(n_meters, PARTS // max(n_meters, 1), np.int64)
    parts[: PARTS - int(parts.sum())] += 1
    none = np.full(n_meters, NO_LIMIT, np.int64)
    return Terms(parts, none, none, np.zeros(n_meters, np.int64))


type Split = Callable[[Metered, Tariff, Terms], Flows]
type Price = Callable[[Flows, Standings, Tariff, Terms], Shares]


def by_count(metered: Metered, tariff: Tariff, terms: Terms) -> Flows:
    """Split in proportion to what the meters counted."""
    del tariff, terms
    return pro_rata(metered)


@dataclass(frozen=True)
class Scheme:
    """A way to share and price a community's energy, and how it is told.

    ``sentence`` is for a producer, ``paragraph`` for an operator. ``pilot`` says that no rule in
    force allows it yet; every screen that shows it says so. ``price`` takes what neighbours
    share (from ``split``) and returns what it is worth. ``by_month``: priced when a month is
    over, since its prices rest on all of it. ``takes_limits``: members' limit prices count.
    """

    name: str
    title: str
    sentence: str
    paragraph: str
    pilot: bool
    price: Price
    split: Split = by_count
    by_month: bool = False
    takes_limits: bool = False

    @property
    def heeds_terms(self) -> bool:
        """Whether what meters agreed to or asked for makes a difference."""
        return self.split is not by_count

    def clear(self, metered: Metered, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
        """What consecutive intervals of one local month are worth to each meter."""
        return self.price(self.split(metered, tariff, terms), standings, tariff, terms)

    def explained(self, tariff: Tariff) -> str:
        """The sentence, with the tariff's own figures."""
        return self.sentence.format(credit_ratio=f"{tariff.credit_ratio_ppm / PARTS:g}")
