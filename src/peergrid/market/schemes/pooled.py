"""Schemes with one pool: buyers pay into it, and sellers share it by what they sold."""

from collections.abc import Callable

import numpy as np

from peergrid.market.charges import charges_beside, feed_in_micros
from peergrid.market.flows import Flows
from peergrid.market.prices import compensated_price
from peergrid.market.schemes.scheme import Scheme, Terms
from peergrid.market.schemes.with_the_grid import draw
from peergrid.market.shares import Shares
from peergrid.market.sharing import share_out_rows
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import PARTS, Whole, divide

type Between = Callable[[Whole, Whole, Flows, Tariff], Whole]


def pooled(flows: Flows, standings: Standings, tariff: Tariff, between: Between) -> Shares:
    """Each buyer pays something ``between`` what the grid would ask and what it would pay.

    Retail is stepped, so each buyer's own next block (with levy and VAT) is what the grid would
    ask: nobody pays a neighbour more. What the buyers pay is shared among the sellers by what
    they sold, to the micro. Energy credit left from net metering is used for what is drawn from
    the grid, not from neighbours.
    """
    drawn = draw(flows, flows.grid_import_wh, 0, standings, tariff)
    paid, earned = np.zeros((2, *flows.bought_wh.shape), np.int64)
    rows = np.flatnonzero(flows.bought_wh.any(axis=1))
    if len(rows):  # at night there is nothing to price
        shared = flows.at(rows)
        asks = charges_beside(tariff, shared.metered, drawn.before_wh[rows], shared.bought_wh)
        pays = feed_in_micros(tariff, shared.bought_wh)
        paid[rows] = between(asks.total_micros, pays, shared, tariff)
        pool = paid[rows].sum(axis=1)
        earned[rows] = share_out_rows(pool, shared.sold_wh, shared.metered.turns)
    return Shares(
        flows,
        paid_micros=paid,
        earned_micros=earned,
        feed_in_micros=feed_in_micros(tariff, flows.grid_export_wh),
        **drawn.booked,
    )


def mid_market(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """Neighbours trade halfway between the retail price and the feed-in price.

    With one retail price for all this is the mid-market rate of Long et al. 2017, supply and
    demand taken after own use as in Bogensperger et al. 2021 (equations 3 to 5). A tariff's
    ``halfway_ppm`` moves the meeting point (the intra-market rate's alpha).
    """
    del terms

    def halfway(asks: Whole, pays: Whole, flows: Flows, tariff: Tariff) -> Whole:
        del flows
        return divide(asks * tariff.halfway_ppm + pays * (PARTS - tariff.halfway_ppm), PARTS)

    return pooled(flows, standings, tariff, halfway)


def supply_demand(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """The scarcer the community's supply, the nearer a shared kWh is to the retail price.

    ``market.prices.supply_demand_price``, for each buyer with the retail price of its own next
    block; supply and demand after own use, as in Liu et al. 2017.
    """
    del terms
    return pooled(flows, standings, tariff, _by_ratio(0.0))


def compensated(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """The same, with the tariff's compensation of sellers when there is much sun.

    ``market.prices.compensated_price``; Mello, Villar, Saraiva 2023, 10.3390/en16041949.
    """
    del terms
    return pooled(flows, standings, tariff, _by_ratio(tariff.compensation_ppm / PARTS))


def _by_ratio(kappa: float) -> Between:
    def by_ratio(asks: Whole, pays: Whole, flows: Flows, tariff: Tariff) -> Whole:
        """In floats of + - x / alone, which every machine rounds alike, then to whole micros."""
        del tariff
        demand = np.maximum(flows.import_wh.sum(axis=1), 1)[:, None]
        ratio = flows.export_wh.sum(axis=1)[:, None] / demand
        exact = compensated_price(ratio, pays, asks, kappa)
        least, most = np.minimum(asks, pays), np.maximum(asks, pays)
        return np.clip(np.floor(exact + 0.5).astype(np.int64), least, most)

    return by_ratio


MID_MARKET = Scheme(
    "mid_market",
    "Mid-market rate",
    "Neighbours pay each other halfway between the grid's price and the export price.",
    "Within each half hour the scarcer side is served in full and the other in proportion. A "
    "buyer pays halfway between what the grid would have asked it, in its own block, and the "
    "feed-in price; the sum goes to the sellers by what they sold. Both sides always gain, by "
    "the same amount a kWh, however much sun there is.",
    pilot=True,
    price=mid_market,
)
SUPPLY_DEMAND = Scheme(
    "supply_demand",
    "Supply-demand ratio",
    "The scarcer the community's sun, the more a neighbour pays you for each kWh.",
    "Shared energy has a price that falls from the retail price, when nearly nothing is "
    "shared, to the feed-in price, when there is as much as everybody draws. It rewards those "
    "who send out while others need it, and leaves sellers no more than the feed-in price at a "
    "sunny noon.",
    pilot=True,
    price=supply_demand,
)
COMPENSATED = Scheme(
    "compensated_supply_demand",
    "Compensated supply-demand ratio",
    "As the supply-demand ratio, but at a sunny noon you still get more than the grid pays.",
    "The supply-demand ratio with a part of the margin between retail and feed-in price (the "
    "tariff's compensation) kept for the sellers when supply exceeds demand. Without "
    "compensation it is the plain ratio.",
    pilot=True,
    price=compensated,
)
