"""What passes between a meter and the grid: the same in every scheme."""

from dataclasses import dataclass

import numpy as np

from peergrid.energy import month_start, next_month
from peergrid.market.charges import Charge, charges
from peergrid.market.flows import Flows
from peergrid.market.metered import Metered
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import Whole


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is drawn from the grid, paid with energy credit first and then by the month's blocks.

    Each (n_intervals, n_meters); ``before_wh`` is what was billed this month before.
    """

    billed_wh: Whole
    before_wh: Whole
    credit_used_wh: Whole
    charge: Charge

    @property
    def booked(self) -> dict[str, Whole]:
        """As the fields of shares."""
        of_charge = self.charge._asdict()
        return {"billed_wh": self.billed_wh, "credit_used_wh": self.credit_used_wh} | of_charge


def draw(
    flows: Flows, energy_wh: Whole, earned_wh: Whole | int, standings: Standings, tariff: Tariff
) -> Drawn:
    """Bill ``energy_wh`` while ``earned_wh`` of credit comes in, both (n_intervals, n_meters)."""
    billed_wh = energy_wh - credit_used_wh(energy_wh, earned_wh, standings.credit_wh)
    charge = charges(tariff, flows.metered, standings.billed_wh, billed_wh)
    before_wh = standings.billed_wh + np.cumsum(billed_wh, axis=0) - billed_wh
    return Drawn(billed_wh, before_wh, energy_wh - billed_wh, charge)


def credit_used_wh(energy_wh: Whole, earned_wh: Whole | int, credit_wh: Whole) -> Whole:
    """Credit used for ``energy_wh`` (n_intervals, n_meters), begun with ``credit_wh`` (n_meters,).

    Each interval uses what was there before it, as far as it goes; what it earns comes after.
    What credit could not cover until an interval is the highest that demand so far has stood
    above all credit so far: a running maximum, so no interval waits for another.
    """
    if isinstance(earned_wh, int) and not credit_wh.any():
        return np.zeros_like(energy_wh)
    lack_wh: Whole = np.cumsum(energy_wh - earned_wh, axis=0, dtype=np.int64) + earned_wh
    lack_wh -= credit_wh
    np.maximum.accumulate(lack_wh, axis=0, out=lack_wh)
    np.maximum(lack_wh, 0, out=lack_wh)
    lack_wh[1:] -= lack_wh[:-1].copy()
    used_wh: Whole = energy_wh - lack_wh
    return used_wh


def fixed_micros(metered: Metered, tariff: Tariff) -> Whole | int:
    """The fixed charge: a day's part in the first half hour of each local day a meter reports.

    The parts of a month's days sum to the month's charge, so who comes or goes pays its days.
    """
    if not tariff.fixed_micros_per_month:
        return 0
    fixed = np.zeros_like(metered.import_wh)
    for row in np.flatnonzero(metered.local_halves == 0):
        day = metered.local_days[row].item()
        length = (next_month(day) - month_start(day)).days
        until = [tariff.fixed_micros_per_month * days // length for days in (day.day - 1, day.day)]
        fixed[row] = (until[1] - until[0]) * metered.is_there[row]
    return fixed
