"""Auctions among the meters of each half hour, at limit prices of their own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from peergrid.market.auction import Outcome, clear_at_limits, clear_call, clear_uniform
from peergrid.market.auction_orders import Orders
from peergrid.market.charges import feed_in_micros
from peergrid.market.flows import Flows
from peergrid.market.metered import Metered
from peergrid.market.schemes.scheme import NO_LIMIT, Scheme, Split, Terms
from peergrid.market.schemes.with_the_grid import draw
from peergrid.market.shares import Shares
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import Whole, part_of

type Auction = Callable[[Orders, Orders, int], Outcome]


@dataclass(frozen=True, eq=False)
class Auctioned(Flows):
    """Who shares with whom, and what for: an auction settles both (n_intervals, n_meters)."""

    paid_micros: Whole
    earned_micros: Whole


def grid_limits(tariff: Tariff) -> tuple[int, int]:
    """The limits (bid, ask) [micros/kWh] of who names none: what the grid offers anybody.

    A bid is what the cheapest block costs in the cheapest hour, with levy and VAT; an ask is the
    feed-in price. So nobody can lose by them.
    """
    cheapest = tariff.blocks[0].price_micros_per_kwh
    cheapest += min([0, *(time.micros_per_kwh for time in tariff.times)])
    taxes = part_of(cheapest, tariff.levy_ppm) + part_of(cheapest, tariff.vat_ppm)
    return cheapest + taxes, tariff.feed_in_micros_per_kwh


def auctioned(auction: Auction) -> Split:
    """Share by an auction in each interval: what a meter draws it bids for, what it sends it asks.

    Equal prices are served by the time their limits were placed, then by meter id.
    """

    def split(metered: Metered, tariff: Tariff, terms: Terms) -> Flows:
        most, least = grid_limits(tariff)
        bid, ask = terms.bid_micros_per_kwh, terms.ask_micros_per_kwh
        bid = np.where(bid == NO_LIMIT, most, bid)
        ask = np.where(ask == NO_LIMIT, least, ask)
        outcome = auction(
            Orders(ask, metered.export_wh, terms.placed, metered.meter_ids),
            Orders(bid, metered.import_wh, terms.placed, metered.meter_ids),
            (most + least) // 2,
        )
        return Auctioned(
            metered,
            outcome.bought_wh,
            outcome.sold_wh,
            outcome.paid_micros,
            outcome.received_micros,
        )

    return split


def settled(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """Neighbours pay what the auction said; the rest is the grid's.

    Raises TypeError for flows that no auction made.
    """
    del terms
    if not isinstance(flows, Auctioned):
        raise TypeError("an auction prices what it has shared itself")
    drawn = draw(flows, flows.grid_import_wh, 0, standings, tariff)
    return Shares(
        flows,
        paid_micros=flows.paid_micros,
        earned_micros=flows.earned_micros,
        feed_in_micros=feed_in_micros(tariff, flows.grid_export_wh),
        **drawn.booked,
    )


DOUBLE_AUCTION = Scheme(
    "double_auction",
    "Double auction",
    "In each half hour those who ask least sell to those who bid most, all at one price between.",
    "What homes send out is offered, and what they draw is bid for, at limit prices of their "
    "own; who names none asks the feed-in price and bids the cheapest the grid would charge. "
    "Cheapest asks meet dearest bids as long as they agree, and all trade at the middle of the "
    "prices at which supply and demand balance. Nobody pays above or gets below their limit.",
    pilot=True,
    price=settled,
    split=auctioned(lambda asks, bids, _: clear_uniform(asks, bids)),
    takes_limits=True,
)
PAY_AS_BID = Scheme(
    "pay_as_bid",
    "Pay as bid",
    "In each half hour those who ask least sell to those who bid most, and each pays its bid.",
    "The same orders and the same trades as in the double auction, but each buyer pays its own "
    "limit and the seller it is matched with gets it (the convention of gsy-e). What buyers "
    "would save under one price goes to the sellers, so bids tend to fall.",
    pilot=True,
    price=settled,
    split=auctioned(lambda asks, bids, _: clear_at_limits(asks, bids, "bid")),
    takes_limits=True,
)
CALL_AUCTION = Scheme(
    "call_auction",
    "Call auction",
    "At the end of each half hour all orders are called at once, and trade at the fairest price "
    "they allow.",
    "The same orders and the same trades as in the double auction. Of the prices at which supply "
    "and demand balance, the call takes the one nearest to the middle between the feed-in "
    "price and the cheapest the grid would charge, so that a long interval favours neither side.",
    pilot=True,
    price=settled,
    split=auctioned(clear_call),
    takes_limits=True,
)
