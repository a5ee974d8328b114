"""One side of some books in merit order: how far it reaches, and what that is worth."""

from dataclasses import dataclass

import numpy as np

from peergrid.market.auction_orders import Orders
from peergrid.money import Whole

NO_PRICE = -1  # instead of a price, in a book where nothing trades
NEVER = np.iinfo(np.int64).max  # the price of an ask that is not there


@dataclass(frozen=True, eq=False)
class Ladder:
    """Asks or bids of some books; ``reached_wh`` (n_books, n_orders) is cumulated [Wh].

    ``price`` (n_orders,) is in micros/kWh.
    """

    price: Whole
    reached_wh: Whole

    def up_to(self, volume_wh: Whole) -> "Ladder":
        return Ladder(self.price, np.minimum(self.reached_wh, volume_wh[:, None]))

    @property
    def worth(self) -> Whole:
        """What each book's orders are worth at their limits, cumulated [micros/kWh x Wh]."""
        return np.cumsum(self.price * np.diff(self.reached_wh, axis=1, prepend=0), axis=1)

    def worth_along(self, other: "Ladder") -> Whole:
        """The same worth, told where the ``other`` side's orders end; both reach equally far.

        Looked up only where an order trades: in between the worth stays what it was.
        """
        wh = other.reached_wh
        worth = np.zeros_like(wh)
        trades = np.diff(wh, axis=1, prepend=0) > 0
        step = int(wh.max(initial=0)) + 1  # a book after the other on one rising line
        starts = step * np.arange(len(wh))[:, None]
        at = np.searchsorted((self.reached_wh + starts).ravel(), (wh + starts)[trades])
        over_wh = self.reached_wh.ravel()[at] - wh[trades]
        worth[trades] = self.worth.ravel()[at] - self.price[at % self.price.size] * over_wh
        return np.maximum.accumulate(worth, axis=1, out=worth)


def ladder_of(orders: Orders, order: Whole, rows: Whole) -> Ladder:
    quantity = orders.quantity_wh[rows].take(order, axis=1)
    return Ladder(orders.price_micros_per_kwh[order], np.cumsum(quantity, axis=1))


def volume_of(supply: Ladder, demand: Ladder) -> Whole:
    """The most that trades at one price: the best min(supply, demand) over every price asked."""
    willing = np.searchsorted(-demand.price, -supply.price, side="right")  # bids at an ask or above
    asked = np.count_nonzero(willing)
    demanded = demand.reached_wh.take(willing[:asked] - 1, axis=1)
    most = np.minimum(supply.reached_wh[:, :asked], demanded)
    return np.asarray(most.max(axis=1, initial=0))


def interval_of(supply: Ladder, demand: Ladder, volume_wh: Whole) -> tuple[Whole, Whole]:
    """The equilibrium interval of each book; NO_PRICE where nothing trades."""
    ask, bid = np.append(supply.price, NEVER), np.append(demand.price, NO_PRICE)
    volume = volume_wh[:, None]
    last_ask, last_bid, next_ask, next_bid = (
        price[np.count_nonzero(before, axis=1)]
        for price, before in (
            (ask, supply.reached_wh < volume),
            (bid, demand.reached_wh < volume),
            (ask, supply.reached_wh <= volume),
            (bid, demand.reached_wh <= volume),
        )
    )
    trades = volume_wh > 0
    low, high = np.maximum(last_ask, next_bid), np.minimum(last_bid, next_ask)
    return np.where(trades, low, NO_PRICE), np.where(trades, high, NO_PRICE)
