"""Schemes in which neighbours owe each other nothing: each meter settles with the grid."""

from peergrid.market.charges import credits_earned_wh, feed_in_micros
from peergrid.market.flows import Flows
from peergrid.market.schemes.scheme import Scheme, Terms
from peergrid.market.schemes.with_the_grid import draw
from peergrid.market.shares import Shares
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff


def net_metering(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """Every exported Wh earns an energy credit; every imported Wh is the grid's.

    Sharing is physical only: neighbours owe each other nothing. Credits are used before the
    month's blocks are, which lowers the block the month lands in.

    Source: Statutory Instrument 86 of 2018; ratio 0.8: technomag.co.zw, 30 August 2024.
    """
    del terms
    earned_wh = credits_earned_wh(tariff, standings.exported_wh, flows.export_wh)
    drawn = draw(flows, flows.import_wh, earned_wh, standings, tariff)
    return Shares(flows, credit_earned_wh=earned_wh, **drawn.booked)


def feed_in(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """The grid buys every exported Wh at the feed-in price and sells every imported one.

    Source: the reference case of Liu et al. 2017, 10.1109/TPWRS.2017.2649558 (feed-in).
    """
    del terms
    drawn = draw(flows, flows.import_wh, 0, standings, tariff)
    return Shares(flows, feed_in_micros=feed_in_micros(tariff, flows.export_wh), **drawn.booked)


NET_METERING = Scheme(
    "net_metering",
    "Net metering",
    "For each kWh you send out, {credit_ratio} kWh is taken off what you draw later.",
    "The rule in force. The grid takes every exported kWh and owes the home an energy credit of "
    "credit-ratio times as much, which is used for later imports before the month's blocks are "
    "counted. No money passes between neighbours and none is paid for exports. Ratio, roll-over, "
    "what happens at the end of the year and the cap are dated settings of the tariff.",
    pilot=False,
    price=net_metering,
)
FEED_IN = Scheme(
    "feed_in",
    "Feed-in tariff",
    "The grid pays you one price for each kWh you send out.",
    "The grid buys every exported kWh at the tariff's feed-in price and sells every imported one "
    "by the month's blocks, whoever happens to use it. Simple, and the case other schemes are "
    "measured against: neighbours gain nothing from each other.",
    pilot=True,
    price=feed_in,
)
