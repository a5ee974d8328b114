"""Auctions among the meters of a half hour."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.clearing import Clearings, clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import NO_LIMIT, SCHEMES, plain_terms
from peergrid.market.standing import standings_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import WH_PER_KWH
from tests.strategies import NOON, QUICKLY, SEPTEMBER

AUCTIONS = ("double_auction", "pay_as_bid", "call_auction")
PRICES = st.one_of(st.just(NO_LIMIT), st.integers(0, 200_000))


def held(
    scheme: str, net_wh: list[list[int]], bids: list[int], asks: list[int], placed: list[int]
) -> Clearings:
    """Auctions among homes that draw (below 0) or send out."""
    net = np.array(net_wh, np.int64).reshape(len(net_wh), len(bids))
    ids, there = np.arange(1, len(bids) + 1), np.ones(net.shape, np.bool_)
    numbers = np.arange(NOON.number, NOON.number + len(net))
    metered = Metered(numbers, ids, np.maximum(-net, 0), np.maximum(net, 0), there)
    terms = replace(
        plain_terms(len(bids)),
        bid_micros_per_kwh=np.array(bids, np.int64),
        ask_micros_per_kwh=np.array(asks, np.int64),
        placed=np.array(placed, np.int64),
    )
    (outcome,) = clearings(metered, standings_of(ids, {}, SEPTEMBER), [zetdc_tariff(scheme)], terms)
    return outcome


@pytest.mark.parametrize(
    ("scheme", "paid", "earned"),
    [
        # Ada asks 70,000 for 1,000 Wh, Ben and Rudo bid 80,000 and 75,000 for 500 each:
        # all is sold and all is served; the middle of [70,000, 75,000] is 72,500.
        ("double_auction", [0, 36_250, 36_250], 72_500),
        ("pay_as_bid", [0, 40_000, 37_500], 77_500),
        # The middle of 64,000 and 84,800 is 74,400, and lies in the interval.
        ("call_auction", [0, 37_200, 37_200], 74_400),
    ],
)
def test_a_seller_and_two_buyers(scheme: str, paid: list[int], earned: int) -> None:
    outcome = held(
        scheme,
        [[1_000, -500, -500]],
        [NO_LIMIT, 80_000, 75_000],
        [70_000, NO_LIMIT, NO_LIMIT],
        [0, 0, 0],
    )

    assert outcome.shares.of("paid_micros").tolist() == [paid]
    assert outcome.shares.of("earned_micros").tolist() == [[earned, 0, 0]]


def test_who_names_no_limit_asks_the_feed_in_price_and_bids_the_cheapest_block_with_its_levy() -> (
    None
):
    scarce = held("double_auction", [[400, -1_000]], [NO_LIMIT] * 2, [NO_LIMIT] * 2, [0, 0])
    plenty = held("double_auction", [[1_000, -400]], [NO_LIMIT] * 2, [NO_LIMIT] * 2, [0, 0])

    assert scarce.shares.of("paid_micros").tolist() == [[0, 33_920]], "400 Wh at 84,800"
    assert plenty.shares.of("paid_micros").tolist() == [[0, 25_600]], "400 Wh at 64,000"


def test_equal_prices_are_served_by_the_time_they_were_placed_then_by_id() -> None:
    def bought(placed: list[int]) -> list[int]:
        outcome = held(
            "double_auction", [[600, -400, -400, -400]], [70_000] * 4, [60_000] * 4, placed
        )
        return [int(wh) for wh in outcome.shares.flows.bought_wh[0]]

    assert bought([0, 0, 0, 0]) == [0, 400, 200, 0]
    assert bought([0, 9, 8, 7]) == [0, 0, 200, 400]


@QUICKLY
@given(st.sampled_from(AUCTIONS), st.integers(1, 7), st.integers(1, 5), st.data())
def test_nobody_pays_above_the_bid_or_gets_below_the_ask_and_all_that_is_paid_is_received(
    scheme: str, homes: int, rows: int, data: st.DataObject
) -> None:
    row = st.lists(st.integers(-9_000, 9_000), min_size=homes, max_size=homes)
    net = data.draw(st.lists(row, min_size=rows, max_size=rows))
    bids, asks = (data.draw(st.lists(PRICES, min_size=homes, max_size=homes)) for _ in range(2))
    outcome = held(scheme, net, bids, asks, data.draw(st.permutations(range(homes))))

    of, flows = outcome.shares, outcome.shares.flows
    bid = np.array([84_800 if limit == NO_LIMIT else limit for limit in bids])
    ask = np.array([64_000 if limit == NO_LIMIT else limit for limit in asks])
    assert (of.of("paid_micros") * WH_PER_KWH < bid * flows.bought_wh + WH_PER_KWH).all()
    assert (of.of("earned_micros") * WH_PER_KWH > ask * flows.sold_wh - WH_PER_KWH).all()
    assert (flows.bought_wh.sum(axis=1) == flows.sold_wh.sum(axis=1)).all()
    assert (of.of("paid_micros").sum(axis=1) == of.of("earned_micros").sum(axis=1)).all()


def test_the_three_auctions_trade_the_same_energy() -> None:
    net = np.random.default_rng(1).integers(-3_000, 3_000, (48, 9)).tolist()
    bids = [60_000, 90_000, NO_LIMIT, 70_000, 65_000, NO_LIMIT, 80_000, 85_000, 75_000]
    asks = [70_000, 64_000, 66_000, NO_LIMIT, 90_000, 60_000, NO_LIMIT, 71_000, 69_000]

    traded = [held(name, net, bids, asks, [0] * 9).shares.flows.bought_wh for name in AUCTIONS]

    assert traded[0].any()
    assert all((wh == traded[0]).all() for wh in traded)
    assert set(AUCTIONS) < set(SCHEMES)
