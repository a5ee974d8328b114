"""One interval in plain Python, agent by agent: what the engine must come to as well."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.engine.columns import Pool, Series, Total

SUM_OF = {Series[total.name]: total for total in Total if total.name in Series.__members__}
SUM_OF[Series.SHARED_WH] = Total.BOUGHT_WH


def live(model: Any) -> None:
    """Live one interval of ``model``: homes in any order, then grids in any order."""
    _ = model.today  # a new month's standings begin with its first day
    before = sums_of(model)
    for cls in model.classes:
        if cls in model.agents_by_type:
            model.agents_by_type[cls].do("step")
    for grid in model.grids:
        grid.clear()
    sums = sums_of(model) - before
    for grid in model.grids:
        site, homes = grid.facts[Pool.SITE], grid.facts[Pool.HOMES]
        sums[site, Series.OVERLOAD_WH] += grid.overload_wh
        if not grid.is_on:
            sums[site, Series.HOMES_OFF] += homes
            grid.facts[Pool.OUTAGE_INTERVALS] += 1
    model.engine.take(sums[:, :, np.newaxis])


def sums_of(model: Any) -> NDArray[np.int64]:
    """Homes' totals so far, summed by site (sites, Series)."""
    engine = model.engine
    facts = engine.communities.facts
    site = np.repeat(facts[Pool.SITE], facts[Pool.HOMES])
    sums = np.zeros((len(engine.population.sites), len(Series)), np.int64)
    for series, total in SUM_OF.items():
        np.add.at(sums[:, series], site, engine.homes.totals[total])
    return sums
