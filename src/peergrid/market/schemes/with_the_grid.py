"""What passes between a meter and the grid: the same in every scheme."""

from dataclasses import dataclass

import numpy as np

from peergrid.energy import month_start, next_month
from peergrid.market.charges import Charge, charges
from peergrid.market.flows import Flows
from peergrid.market.metered import Metered
from peergrid.market.running import running
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
    credit_used_wh: Whole | int
    charge: Charge

    @property
    def booked(self) -> dict[str, Whole | int]:
        """As the fields of shares."""
        of_charge: dict[str, Whole | int] = self.charge._asdict()
        return {"billed_wh": self.billed_wh, "credit_used_wh": self.credit_used_wh} | of_charge


def draw(
    flows: Flows, energy_wh: Whole, earned_wh: Whole | int, standings: Standings, tariff: Tariff
) -> Drawn:
    """Bill ``energy_wh`` while ``earned_wh`` of credit comes in, both (n_intervals, n_meters)."""
    billed_wh = energy_wh
    used_wh: Whole | int = 0
    if not isinstance(earned_wh, int) or standings.credit_wh.any():
        billed_wh = _uncovered_wh(energy_wh, earned_wh, standings.credit_wh)
        used_wh = energy_wh - billed_wh
    reached_wh = running(standings.billed_wh, billed_wh)
    charge = charges(tariff, flows.metered, reached_wh, billed_wh)
    return Drawn(billed_wh, reached_wh[:-1], used_wh, charge)


def _uncovered_wh(energy_wh: Whole, earned_wh: Whole | int, credit_wh: Whole) -> Whole:
    """What credit does not cover of ``energy_wh`` (n_intervals, n_meters).

    It began with ``credit_wh`` (n_meters,). Each interval uses what was there before it, as far as
    it goes; what it earns comes after. What credit could not cover until an interval is the
    highest that demand so far has stood above all credit so far: a running maximum.
    """
    lack_wh = running(-credit_wh, energy_wh - earned_wh)[:-1]
    lack_wh += energy_wh
    return np.diff(running(np.zeros_like(credit_wh), lack_wh, np.maximum), axis=0)


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
