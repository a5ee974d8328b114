"""How the light of a day comes and goes within it, half hour by half hour."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.dice import Purpose
from peergrid.simulation.sky.bell import normal
from peergrid.simulation.sky.clearness import TOWNS, clear_per_extraterrestrial, months_of
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.sun_path import SunPath

# Assumption: however torn the sky, its half hours are no more two-sided than a uniform spread.
WIDEST_SHARE = 1 / 3  # of the variance that only full sun and full dark would have
CALMEST_SHARE = 1e-6  # of the same: calmer is calm
CLEAREST = 1 - 1e-9  # a wholly clear day has no spread to draw from


def interval_clearness(
    site: Site, seed: int, days: Sequence[date], clearness: NDArray[np.float64], path: SunPath
) -> NDArray[np.float64]:
    """The share of a clear sky's light in each interval of ``path`` [n], 0 to 1.

    ``clearness`` [d], of local ``days`` in a row, is kept exactly: the day's energy under a
    clear sky times it is the day's energy. Half-cloudy days are torn, dark and clear ones calm.
    The spread and the memory from hour to hour are TAG's, turned into those of half hours by
    the variance and the correlation that means of two have; the distribution is a beta one up
    to the clear sky instead of a cut normal one, so the clear sky needs no cap.

    Assumption: towns are too far apart for a cloud to shade both, so within a day each has its
    own dice; all roofs of a town lie under one cloud.

    Source: Aguiar and Collares-Pereira 1992 (TAG), 10.1016/0038-092X(92)90068-L.
    """
    of_day = path.interval // INTERVALS_PER_DAY
    index = clearness * clear_per_extraterrestrial(site)[months_of(days)]
    hourly = 0.38 + 0.06 * np.cos(7.4 * index - 2.5)
    memory = (np.sqrt(1 + 8 * hourly) - 1) / 2
    widest = 0.14 * np.exp(-20 * (index - 0.35) ** 2) / (index / clearness)
    slope = 3 * (index - 0.45) ** 2 + 16 * index**5
    height = np.cos(np.radians(path.zenith))
    sd = (widest * np.sqrt(2 / (1 + memory)))[of_day] * np.exp(slope[of_day] * (1 - height))

    middle = np.minimum(clearness, CLEAREST)[of_day]
    most = middle * (1 - middle)
    concentration = most / np.clip(sd**2, CALMEST_SHARE * most, WIDEST_SHARE * most) - 1
    chance = ndtr(_hidden(site, seed, days, memory).ravel()[path.interval])
    drawn = betaincinv(middle * concentration, (1 - middle) * concentration, chance)
    return _keeping_days(drawn, clearness, path, of_day)


def _hidden(
    site: Site, seed: int, days: Sequence[date], memory: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A normal process within each day [days, 48], mean 0, deviation 1, new every midnight."""
    ordinals = np.arange(days[0].toordinal(), days[0].toordinal() + len(days))
    intervals = np.arange(INTERVALS_PER_DAY)
    hidden = normal(
        seed, Purpose.CLOUDS, TOWNS.index(site.name), ordinals[:, None], intervals[None, :]
    )
    fresh = np.sqrt(1 - memory**2)
    for interval in intervals[1:]:
        hidden[:, interval] = memory * hidden[:, interval - 1] + fresh * hidden[:, interval]
    return hidden


def _keeping_days(
    drawn: NDArray[np.float64],
    clearness: NDArray[np.float64],
    path: SunPath,
    of_day: NDArray[np.int64],
) -> NDArray[np.float64]:
    """``drawn`` pulled towards dark or towards clear, so that each day has its clearness."""
    clear = np.bincount(of_day, path.clear_ghi_w_per_m2, len(clearness))
    reached = np.bincount(of_day, drawn * path.clear_ghi_w_per_m2, len(clearness)) / clear
    darken = clearness / np.maximum(reached, clearness)
    lighten = (1 - clearness) / np.maximum(1 - np.minimum(reached, clearness), 1 - CLEAREST)
    return np.asarray(1 - (1 - drawn * darken[of_day]) * lighten[of_day], np.float64)
