"""The sky over a site: the sun's place, a clear sky, and how much of it each day lets through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pvlib import atmosphere, clearsky, irradiance, solarposition
from scipy.special import betaincinv, ndtr

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, day_start
from peergrid.simulation.dice import Purpose, normal
from peergrid.simulation.sites import Site

# Yesterday's sky resembles today's: lag-1 autocorrelation of the daily clearness 0.42 (wet) to
# 0.46 (all year), Harare, ASHRAE IWEC typical year. Bending the normal distribution into a
# skewed one costs a little of it, so the hidden process has a little more.
PERSISTENCE = 0.48
MEMORY_DAYS = 40  # 0.48**40 is below 1e-12: older days no longer count

DARKEST_CLEARNESS = 0.05  # assumption: of the extraterrestrial radiation, on the darkest day
HOTTEST_HOUR = 14.0  # assumption: local time at which the air is warmest

MONTH_MIDDLES = (15.5, 45.0, 74.5, 105.0, 135.5, 166.0, 196.5, 227.5, 258.0, 288.5, 319.0, 349.5)
DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class Sky:
    """What a roof sees, one value an interval [n], taken at its middle.

    Angles in degrees, azimuth clockwise from north; irradiances [W/m2]; air [degrees C].
    """

    day_of_year: NDArray[np.int64]
    zenith: NDArray[np.float64]
    apparent_zenith: NDArray[np.float64]
    azimuth: NDArray[np.float64]
    extra_w_per_m2: NDArray[np.float64]
    clear_ghi_w_per_m2: NDArray[np.float64]
    ghi_w_per_m2: NDArray[np.float64]
    temperature_c: NDArray[np.float64]


def mean_clearness(site: Site, days: Sequence[date]) -> NDArray[np.float64]:
    """The share of a clear sky's irradiation that an average day of the month lets through."""
    months = _months(days)
    return np.divide(site.ghi_kwh_per_m2, site.clear_ghi_kwh_per_m2)[months]


def daily_clearness(site: Site, seed: int, days: Sequence[date]) -> NDArray[np.float64]:
    """The share of a clear sky's irradiation that each of ``days`` lets through, up to 1.

    A day depends on the site, the seed and its date alone, never on when a run begins: the
    hidden autoregressive process is written as the weighted sum of the last days' innovations.
    It is bent into a beta distribution between the darkest day and the clear sky, which has
    exactly the month's mean and deviation: no cap, hence no bias, and in dry months the days
    bunch just under clear sky with a long tail down, as Harare's do.

    Source: Gaussian copula with beta margins, e.g. Graham and Hollands 1990,
    10.1016/0038-092X(90)90001-2 (there for hours).
    """
    ordinals = np.array([day.toordinal() for day in days])
    lags = np.arange(MEMORY_DAYS)
    innovations = normal(seed, Purpose.SKY, ordinals[:, None] - lags)
    weights = PERSISTENCE**lags
    hidden = (innovations * weights).sum(axis=1) / np.sqrt((weights**2).sum())

    scale = np.divide(site.extraterrestrial_kwh_per_m2, site.clear_ghi_kwh_per_m2)
    mean = np.divide(site.ghi_kwh_per_m2, site.clear_ghi_kwh_per_m2)
    darkest = DARKEST_CLEARNESS * scale
    spread = 1 - darkest
    middle = (mean - darkest) / spread
    variance = (np.array(site.clearness_sd) * scale / spread) ** 2
    concentration = middle * (1 - middle) / variance - 1
    months = _months(days)
    shares = betaincinv(
        (middle * concentration)[months], ((1 - middle) * concentration)[months], ndtr(hidden)
    )
    return np.asarray(darkest[months] + spread[months] * shares, np.float64)


def sky_of(site: Site, days: Sequence[date], clearness: NDArray[np.float64]) -> Sky:
    """The sky of local ``days`` [d] in a row, each letting ``clearness`` [d], 0 to 1, through.

    Sources: sun: Reda and Andreas 2004, 10.1016/j.solener.2003.12.003; clear sky: Ineichen and
    Perez 2002, 10.1016/S0038-092X(02)00045-2; both by pvlib.
    """
    times = pd.date_range(
        day_start(days[0]) + INTERVAL / 2, periods=len(days) * INTERVALS_PER_DAY, freq=INTERVAL
    )
    sun = solarposition.get_solarposition(
        times, site.latitude, site.longitude, altitude=site.altitude_m
    )
    zenith = sun["apparent_zenith"].to_numpy()
    of_day = np.arange(len(times)) // INTERVALS_PER_DAY
    day_of_year = np.array([day.timetuple().tm_yday for day in days])[of_day]
    extra = irradiance.get_extra_radiation(day_of_year)
    airmass = atmosphere.get_absolute_airmass(
        atmosphere.get_relative_airmass(zenith), atmosphere.alt2pres(site.altitude_m)
    )
    haze = np.interp(day_of_year, MONTH_MIDDLES, site.linke_turbidity, period=DAYS_PER_YEAR)
    with np.errstate(divide="ignore", invalid="ignore"):  # pvlib divides by the night's 0
        clear = clearsky.ineichen(zenith, airmass, haze, site.altitude_m, extra)["ghi"]
    return Sky(
        day_of_year,
        sun["zenith"].to_numpy(),
        zenith,
        sun["azimuth"].to_numpy(),
        extra,
        clear,
        clear * clearness[of_day],
        _temperature_c(site, days),
    )


def _temperature_c(site: Site, days: Sequence[date]) -> NDArray[np.float64]:
    """The month's mean, swinging between its minimum and maximum as a cosine [intervals]."""
    months = np.repeat(_months(days), INTERVALS_PER_DAY)
    hours = (np.arange(len(months)) % INTERVALS_PER_DAY + 0.5) * 24 / INTERVALS_PER_DAY
    swing = np.subtract(site.temperature_max_c, site.temperature_min_c) / 2
    cycle = np.cos(2 * np.pi * (hours - HOTTEST_HOUR) / 24)
    return np.asarray(np.array(site.temperature_mean_c)[months] + swing[months] * cycle)


def _months(days: Sequence[date]) -> NDArray[np.int64]:
    return np.array([day.month - 1 for day in days])
