"""Bill sharing: the community's bill of a month, split by what each drew and sent out."""

import numpy as np

from peergrid.market.charges import feed_in_micros
from peergrid.market.flows import Flows
from peergrid.market.running import running
from peergrid.market.schemes.scheme import Scheme, Terms
from peergrid.market.schemes.with_the_grid import draw
from peergrid.market.shares import Shares
from peergrid.market.sharing import share_out
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import Whole

MOST = np.iinfo(np.int64).max


def bill_sharing(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """What the community drew from the grid is billed to all in proportion to their imports.

    Likewise what it sent to the grid is paid to all in proportion to their exports. Energy from
    neighbours costs nothing by itself. All rows together are the period: prices are known
    when it is over. With one retail price these are the prices of ``market.prices``'
    ``bill_sharing_prices``; a buyer's stepped blocks count the energy billed to it.

    Source: Zhou et al. 2018 (A28); Bogensperger et al. 2021 (equations 6 and 7).
    """
    del terms
    turn = int(flows.metered.turns[0]) if len(flows.metered.turns) else 0
    billed_wh = scaled(flows.import_wh, int(flows.grid_import_wh.sum()), turn)
    paid_wh = scaled(flows.export_wh, int(flows.grid_export_wh.sum()), turn)
    drawn = draw(flows, billed_wh, 0, standings, tariff)
    return Shares(flows, feed_in_micros=feed_in_micros(tariff, paid_wh), **drawn.booked)


def scaled(counted_wh: Whole, total_wh: int, turn: int) -> Whole:
    """``total_wh`` over all meters and intervals in proportion to what they counted [Wh].

    ``counted_wh`` is (n_intervals, n_meters). First to each meter, then within it by what it had
    counted until each interval, so that both sums are exact and no interval gets more than it
    counted.
    """
    of_meter = np.array(share_out(total_wh, counted_wh.sum(axis=0).tolist(), turn), np.int64)
    whole = np.maximum(counted_wh.sum(axis=0), 1)
    until = running(np.zeros_like(whole), counted_wh)
    if int(whole.max(initial=0)) ** 2 > MOST:
        until = until.astype(object)  # whole numbers without end
    reached = (until * of_meter // whole).astype(np.int64)
    return np.diff(reached, axis=0)


BILL_SHARING = Scheme(
    "bill_sharing",
    "Bill sharing",
    "At the end of the month all share the community's bill by what each drew, and its income by "
    "what each sent out.",
    "The community is billed as one: only what it drew from the grid together costs money, and "
    "only what it sent out together earns the feed-in price. When the month is over, the "
    "energy drawn is billed to all in proportion to their imports, and the income shared in "
    "proportion to exports. Those who draw at noon gain most, those who send out get least.",
    pilot=True,
    price=bill_sharing,
    by_month=True,
)
