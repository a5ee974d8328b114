"""Coefficient sharing: each home has agreed to a part of the community's surplus."""

import numpy as np

from peergrid.market.flows import Flows
from peergrid.market.metered import Metered
from peergrid.market.schemes.pooled import mid_market
from peergrid.market.schemes.scheme import Scheme, Terms
from peergrid.market.sharing import share_out_rows
from peergrid.market.tariff import Tariff
from peergrid.money import PARTS


def by_coefficient(metered: Metered, tariff: Tariff, terms: Terms) -> Flows:
    """Each home is allocated its coefficient of the surplus, and takes of it what it draws.

    What a home is allocated and does not draw goes to the grid; it is not offered again. Sellers
    share what was taken in proportion to what they sent out. Raises ValueError if the
    coefficients do not sum to one.

    Source: the coefficient community of gsy-e (``scm_manager``, static coefficients).
    """
    del tariff
    total = int(terms.coefficient_ppm.sum())
    if total != PARTS and metered.import_wh.shape[1]:
        raise ValueError(f"the coefficients sum to {total} ppm: they must sum to {PARTS}")
    supply_wh = metered.export_wh.sum(axis=1)
    parts = np.broadcast_to(terms.coefficient_ppm, metered.import_wh.shape)
    allocated_wh = share_out_rows(supply_wh, parts, metered.turns)
    bought_wh = np.minimum(allocated_wh, metered.import_wh)
    sold_wh = share_out_rows(bought_wh.sum(axis=1), metered.export_wh, metered.turns)
    return Flows(metered, bought_wh, sold_wh)


COEFFICIENTS = Scheme(
    "coefficients",
    "Coefficient sharing",
    "Each home has an agreed part of the neighbours' sun, and pays halfway between the grid's "
    "price and the export price for what it takes of it.",
    "The members agree on coefficients that sum to one. In each half hour every home is "
    "allocated its part of the community's surplus and uses as much of it as it draws; the rest "
    "goes to the grid at the feed-in price. Energy taken from neighbours is priced as in the "
    "mid-market rate. A new agreement is drafted, published and then applied from a date.",
    pilot=True,
    price=mid_market,
    split=by_coefficient,
)
