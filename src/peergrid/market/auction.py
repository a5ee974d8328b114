"""Double auctions of many books at once: who trades, at what price, and who pays whom what.

Asks stand in merit order from the cheapest, bids from the dearest, and are served while ask <= bid:
the efficient volume. Among equal prices the order placed first comes first, then the smaller
number; nothing is left to chance.

Money is exact. What a book trades has a running worth along its Wh in merit order; each order pays
or receives the difference of two totals of it, rounded to whole micros. So payments = receipts
in every book, and nobody is beyond its limit by as much as one micro.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from peergrid.market.auction_ladder import (
    NO_PRICE,
    Ladder,
    interval_of,
    ladder_of,
    volume_of,
)
from peergrid.market.auction_orders import Orders
from peergrid.money import Whole, micros_along

CELLS = 2**16  # of the books that are cleared in one go: they stay in the processor's cache

type _PriceOf = Callable[[Whole, Whole, Whole], Whole]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What comes of the books; every array has one row a book.

    Prices [micros/kWh] are (n_books,), NO_PRICE where nothing trades: the equilibrium interval from
    ``lower`` to ``upper``, and the one ``price`` of all, None where each pays its own. What is
    ``sold_wh`` and ``received_micros`` is (n_books, n_asks), what is ``bought_wh`` and
    ``paid_micros`` is (n_books, n_bids), in the order in which the orders were given.
    """

    volume_wh: Whole
    lower_micros_per_kwh: Whole
    upper_micros_per_kwh: Whole
    price_micros_per_kwh: Whole | None
    sold_wh: Whole
    bought_wh: Whole
    received_micros: Whole
    paid_micros: Whole


type _Worth = Callable[[Whole, Ladder, Ladder, Whole, Whole], tuple[Whole, Whole]]


def clear_uniform(asks: Orders, bids: Orders) -> Outcome:
    """One price for all: the middle of the equilibrium interval, floored to a whole micro.

    The interval is [max(last ask, next bid), min(last bid, next ask)], where "next" is the first
    unserved quantity and an order served in part is next too; where a side is served to its end it
    has no next, and the last of the other side bounds alone. Where nothing trades there is no
    price. Raises ValueError if the sides differ in their number of books.
    """
    return _cleared_at(asks, bids, lambda _, lower, upper: (lower + upper) // 2)


def clear_call(asks: Orders, bids: Orders, reference_micros_per_kwh: Whole | int) -> Outcome:
    """One price for all: the price of the equilibrium interval nearest to a reference.

    The reference (n_books,), or one for all, is the price of the call before. Volume and
    interval are as in ``clear_uniform``.

    Source: the convention of stock exchanges' call auctions: the price of the largest volume and
    the least left over, and among several the one closest to the reference price (Philippine
    Stock Exchange, Implementing Guidelines of its Trading Rules, opening price). They
    choose among prices that were asked or bid; here every price of the interval may be chosen.
    """
    reference = np.broadcast_to(np.asarray(reference_micros_per_kwh, np.int64), (asks.books,))
    return _cleared_at(asks, bids, lambda rows, low, high: np.clip(reference[rows], low, high))


def clear_at(asks: Orders, bids: Orders, price_micros_per_kwh: Whole) -> Outcome:
    """Trade at given prices (n_books,), NO_PRICE for no trade: merit order among the willing.

    Willing are asks at the price or below and bids at it or above. Outside of the equilibrium
    interval, which is told as of all orders, less than the efficient volume trades.
    """
    whole = clear_uniform(asks, bids)
    price = price_micros_per_kwh[:, None]
    willing = (
        asks.kept((asks.price_micros_per_kwh <= price) & (price >= 0)),
        bids.kept((bids.price_micros_per_kwh >= price) & (price >= 0)),
    )
    return replace(
        _cleared_at(*willing, lambda rows, _low, _high: price_micros_per_kwh[rows]),
        lower_micros_per_kwh=whole.lower_micros_per_kwh,
        upper_micros_per_kwh=whole.upper_micros_per_kwh,
    )


def clear_at_limits(asks: Orders, bids: Orders, paid_at: Literal["bid", "ask"]) -> Outcome:
    """Pay as bid: the n-th Wh of the asks goes to the n-th Wh of the bids, at one's own limit.

    ``paid_at`` "bid": each buyer pays its bid, and a seller receives what its buyers bid (gsy-e,
    wiki/docs/market-types.md). "ask": each seller receives its ask, and a buyer pays what its
    sellers asked (ASSUME, PayAsBidRole in markets/clearing_algorithms/simple.py).
    """

    def worth(
        _rows: Whole, sold: Ladder, bought: Ladder, _low: Whole, _high: Whole
    ) -> tuple[Whole, Whole]:
        if paid_at == "bid":
            return bought.worth_along(sold), bought.worth
        return sold.worth, sold.worth_along(bought)

    return _cleared(asks, bids, worth)


def _cleared_at(asks: Orders, bids: Orders, price_of: _PriceOf) -> Outcome:
    """One price a book, of its interval."""
    price = np.full(asks.books, NO_PRICE, np.int64)

    def worth(
        rows: Whole, sold: Ladder, bought: Ladder, low: Whole, high: Whole
    ) -> tuple[Whole, Whole]:
        price[rows] = np.where(low == NO_PRICE, NO_PRICE, price_of(rows, low, high))
        one = price[rows, None]
        return one * sold.reached_wh, one * bought.reached_wh

    return replace(_cleared(asks, bids, worth), price_micros_per_kwh=price)


def _cleared(asks: Orders, bids: Orders, worth_of: _Worth) -> Outcome:
    """Clear all books, some at a time.

    ``worth_of`` tells what is sold and what is bought is worth, cumulated [micros/kWh x Wh].
    """
    books = asks.books
    if bids.books != books:
        raise ValueError(f"there are asks for {books} books and bids for {bids.books}")
    volume, low, high = (np.full(books, empty, np.int64) for empty in (0, NO_PRICE, NO_PRICE))
    sold, received = (np.zeros(asks.quantity_wh.shape, np.int64) for _ in range(2))
    bought, paid = (np.zeros(bids.quantity_wh.shape, np.int64) for _ in range(2))
    ask_order, bid_order = asks.merit_order(), bids.merit_order(dearest_first=True)
    results = (np.argsort(ask_order), sold, received), (np.argsort(bid_order), bought, paid)
    for rows in _pieces(asks, bids):
        supply, demand = ladder_of(asks, ask_order, rows), ladder_of(bids, bid_order, rows)
        volume[rows] = volume_of(supply, demand)
        low[rows], high[rows] = interval_of(supply, demand, volume[rows])
        served = supply.up_to(volume[rows]), demand.up_to(volume[rows])
        worths = worth_of(rows, *served, low[rows], high[rows])
        for side, worth, (position, energy, money) in zip(served, worths, results, strict=True):
            energy[rows] = np.diff(side.reached_wh, axis=1, prepend=0).take(position, axis=1)
            money[rows] = micros_along(worth).take(position, axis=1)
    return Outcome(volume, low, high, None, sold, bought, received, paid)


def _pieces(asks: Orders, bids: Orders) -> Iterator[Whole]:
    """The books that have both asks and bids, a few at a time."""
    both = np.flatnonzero(asks.total_wh.astype(bool) & bids.total_wh.astype(bool))
    count = max(1, CELLS // max(1, asks.price_micros_per_kwh.size + bids.price_micros_per_kwh.size))
    return (both[start : start + count] for start in range(0, both.size, count))
