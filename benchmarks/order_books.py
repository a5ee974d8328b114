"""Random order books, and what must hold for each of them under every rule of an auction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from peergrid.market.auction import Outcome, clear_at_limits, clear_uniform
from peergrid.market.auction_orders import Orders
from peergrid.money import WH_PER_KWH, Whole

MOST_ORDERS = 12  # of one side; none at all is a book too
RULES: dict[str, Callable[[Orders, Orders], Outcome]] = {
    "uniform": clear_uniform,
    "pay_as_bid": lambda asks, bids: clear_at_limits(asks, bids, "bid"),
    "pay_as_ask": lambda asks, bids: clear_at_limits(asks, bids, "ask"),
}


@dataclass(frozen=True)
class Side:
    """One side of a book and what came of it, in merit order; money [micros], energy [Wh]."""

    price: Whole
    quantity: Whole
    traded: Whole
    money: Whole


type Property = Callable[[Side, Side, Outcome], bool]


def properties_held(count: int, seed: int) -> dict[str, int]:
    """In how many of ``count`` books each property holds under all rules."""
    dice = np.random.default_rng(seed)
    held = dict.fromkeys((*PROPERTIES, "the order of the rows changes nothing"), 0)
    for _ in range(count):
        book = _orders(dice), _orders(dice)
        outcomes = {name: rule(*book) for name, rule in RULES.items()}
        told = [_ranked(*book, outcome) for outcome in outcomes.values()]
        for name, holds in PROPERTIES.items():
            held[name] += all(holds(*one) for one in told)
        held["the order of the rows changes nothing"] += _same_when_moved(book, outcomes, dice)
    return held


def _orders(dice: np.random.Generator) -> Orders:
    """One side: few prices and times, so that many are equal; a quantity in four is 0."""
    count = int(dice.integers(0, MOST_ORDERS + 1))
    steps = int(dice.choice([1, 7, 10_000]))  # prices to the micro, or on a coarse grid
    return Orders(
        dice.integers(60_000 // steps, 90_000 // steps, count) * steps,
        dice.integers(1, 5_000, (1, count)) * (dice.random((1, count)) < 3 / 4),
        dice.integers(0, 3, count),
        dice.permutation(count),
    )


def _ranked(asks: Orders, bids: Orders, outcome: Outcome) -> tuple[Side, Side, Outcome]:
    sides = (
        (asks, asks.merit_order(), outcome.sold_wh, outcome.received_micros),
        (bids, bids.merit_order(dearest_first=True), outcome.bought_wh, outcome.paid_micros),
    )
    sold, bought = (
        Side(
            one.price_micros_per_kwh[order], *(it[0, order] for it in (one.quantity_wh, wh, money))
        )
        for one, order, wh, money in sides
    )
    return sold, bought, outcome


def _pairs(sold: Side, bought: Side) -> Iterator[int]:
    """The Wh of each pair, one after the other, as long as an ask is not above a bid."""
    supply, demand = sold.quantity.tolist(), bought.quantity.tolist()
    i = j = 0
    while i < len(supply) and j < len(demand) and sold.price[i] <= bought.price[j]:
        wh = min(supply[i], demand[j])
        yield wh
        supply[i] -= wh
        demand[j] -= wh
        i, j = i + (supply[i] == 0), j + (demand[j] == 0)


def _in_turn(side: Side) -> bool:
    """Nobody is served while somebody before it in merit order is not served in full."""
    unserved = np.flatnonzero(side.traded < side.quantity)
    return not unserved.size or not side.traded[unserved[0] + 1 :].any()


def _in_interval(sold: Side, bought: Side, outcome: Outcome) -> bool:
    """With one price: as told, at least every served ask and at most every served bid."""
    if outcome.price_micros_per_kwh is None or not outcome.volume_wh[0]:
        return True
    price = outcome.price_micros_per_kwh[0]
    low = max(
        sold.price[sold.traded > 0].max(),
        bought.price[bought.traded < bought.quantity].max(initial=0),
    )
    high = min(
        bought.price[bought.traded > 0].min(),
        sold.price[sold.traded < sold.quantity].min(initial=np.iinfo(np.int64).max),
    )
    told = outcome.lower_micros_per_kwh[0], outcome.upper_micros_per_kwh[0]
    return told == (low, high) and bool(low <= price <= high)


PROPERTIES: dict[str, Property] = {
    "bought = sold": lambda sold, bought, _: sold.traded.sum() == bought.traded.sum(),
    "payments = receipts": lambda sold, bought, _: sold.money.sum() == bought.money.sum(),
    "nobody is beyond its limit by a micro": lambda sold, bought, _: bool(
        (bought.money * WH_PER_KWH < bought.price * bought.traded + WH_PER_KWH).all()
        and (sold.money * WH_PER_KWH > sold.price * sold.traded - WH_PER_KWH).all()
    ),
    "the volume is efficient": lambda sold, bought, outcome: (
        outcome.volume_wh[0] == sum(_pairs(sold, bought))
    ),
    "the price is inside the interval": _in_interval,
    "price, then time, then id": lambda sold, bought, _: _in_turn(sold) and _in_turn(bought),
}


def _same_when_moved(
    book: tuple[Orders, Orders], outcomes: dict[str, Outcome], dice: np.random.Generator
) -> bool:
    moves = [dice.permutation(side.price_micros_per_kwh.size) for side in book]
    moved = [_moved(side, move) for side, move in zip(book, moves, strict=True)]
    for name, rule in RULES.items():
        before, after = outcomes[name], rule(*moved)
        same = (
            (before.sold_wh[:, moves[0]], after.sold_wh),
            (before.received_micros[:, moves[0]], after.received_micros),
            (before.bought_wh[:, moves[1]], after.bought_wh),
            (before.paid_micros[:, moves[1]], after.paid_micros),
        )
        if not all(np.array_equal(*both) for both in same):
            return False
    return True


def _moved(orders: Orders, move: Whole) -> Orders:
    return Orders(
        orders.price_micros_per_kwh[move],
        orders.quantity_wh[:, move],
        None if orders.placed is None else orders.placed[move],
        None if orders.number is None else orders.number[move],
    )
