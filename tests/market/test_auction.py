"""An auction serves all that can trade, at a price nobody can object to, and its money adds up."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.auction import (
    Outcome,
    clear_at,
    clear_at_limits,
    clear_call,
    clear_uniform,
)
from peergrid.market.auction_ladder import NO_PRICE
from peergrid.market.auction_orders import MOST_MICROS_PER_KWH, MOST_WH, Orders
from peergrid.money import MICROS, WH_PER_KWH
from tests.market.books import Book, books, orders, side
from tests.strategies import QUICKLY

# Pinson, DTU course 31761; damiskov/market-clearing-price, data/test.csv and solutions/test
SUPPLY = side(
    "120@0 50@0 200@15 400@30 60@32.5 50@34 60@36 100@37.5 70@39 50@40 70@60 45@70"
    " 50@100 60@150 50@200"
)
DEMAND = side("250@200 300@110 120@100 80@90 40@85 70@75 60@65 45@40 30@38 35@31 25@24 10@16")

PAID_AT: tuple[Literal["bid", "ask"], ...] = ("bid", "ask")

type Rule = Callable[[Orders, Orders], Outcome]

ONE_PRICE: dict[str, Rule] = {
    "uniform": clear_uniform,
    "call": lambda asks, bids: clear_call(asks, bids, 80_001),
}
RULES: dict[str, Rule] = ONE_PRICE | {
    "at 80000": lambda asks, bids: clear_at(asks, bids, np.full(asks.books, 80_000)),
    "pay as bid": lambda asks, bids: clear_at_limits(asks, bids, "bid"),
    "pay as ask": lambda asks, bids: clear_at_limits(asks, bids, "ask"),
}
EVERY = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
EFFICIENT = pytest.mark.parametrize("name", sorted(RULES.keys() - {"at 80000"}))


def welfare(outcome: Outcome, asks: Orders, bids: Orders) -> float:
    worth = outcome.bought_wh @ bids.price_micros_per_kwh
    cost = outcome.sold_wh @ asks.price_micros_per_kwh
    return float((worth - cost)[0] / WH_PER_KWH / MICROS)


def test_one_seller_and_one_buyer_meet_in_the_middle() -> None:
    outcome = clear_uniform(side("3@0.10"), side("2@0.21"))

    # the seller has 1 kWh left, so its ask is the only price; without that it is the middle
    assert outcome.volume_wh.tolist() == [2_000]
    assert outcome.price_micros_per_kwh is not None
    assert outcome.price_micros_per_kwh.tolist() == [100_000]
    assert (outcome.paid_micros.tolist(), outcome.received_micros.tolist()) == ([[200_000]],) * 2

    even = clear_uniform(side("2@0.10"), side("2@0.21"))
    assert even.price_micros_per_kwh is not None
    assert even.price_micros_per_kwh.tolist() == [155_000]
    assert even.paid_micros.tolist() == [[310_000]]


def test_the_middle_of_an_odd_interval_is_floored() -> None:
    outcome = clear_uniform(side("1@0.000001"), side("1@0.000004"))

    assert outcome.price_micros_per_kwh is not None
    assert outcome.price_micros_per_kwh.tolist() == [2]


def test_the_published_day_ahead_auction_comes_out_to_the_digit() -> None:
    outcome = clear_uniform(SUPPLY, DEMAND)

    assert outcome.price_micros_per_kwh is not None
    assert outcome.price_micros_per_kwh.tolist() == [37_500_000]
    assert outcome.volume_wh.tolist() == [995_000]
    assert outcome.sold_wh[0, 7] == 55_000  # G8
    assert not outcome.bought_wh[0, 9:].any()  # D10 to D12
    assert welfare(outcome, SUPPLY, DEMAND) == 94_817.5
    assert (SUPPLY.total_wh.tolist(), DEMAND.total_wh.tolist()) == ([1_435_000], [1_065_000])


def test_paying_as_bid_pairs_the_cheapest_with_the_dearest() -> None:
    asks, bids = side("1@0.10 2@0.20"), side("2@0.50 1@0.30")

    at_bids = clear_at_limits(asks, bids, "bid")
    at_asks = clear_at_limits(asks, bids, "ask")

    assert at_bids.paid_micros.tolist() == [[1_000_000, 300_000]]
    assert at_bids.received_micros.tolist() == [[500_000, 800_000]]  # 0.50; 0.50 and 0.30
    assert at_asks.received_micros.tolist() == [[100_000, 400_000]]
    assert at_asks.paid_micros.tolist() == [[300_000, 200_000]]  # 0.10 and 0.20; 0.20


def test_a_call_takes_the_price_of_the_interval_nearest_to_the_last() -> None:
    asks, bids = (Orders(o.price_micros_per_kwh, np.repeat(o.quantity_wh, 3, axis=0)) for o in (
        side("2@0.10"), side("2@0.21")))  # fmt: skip

    outcome = clear_call(asks, bids, np.array([90_000, 123_456, 300_000]))

    assert outcome.price_micros_per_kwh is not None
    assert outcome.price_micros_per_kwh.tolist() == [100_000, 123_456, 210_000]


def test_an_empty_side_trades_nothing_and_has_no_price() -> None:
    for asks, bids in ((side(""), DEMAND), (SUPPLY, side("")), (side(""), side(""))):
        outcome = clear_uniform(asks, bids)

        assert outcome.price_micros_per_kwh is not None
        assert outcome.price_micros_per_kwh.tolist() == [NO_PRICE]
        assert outcome.volume_wh.tolist() == [0]
        assert not outcome.paid_micros.any()


def test_among_equal_prices_the_first_placed_comes_first_then_the_smaller_number() -> None:
    asks = Orders(
        np.array([5, 5, 5]), np.array([[10, 10, 10]]), np.array([2, 1, 1]), np.array([1, 3, 2])
    )

    outcome = clear_uniform(asks, Orders(np.array([9]), np.array([[25]])))

    assert outcome.sold_wh.tolist() == [[5, 10, 10]]
    one = clear_uniform(asks, Orders(np.array([9]), np.array([[5]])))
    assert one.sold_wh.tolist() == [[0, 0, 5]]


@EVERY
@QUICKLY
@given(book=books())
def test_what_is_bought_is_sold_and_what_is_paid_is_received(rule: Rule, book: Book) -> None:
    outcome = rule(book.asks, book.bids)

    for total in (outcome.sold_wh.sum(axis=1), outcome.bought_wh.sum(axis=1)):
        np.testing.assert_array_equal(total, outcome.volume_wh)
    np.testing.assert_array_equal(
        outcome.paid_micros.sum(axis=1), outcome.received_micros.sum(axis=1)
    )
    for part, asked in (
        (outcome.sold_wh, book.asks.quantity_wh),
        (outcome.bought_wh, book.bids.quantity_wh),
    ):
        assert ((part >= 0) & (part <= asked)).all()


@EVERY
@QUICKLY
@given(book=books())
def test_nobody_is_beyond_its_limit_by_as_much_as_a_micro(rule: Rule, book: Book) -> None:
    outcome = rule(book.asks, book.bids)

    most = book.bids.price_micros_per_kwh * outcome.bought_wh
    least = book.asks.price_micros_per_kwh * outcome.sold_wh
    assert (outcome.paid_micros * WH_PER_KWH < most + WH_PER_KWH).all()
    assert (outcome.received_micros * WH_PER_KWH > least - WH_PER_KWH).all()
    assert (outcome.paid_micros[outcome.bought_wh == 0] == 0).all()
    assert (outcome.received_micros[outcome.sold_wh == 0] == 0).all()


SMALL = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6)


@EFFICIENT
@QUICKLY
@given(supply=SMALL, demand=SMALL)
def test_no_other_volume_is_worth_more_nor_a_larger_one_as_much(
    name: str, supply: list[tuple[int, int]], demand: list[tuple[int, int]]
) -> None:
    """Brute force: every Wh by itself, every volume tried."""
    asks = sorted(price for quantity, price in supply for _ in range(quantity))
    bids = sorted((price for quantity, price in demand for _ in range(quantity)), reverse=True)
    volumes = range(min(len(asks), len(bids)) + 1)
    best = max(volumes, key=lambda x: (sum(bids[:x]) - sum(asks[:x]), x))

    outcome = RULES[name](of_wh(supply), of_wh(demand))

    assert outcome.volume_wh.tolist() == [best]
    worth = outcome.bought_wh[0] @ np.array([p for _, p in demand], np.int64)
    cost = outcome.sold_wh[0] @ np.array([p for _, p in supply], np.int64)
    assert worth - cost == sum(bids[:best]) - sum(asks[:best])


def of_wh(offers: list[tuple[int, int]]) -> Orders:
    quantity = np.array([[quantity for quantity, _ in offers]], np.int64)
    return Orders(np.array([price for _, price in offers], np.int64), quantity)


@given(books())
def test_the_interval_holds_exactly_the_prices_that_clear(book: Book) -> None:
    """A price clears if the willing are enough, and those who would rather are not too many."""
    outcome = clear_uniform(book.asks, book.bids)

    limits = np.concatenate([book.asks.price_micros_per_kwh, book.bids.price_micros_per_kwh])
    for n, volume in enumerate(outcome.volume_wh.tolist()):
        for price in {int(limit) + step for limit in limits for step in (-1, 0, 1)} - {-1}:
            supply = at_or_below(book.asks, n, price), at_or_below(book.asks, n, price - 1)
            demand = at_or_above(book.bids, n, price), at_or_above(book.bids, n, price + 1)
            clears = all(side[1] <= volume <= side[0] for side in (supply, demand))
            low, high = outcome.lower_micros_per_kwh[n], outcome.upper_micros_per_kwh[n]
            assert not volume or clears == (low <= price <= high)


def at_or_below(asks: Orders, n: int, price: int) -> int:
    return int(asks.quantity_wh[n][asks.price_micros_per_kwh <= price].sum())


def at_or_above(bids: Orders, n: int, price: int) -> int:
    return int(bids.quantity_wh[n][bids.price_micros_per_kwh >= price].sum())


@pytest.mark.parametrize("name", sorted(ONE_PRICE))
@QUICKLY
@given(book=books())
def test_the_price_is_inside_the_interval_and_none_where_nothing_trades(
    name: str, book: Book
) -> None:
    outcome = ONE_PRICE[name](book.asks, book.bids)

    low, price = outcome.lower_micros_per_kwh, outcome.price_micros_per_kwh
    assert price is not None
    assert ((low <= price) & (price <= outcome.upper_micros_per_kwh)).all()
    np.testing.assert_array_equal(price == NO_PRICE, outcome.volume_wh == 0)
    for money, energy in (
        (outcome.paid_micros, outcome.bought_wh),
        (outcome.received_micros, outcome.sold_wh),
    ):
        assert (abs(money * WH_PER_KWH - price[:, None] * energy) < WH_PER_KWH).all()


@given(books())
def test_each_pair_of_a_pay_as_bid_auction_pays_its_own_price(book: Book) -> None:
    """Against a loop that pairs order by order."""
    at_bids = clear_at_limits(book.asks, book.bids, "bid")
    at_asks = clear_at_limits(book.asks, book.bids, "ask")

    for n in range(book.asks.books):
        received = np.zeros(book.asks.price_micros_per_kwh.size, np.int64)
        paid = np.zeros(book.bids.price_micros_per_kwh.size, np.int64)
        for i, j, wh in pairs(at_bids, book, n):
            received[i] += wh * book.bids.price_micros_per_kwh[j]
            paid[j] += wh * book.asks.price_micros_per_kwh[i]
        assert (abs(at_bids.received_micros[n] * WH_PER_KWH - received) < WH_PER_KWH).all()
        assert (abs(at_asks.paid_micros[n] * WH_PER_KWH - paid) < WH_PER_KWH).all()
        own = at_bids.bought_wh[n] * book.bids.price_micros_per_kwh
        assert (abs(at_bids.paid_micros[n] * WH_PER_KWH - own) < WH_PER_KWH).all()


def pairs(outcome: Outcome, book: Book, n: int) -> Iterator[tuple[int, int, int]]:
    asks = [[int(i), int(outcome.sold_wh[n, i])] for i in book.asks.merit_order()]
    bids = [
        [int(j), int(outcome.bought_wh[n, j])] for j in book.bids.merit_order(dearest_first=True)
    ]
    while asks and bids:
        wh = min(asks[0][1], bids[0][1])
        yield asks[0][0], bids[0][0], wh
        for ladder in (asks, bids):
            ladder[0][1] -= wh
        asks, bids = asks[asks[0][1] == 0 :], bids[bids[0][1] == 0 :]


@given(books())
def test_a_later_order_at_the_same_price_is_served_after_an_earlier_one(book: Book) -> None:
    outcome = clear_uniform(book.asks, book.bids)

    for one_side, served in ((book.asks, outcome.sold_wh), (book.bids, outcome.bought_wh)):
        assert one_side.placed is not None
        assert one_side.number is not None
        rank = list(zip(one_side.placed.tolist(), one_side.number.tolist(), strict=True))
        for i, first in enumerate(rank):
            for j, later in enumerate(rank):
                same = one_side.price_micros_per_kwh[i] == one_side.price_micros_per_kwh[j]
                if same and first < later:
                    left = served[:, i] < one_side.quantity_wh[:, i]
                    assert not (left & (served[:, j] > 0)).any()


@EVERY
@QUICKLY
@given(book=books(), data=st.data())
def test_the_order_of_the_rows_changes_nothing(rule: Rule, book: Book, data: st.DataObject) -> None:
    moved_asks, ask_order = shuffled(book.asks, data)
    moved_bids, bid_order = shuffled(book.bids, data)

    before, after = rule(book.asks, book.bids), rule(moved_asks, moved_bids)

    np.testing.assert_array_equal(before.volume_wh, after.volume_wh)
    np.testing.assert_array_equal(before.lower_micros_per_kwh, after.lower_micros_per_kwh)
    np.testing.assert_array_equal(before.sold_wh[:, ask_order], after.sold_wh)
    np.testing.assert_array_equal(before.bought_wh[:, bid_order], after.bought_wh)
    np.testing.assert_array_equal(before.received_micros[:, ask_order], after.received_micros)
    np.testing.assert_array_equal(before.paid_micros[:, bid_order], after.paid_micros)


def shuffled(given_orders: Orders, data: st.DataObject) -> tuple[Orders, list[int]]:
    assert given_orders.placed is not None
    assert given_orders.number is not None
    order = data.draw(st.permutations(range(given_orders.price_micros_per_kwh.size)))
    moved = Orders(
        given_orders.price_micros_per_kwh[order],
        given_orders.quantity_wh[:, order],
        given_orders.placed[order],
        given_orders.number[order],
    )
    return moved, order


@EVERY
def test_many_books_at_once_come_to_what_each_comes_to_alone(rule: Rule) -> None:
    draws = np.random.default_rng(7)
    prices = draws.integers(70_000, 90_000, (2, 40))
    quantities = draws.integers(0, 900, (2, 3_000, 40)) * draws.integers(0, 2, (2, 3_000, 1))
    together = rule(*map(Orders, prices, quantities))

    for n in (0, 1, 818, 819, 820, 2_999):  # pieces of 2^16 cells end at 819
        alone = rule(*map(Orders, prices, quantities[:, n : n + 1]))
        for field in fields(Outcome):
            one, all_of_them = getattr(alone, field.name), getattr(together, field.name)
            if one is not None:
                np.testing.assert_array_equal(all_of_them[n], one[0])


def test_the_largest_book_there_may_be_still_adds_up() -> None:
    price, quantity = np.array([2**22 - 1] * 3), np.array([[2**38] * 3])

    for rule in RULES.values():
        outcome = rule(Orders(price - 1, quantity), Orders(price, quantity + 1))
        assert outcome.paid_micros.sum() == outcome.received_micros.sum() >= 0
        assert outcome.volume_wh.tolist() in ([0], [3 * 2**38])


def test_as_many_of_the_largest_books_as_are_cleared_in_one_go_add_up() -> None:
    one = Orders(np.array([1_000]), np.full((2**15, 1), MOST_WH))

    for paid_at in PAID_AT:
        outcome = clear_at_limits(one, one, paid_at)
        assert (outcome.paid_micros == MOST_WH).all()
        assert (outcome.received_micros == MOST_WH).all()


WHOLE = np.array([1, 2])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((WHOLE, np.array([[1.5, 2]])), "must be 64-bit whole numbers"),
        ((WHOLE, WHOLE), r"quantities \(n_books, n_orders\)"),
        ((WHOLE, np.array([[1]])), "2 prices need as many"),
        ((WHOLE, np.array([[1, 2]]), np.array([1])), "2 prices need as many"),
        ((WHOLE, np.array([[1, 2]]), None, np.array([4, 4])), "the same number"),
        ((np.array([-1, 2]), np.array([[1, 2]])), "a price must lie between"),
        ((np.array([1, MOST_MICROS_PER_KWH + 1]), np.array([[1, 2]])), "a price must lie between"),
        ((WHOLE, np.array([[1, -1]])), "a quantity must lie between"),
        ((WHOLE, np.array([[1, MOST_WH]])), "too much at too high a price"),
        ((np.array([1, MOST_MICROS_PER_KWH]), np.array([[1, 10**7]])), "too much at too high"),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    arguments: tuple[np.ndarray, ...], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Orders(*arguments)


def test_sides_of_different_numbers_of_books_are_refused() -> None:
    two = Orders(WHOLE, np.array([[1, 2], [3, 4]]))

    with pytest.raises(ValueError, match="asks for 2 books and bids for 1"):
        clear_uniform(two, side("1@1"))


@given(orders(2))
def test_nobody_sells_to_a_book_without_bids(asks: Orders) -> None:
    none = Orders(np.zeros(0, np.int64), np.zeros((2, 0), np.int64))

    assert not clear_uniform(asks, none).sold_wh.any()
