"""Order books, for rules that must hold for all of them."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from peergrid.market.auction_orders import Orders
from peergrid.money import MICROS

PRICES = st.one_of(st.integers(0, 3), st.integers(0, 400_000), st.sampled_from([0, 80_000, 10**6]))
QUANTITIES = st.one_of(st.just(0), st.integers(1, 9), st.integers(0, 7_000), st.just(10**11))
TIMES = st.integers(0, 2)


@dataclass(frozen=True)
class Book:
    """Both sides of a few books."""

    asks: Orders
    bids: Orders


def side(offers: str | list[tuple[int, float]]) -> Orders:
    """One book's orders, from quantities and prices: "500@45 1000@35"."""
    if isinstance(offers, str):
        pairs = [offer.split("@") for offer in offers.split()]
        offers = [(int(quantity), float(price)) for quantity, price in pairs]
    prices = np.array([round(price * MICROS) for _, price in offers], np.int64)
    return Orders(prices, np.array([[quantity * 1_000 for quantity, _ in offers]], np.int64))


@st.composite
def orders(draw: st.DrawFn, count: int, most: int = 7) -> Orders:
    """One side of ``count`` books: nobody at all, orders of 0, equal prices and times."""
    size = draw(st.integers(0, most))

    def column(values: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(values, min_size=size, max_size=size))

    quantity = [column(QUANTITIES) for _ in range(count)]
    return Orders(
        np.array(column(PRICES), np.int64),
        np.array(quantity, np.int64).reshape(count, size),
        np.array(column(TIMES), np.int64),
        np.array(draw(st.permutations(range(size))), np.int64),
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    count = draw(st.integers(1, 3))
    return Book(draw(orders(count)), draw(orders(count)))
