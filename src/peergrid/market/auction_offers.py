"""Prices that a community agrees on from its members' offers, without an auction.

Source: INESC TEC, rec_op (github.com/INESCTEC/rec-operation), pricing_mechanisms; described in
Mello, Villar, Saraiva 2023, Energies 16(4) 1949, 10.3390/en16041949. Supply and demand are what is
offered: after each home's own use.

Every function prices each book by itself and gives (n_books,) whole micros/kWh, to the nearest.
Without asks the price is the highest bid, without bids the lowest ask, without offers there is none
(``NO_PRICE``; rec_op says 0). Where an ask is above a bid, the offers cross, and the price is the
crossing price. ``clear_at`` trades at it.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np

from peergrid.market.auction import clear_uniform
from peergrid.market.auction_ladder import NO_PRICE
from peergrid.market.auction_orders import Orders
from peergrid.money import Whole, divide

HALF = Fraction(1, 2)

type _Ladder = list[tuple[int, int]]  # price [micros/kWh], quantity above 0 [Wh]; in merit order
type _Mechanism = Callable[[_Ladder, _Ladder], Fraction]


def mid_market_price(asks: Orders, bids: Orders, alpha: Fraction = HALF) -> Whole:
    """The mid-market rate, max(asks) + alpha (min(bids) - max(asks)); 0 <= alpha <= 1.

    With another ``alpha`` than a half it is called intermediary-market rate. Raises ValueError for
    an ``alpha`` out of bounds.
    """
    _check_share("alpha", alpha)

    def middle(supply: _Ladder, demand: _Ladder) -> Fraction:
        highest_ask, lowest_bid = supply[-1][0], demand[-1][0]
        return highest_ask + alpha * (lowest_bid - highest_ask)

    return _priced(asks, bids, middle)


def supply_demand_price(asks: Orders, bids: Orders, compensation: Fraction = Fraction(0)) -> Whole:
    """The price by the ratio of supply to demand, with a compensation kappa; 0 <= kappa <= 1.

    With a = max(asks), b = min(bids), l = kappa (b - a) and r = supply / demand it is a + l / r
    where r >= 1, and b (a + l) / ((b - a - l) r + a + l) below. Raises ValueError for a
    ``compensation`` out of bounds.
    """
    _check_share("compensation", compensation)

    def by_ratio(supply: _Ladder, demand: _Ladder) -> Fraction:
        highest_ask, lowest_bid = supply[-1][0], demand[-1][0]
        ratio = Fraction(sum(wh for _, wh in supply), sum(wh for _, wh in demand))
        extra = compensation * (lowest_bid - highest_ask)
        floor = highest_ask + extra
        if ratio >= 1:
            return highest_ask + extra / ratio
        return lowest_bid * floor / ((lowest_bid - floor) * ratio + floor) if lowest_bid else floor

    return _priced(asks, bids, by_ratio)


def crossing_price(asks: Orders, bids: Orders) -> Whole:
    """The price at which a walk along asks and bids in merit order ends.

    Each step serves the smaller of two offers, and the price is that of the larger, or the ask's
    if they are alike; where the next ask is not below the next bid, it is the last ask reached. It
    can lie outside of the equilibrium interval: ``clear_uniform`` knows no such price.
    """
    return _priced(asks, bids, _crossing)


def pruned(asks: Orders, bids: Orders) -> tuple[Orders, Orders]:
    """Only the offers of each book that an auction would serve, at least in part."""
    outcome = clear_uniform(asks, bids)
    return asks.kept(outcome.sold_wh > 0), bids.kept(outcome.bought_wh > 0)


def _crossing(supply: _Ladder, demand: _Ladder) -> Fraction:
    asked = iter(_reached(supply))
    wanted = iter(_reached(demand))
    (ask, supplied_wh), (bid, demanded_wh) = next(asked), next(wanted)
    price = last_ask = ask
    while ask < bid:
        last_ask = ask
        if demanded_wh > supplied_wh:
            price = bid
            following = next(asked, None)
            if following is None:
                return Fraction(price)
            ask, supplied_wh = following
        else:
            price = ask
            following = next(wanted, None)
            if following is None:
                return Fraction(price)
            bid, demanded_wh = following
    return Fraction(last_ask)


def _reached(ladder: _Ladder) -> Iterable[tuple[int, int]]:
    reached_wh = 0
    for price, quantity_wh in ladder:
        reached_wh += quantity_wh
        yield price, reached_wh


def _priced(asks: Orders, bids: Orders, mechanism: _Mechanism) -> Whole:
    ladders = zip(_ladders(asks), _ladders(bids, dearest_first=True), strict=True)
    prices = [_price(supply, demand, mechanism) for supply, demand in ladders]
    return np.array(prices, np.int64)


def _price(supply: _Ladder, demand: _Ladder, mechanism: _Mechanism) -> int:
    if not supply or not demand:
        return max(supply[:1] + demand[:1], default=(NO_PRICE, 0))[0]
    crosses = demand[-1][0] < supply[-1][0]
    price = (_crossing if crosses else mechanism)(supply, demand)
    return divide(price.numerator, price.denominator)


def _ladders(orders: Orders, *, dearest_first: bool = False) -> Iterable[_Ladder]:
    order = orders.merit_order(dearest_first=dearest_first)
    prices = orders.price_micros_per_kwh[order].tolist()
    for row in orders.quantity_wh[:, order].tolist():
        yield [(price, wh) for price, wh in zip(prices, row, strict=True) if wh]


def _check_share(name: str, share: Fraction) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is {share}: it must lie between 0 and 1")
