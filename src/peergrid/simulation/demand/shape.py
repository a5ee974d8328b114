"""One two-peak day for all homes, with noise that has no memory."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.money import WH_PER_KWH
from peergrid.simulation.demand.classes import DAYS_PER_MONTH
from peergrid.simulation.dice import Purpose
from peergrid.simulation.sky.bell import normal
from peergrid.simulation.whole import whole_wh

# Assumption: no measured Zimbabwean load profile was found. The shape (shares of a day by hour,
# from midnight) is built on the system's peak windows, 05:00-10:00 and 17:00-22:00 (ZESA,
# unitedsouthafrican.com, 13 May 2019).
URBAN_HOURS = (
    1.8, 1.6, 1.6, 1.7, 2.6, 5.0, 6.5, 6.0, 4.8, 4.0, 3.6, 3.6,
    3.8, 3.6, 3.4, 3.5, 4.2, 6.2, 8.2, 8.4, 7.0, 5.2, 3.6, 2.3,
)  # fmt: skip

DAY_SD = 0.15  # assumption: how a home's days differ (logarithm of the day's energy)
INTERVAL_SD = 0.35  # assumption: how its half hours differ from the day's shape


def day_shape() -> NDArray[np.float64]:
    """The share of a mean day's energy that falls in each half hour [48]; sums to 1.

    Half hours lie on straight lines between the middles of the hours, around midnight too.
    """
    hours = np.array(URBAN_HOURS)
    first = 0.75 * hours + 0.25 * np.roll(hours, 1)
    second = 0.75 * hours + 0.25 * np.roll(hours, -1)
    halves = np.stack([first, second], axis=1).ravel()
    return np.asarray(halves / halves.sum(), np.float64)


def day_demand_wh(
    seed: int, day: date, numbers: Sequence[int], monthly_kwh: Sequence[float]
) -> NDArray[np.int64]:
    """Whole Wh that each household uses in each half hour of a local day [households, 48].

    ``monthly_kwh`` is each one's mean month, 1/12 of a year. Noise multiplies (log-normal,
    mean 1) and depends on seed, household number and day only. No season and no weekend:
    nothing was found about either.
    """
    homes = np.asarray(numbers, np.int64)
    intervals = np.arange(INTERVALS_PER_DAY)
    ordinal = day.toordinal()
    of_day = DAY_SD * normal(seed, Purpose.DAY_DEMAND, homes, ordinal)
    of_interval = INTERVAL_SD * normal(
        seed, Purpose.INTERVAL_DEMAND, homes[:, None], ordinal, intervals
    )
    noise = np.exp(of_day[:, None] + of_interval - (DAY_SD**2 + INTERVAL_SD**2) / 2)
    mean_day_wh = np.asarray(monthly_kwh, np.float64) * WH_PER_KWH / DAYS_PER_MONTH
    return whole_wh(mean_day_wh[:, None] * day_shape() * noise)
