"""Prices from offers come to what rec_op's own tests print."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from peergrid.market.auction import clear_at, clear_uniform
from peergrid.market.auction_ladder import NO_PRICE
from peergrid.market.auction_offers import (
    crossing_price,
    mid_market_price,
    pruned,
    supply_demand_price,
)
from peergrid.market.auction_orders import Orders
from peergrid.money import MICROS
from tests.market.books import Book, books, side

type Offers = list[tuple[int, float]]  # quantity, price: as in "500@45"

BIDS: Offers = [(500, 45), (500, 40), (500, 35)]
CROSSING: Offers = [(500, 0), (600, 10), (500, 50)]


def told(prices: np.ndarray, digits: int) -> list[float]:
    return [round(price / MICROS, digits) for price in prices.tolist()]


def test_two_neighbours_agree_halfway() -> None:
    asks, bids = side([(500, 0), (600, 10), (500, 15)]), side(BIDS)

    assert told(mid_market_price(asks, bids), 2) == [25.0]  # 15 + (35 - 15) / 2


def test_the_intermediary_market_rate_of_rec_op() -> None:
    asks, bids = side([(500, 0), (600, 10), (500, 15)]), side(BIDS)

    assert told(mid_market_price(asks, bids, Fraction(1, 3)), 2) == [21.67]


def test_offers_that_cross_have_the_crossing_price_unless_they_are_pruned() -> None:
    asks, bids = side(CROSSING), side(BIDS)

    assert told(mid_market_price(asks, bids), 1) == [10.0]
    assert told(mid_market_price(*pruned(asks, bids)), 1) == [22.5]
    whole = clear_uniform(asks, bids)
    assert told(whole.lower_micros_per_kwh, 1) == [35.0]  # the crossing price lies outside


@pytest.mark.parametrize(
    ("asks", "compensation", "price"),
    [
        ([(500, 0), (400, 10), (500, 15)], Fraction(0), 15.594),
        ([(500, 0), (400, 10), (500, 15)], Fraction(1, 2), 25.485),
        ([(500, 0), (500, 10), (1_000, 15)], Fraction(0), 15.0),
        ([(500, 0), (500, 10), (250, 15)], Fraction(0), 16.579),
        ([(500, 0), (500, 10), (500, 50)], Fraction(0), 10.0),
    ],
)
def test_the_ratio_of_supply_and_demand_prices_as_rec_op_does(
    asks: Offers, compensation: Fraction, price: float
) -> None:
    assert told(supply_demand_price(side(asks), side(BIDS), compensation), 3) == [price]
    kept = pruned(side(asks), side(BIDS))
    assert told(supply_demand_price(*kept, compensation), 3) == [price]


def test_with_more_supply_than_demand_the_compensation_shrinks_with_their_ratio() -> None:
    asks, bids = side([(500, 0), (500, 10), (1_000, 15)]), side(BIDS)

    prices = supply_demand_price(asks, bids, Fraction(1, 2))

    assert told(prices, 6) == [22.5]  # 15 + (35 - 15) / 2 / (2000 / 1500)


def test_a_side_without_offers_leaves_the_price_to_the_other() -> None:
    nobody, asks = side([]), side([(500, 0), (600, 10)])

    for price_of in (mid_market_price, supply_demand_price, crossing_price):
        assert told(price_of(nobody, side(BIDS)), 0) == [45]
        assert told(price_of(asks, nobody), 0) == [0]
        assert price_of(nobody, nobody).tolist() == [NO_PRICE]


@pytest.mark.parametrize(  # rec_op, pricing_mechanisms/structures/examples.py and its tests
    ("bids", "asks", "price"),
    [
        ("500@45 1000@35 1000@25 500@15", "1000@0 1000@10 1000@20", 20),
        ("500@45 1250@35 1500@25 500@20", "1000@0 1250@10 500@20 1000@30", 20),
        ("500@45 1000@35 1000@25", "500@0 500@10 250@20", 35),
        ("500@45 1000@35 750@20", "500@0 250@10 500@25", 35),
        ("500@45 1000@35", "500@0 1000@10 1000@20 500@30", 10),
        ("500@45 1000@35", "750@0 1000@10 750@20 500@30", 10),
        ("500@45 500@35 500@25", "500@0 1000@10 500@20 750@35", 10),
        ("500@45 500@35 500@25", "750@0 1000@10 500@20 500@35", 10),
    ],
)
def test_the_crossing_price_is_rec_op_s(bids: str, asks: str, price: int) -> None:
    assert told(crossing_price(side(asks), side(bids)), 6) == [price]


@pytest.mark.parametrize("share", [Fraction(-1, 9), Fraction(10, 9)])
def test_a_share_beyond_one_is_refused(share: Fraction) -> None:
    for price_of in (mid_market_price, supply_demand_price):
        with pytest.raises(ValueError, match="must lie between 0 and 1"):
            price_of(side([]), side([]), share)


@given(books())
def test_without_a_crossing_the_price_lies_between_the_highest_ask_and_the_lowest_bid(
    book: Book,
) -> None:
    asks, bids = pruned(book.asks, book.bids)
    highest = np.where(asks.quantity_wh > 0, asks.price_micros_per_kwh, 0).max(axis=1, initial=0)
    offered = np.where(bids.quantity_wh > 0, bids.price_micros_per_kwh, 10**12)
    lowest = offered.min(axis=1, initial=10**12)

    for price_of in (mid_market_price, supply_demand_price):
        prices = price_of(asks, bids)
        agreed = (highest <= lowest) & (asks.total_wh > 0)
        assert ((prices >= highest) & (prices <= lowest))[agreed].all()


@given(books())
def test_at_a_price_only_the_willing_trade_and_all_of_the_scarcer_side(book: Book) -> None:
    price = crossing_price(book.asks, book.bids)

    outcome = clear_at(book.asks, book.bids, price)

    at = price[:, None]
    supply = willing_wh(book.asks, book.asks.price_micros_per_kwh <= at)
    demand = willing_wh(book.bids, book.bids.price_micros_per_kwh >= at)
    np.testing.assert_array_equal(outcome.volume_wh, np.minimum(supply, demand))
    assert (outcome.paid_micros.sum(axis=1) == outcome.received_micros.sum(axis=1)).all()
    assert not outcome.sold_wh[book.asks.price_micros_per_kwh > at].any()
    assert not outcome.bought_wh[book.bids.price_micros_per_kwh < at].any()


def willing_wh(orders: Orders, willing: np.ndarray) -> np.ndarray:
    return np.where(willing, orders.quantity_wh, 0).sum(axis=1)
