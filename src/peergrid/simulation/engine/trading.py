"""What a transformer cannot carry is held back, and the rest is priced by the market."""

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import Interval
from peergrid.market.sharing import share_out_rows, turns_of
from peergrid.simulation.engine.columns import Communities, Pool, Series, Whole64
from peergrid.simulation.engine.pricing import Pricing


def trade(
    pricing: Pricing,
    communities: Communities,
    c: int,
    first: Interval,
    on: NDArray[np.bool_],
    net: Whole64,
    totals: Whole64,
    sums: Whole64,
) -> Whole64:
    """Price ``net`` (homes, k) [Wh], export less import, of the intervals from ``first`` on.

    Adds to ``totals`` (Total, n) of all homes and to ``sums`` (Series, k) of the community's
    site. Returns what of each home's export was held back (homes, k). ``on`` (k,) tells when the
    feeder had power; where it had none nothing passed.
    """
    held = held_back(communities.facts[:, c], first, on, net, sums)
    pricing.price(communities, c, first, (net - held).T, totals, sums)
    return held


def held_back(
    community: Whole64, first: Interval, on: NDArray[np.bool_], net: Whole64, sums: Whole64
) -> Whole64:
    """What of each home's export its transformer cannot carry; its overload is counted."""
    surplus, limit = net.sum(axis=0), int(community[Pool.TRANSFORMER_WH])
    over = np.where(on, -surplus - limit, 0)
    community[Pool.OVERLOAD_INTERVALS] += int((over > 0).sum())
    sums[Series.OVERLOAD_WH] += np.maximum(over, 0)
    held = np.zeros_like(net)
    crowded = np.flatnonzero(on & (surplus > limit))
    exports = np.maximum(net[:, crowded], 0).T
    turns = turns_of(first.number + crowded)
    held[:, crowded] = share_out_rows(surplus[crowded] - limit, exports, turns).T
    return held
