"""The sky over a site: how much of the sun's light gets through, and how warm the air is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.sky.clearness import daily_clearness, mean_clearness, months_of
from peergrid.simulation.sky.clouds import interval_clearness
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.sun_path import SunPath, sun_path
from peergrid.simulation.sky.variability import Variability

HOTTEST_HOUR = 14.0  # assumption: local time at which the air is warmest


@dataclass(frozen=True)
class Sky:
    """What a roof sees while the sun is up, one value an instant of ``path`` [n].

    Irradiances [W/m2]: on the level, all and diffuse (None: to be told from ``ghi``); the air
    [degrees C].
    """

    path: SunPath
    ghi_w_per_m2: NDArray[np.float64]
    dhi_w_per_m2: NDArray[np.float64] | None
    temperature_c: NDArray[np.float64]


def climate_sky(site: Site, days: Sequence[date], seed: int, variability: Variability) -> Sky:
    """The sky of local ``days`` in a row by the site's climate.

    "random": days and half hours drawn by ``seed``; "mean": each day and half hour lets
    through what the month does on average.
    """
    path = sun_path(site, days)
    if variability == "mean":
        clearness = mean_clearness(site, days)[path.interval // INTERVALS_PER_DAY]
    else:
        of_days = daily_clearness(site, seed, days)
        clearness = interval_clearness(site, seed, days, of_days, path)
    ghi = path.clear_ghi_w_per_m2 * clearness
    return Sky(path, ghi, None, climate_temperature_c(site, days)[path.interval])


def climate_temperature_c(site: Site, days: Sequence[date]) -> NDArray[np.float64]:
    """The month's mean, swinging between its minimum and maximum as a cosine [intervals]."""
    months = np.repeat(months_of(days), INTERVALS_PER_DAY)
    hours = (np.arange(len(months)) % INTERVALS_PER_DAY + 0.5) * 24 / INTERVALS_PER_DAY
    swing = np.subtract(site.temperature_max_c, site.temperature_min_c) / 2
    cycle = np.cos(2 * np.pi * (hours - HOTTEST_HOUR) / 24)
    return np.asarray(np.array(site.temperature_mean_c)[months] + swing[months] * cycle)
