"""The indicators of a run, against what its homes would have paid with the grid alone."""

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.indicators import (
    Energies,
    Indicators,
    Money,
    indicators_of,
    least_bill_micros,
)
from peergrid.market.tariff import Tariff
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.months import months_of


def indicators_of_run(run: Run, tariff: Tariff) -> Indicators:
    """All communities of ``run``, which lived under the prices of ``tariff``, taken together.

    Energy balance and the least bill are those of each community, added up: one does not help
    another out. Power flatness is that of what all of them together draw
    in a whole day.
    """
    sums = dict(zip(SERIES, map(int, run.series.sum(axis=(0, 2))), strict=True))
    energies = Energies(
        demand_wh=sums["demand_wh"],
        generation_wh=sums["generation_wh"],
        self_consumed_wh=int(run.homes["self_consumed_wh"].sum()),
        import_wh=sums["import_wh"],
        export_wh=sums["export_wh"],
        shared_wh=sums["shared_wh"],
    )
    net = run.series[:, SERIES.index("import_wh")] - run.series[:, SERIES.index("export_wh")]
    net_wh = net.sum(axis=0).tolist()
    days = [
        net_wh[first : first + INTERVALS_PER_DAY]
        for first in range(0, run.intervals - INTERVALS_PER_DAY + 1, INTERVALS_PER_DAY)
    ]
    money = Money(
        run.bills_micros.tolist(),
        run.homes["grid_only_micros"].tolist(),
        _least_micros(run, tariff),
    )
    return indicators_of(energies, days, money)


def _least_micros(run: Run, tariff: Tariff) -> int | None:
    """The least bills of the communities [micros]; None for a run of no time."""
    months = len(list(months_of(run.scenario.start, run.intervals)))
    if not months:
        return None
    community = run.homes["community"]
    homes = np.bincount(community)
    drawn, sent = np.zeros((2, len(homes)), np.int64)
    np.add.at(drawn, community, run.homes["import_wh"])
    np.add.at(sent, community, run.homes["export_wh"])
    bounds = (
        least_bill_micros(tariff, months * int(count), int(import_wh), int(export_wh))
        for count, import_wh, export_wh in zip(homes, drawn, sent, strict=True)
    )
    return sum(bound for bound in bounds if bound is not None)
