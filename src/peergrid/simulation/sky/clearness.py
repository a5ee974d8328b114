"""How much of a clear sky's light each day lets through, together in all towns."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from peergrid.simulation.dice import Purpose
from peergrid.simulation.sky.bell import normal
from peergrid.simulation.sky.sites import SITES, Site

# Yesterday's sky resembles today's: lag-1 autocorrelation of the daily clearness 0.42 (wet) to
# 0.46 (all year), Harare, ASHRAE IWEC typical year. Bending the normal distribution into a
# skewed one costs a little of it, so the hidden process has a little more.
PERSISTENCE = 0.48
MEMORY_DAYS = 40  # 0.48**40 is below 1e-12: older days no longer count

DARKEST_CLEARNESS = 0.05  # assumption: of the extraterrestrial radiation, on the darkest day

# Assumption: what binds where a town borrows the light of a cell three degrees wide, which can
# outshine its own clear sky (Kariba in September, 1,000 m below Harare).
BRIGHTEST_MONTH = 0.98  # of a clear sky, on average
WIDEST_SHARE = 0.5  # of the variance that only wholly clear and wholly dark days would have

# Neighbouring towns share their sky: the correlation falls as exp(-distance / 600 km). Fitted to
# daily radiation in the north of the United States, where it falls by 0.12 per 100 km between 60
# and 550 km (Baker and Skaggs 1984, 10.1002/joc.3370040203, their zero distance taken as 1).
# Assumption: Zimbabwe's skies are as wide; its summer storms may well be narrower.
COMMON_SKY_KM = 600.0

TOWNS = tuple(SITES)


def _mixing() -> NDArray[np.float64]:
    """What each town's sky takes from each town's dice [towns, towns], lower triangular.

    A town takes from itself and from those before it in the list, so a town added at its end
    changes no other's sky.
    """
    places = SITES.values()
    apart_km = [[a.distance_km(b.latitude, b.longitude) for b in places] for a in places]
    return np.linalg.cholesky(np.exp(-np.array(apart_km) / COMMON_SKY_KM))


MIXING = _mixing()


def mean_clearness(site: Site, days: Sequence[date]) -> NDArray[np.float64]:
    """The share of a clear sky's irradiation that an average day of the month lets through."""
    return _monthly_mean(site)[months_of(days)]


def daily_clearness(site: Site, seed: int, days: Sequence[date]) -> NDArray[np.float64]:
    """The share of a clear sky's irradiation that each of ``days`` (in a row) lets through, to 1.

    A day depends on the site, the seed and its date alone, never on when a run begins or which
    other towns take part: the hidden autoregressive process is written as the weighted sum of
    the last days' innovations, themselves mixed from the dice of all towns. It is bent into a
    beta distribution between the darkest day and the clear sky, which has exactly the month's
    mean and deviation: no cap, hence no bias, and in dry months the days bunch just under clear
    sky with a long tail down, as Harare's do.

    Source: Gaussian copula with beta margins, e.g. Graham and Hollands 1990,
    10.1016/0038-092X(90)90001-2 (there for hours).
    """
    scale = clear_per_extraterrestrial(site)
    darkest = DARKEST_CLEARNESS / scale
    spread = 1 - darkest
    middle = (_monthly_mean(site) - darkest) / spread
    most = middle * (1 - middle)
    variance = np.minimum((np.array(site.clearness_sd) / scale / spread) ** 2, WIDEST_SHARE * most)
    concentration = most / variance - 1
    months = months_of(days)
    shares = betaincinv(
        (middle * concentration)[months],
        ((1 - middle) * concentration)[months],
        ndtr(_hidden(site, seed, days)),
    )
    return np.asarray(darkest[months] + spread[months] * shares, np.float64)


def _monthly_mean(site: Site) -> NDArray[np.float64]:
    """The share of a clear sky's irradiation that gets through, month by month [12]."""
    share = np.divide(site.ghi_kwh_per_m2, site.clear_ghi_kwh_per_m2)
    return np.minimum(share, BRIGHTEST_MONTH)


def clear_per_extraterrestrial(site: Site) -> NDArray[np.float64]:
    """The clearness of a clear sky, month by month [12]."""
    return np.divide(site.clear_ghi_kwh_per_m2, site.extraterrestrial_kwh_per_m2)


def months_of(days: Sequence[date]) -> NDArray[np.int64]:
    """The month of each day, 0 to 11."""
    return np.array([day.month - 1 for day in days])


def _hidden(site: Site, seed: int, days: Sequence[date]) -> NDArray[np.float64]:
    """The site's normal process on ``days`` in a row: mean 0, deviation 1."""
    row = MIXING[TOWNS.index(site.name)]
    ordinals = np.arange(days[0].toordinal() - MEMORY_DAYS + 1, days[-1].toordinal() + 1)
    dice = normal(seed, Purpose.SKY, np.arange(len(TOWNS))[:, None], ordinals)
    innovations = (row[:, None] * dice).sum(axis=0)
    weights = PERSISTENCE ** np.arange(MEMORY_DAYS)[::-1]
    past = np.lib.stride_tricks.sliding_window_view(innovations, MEMORY_DAYS)
    return np.asarray((past * weights).sum(axis=1) / np.sqrt((weights**2).sum()), np.float64)
