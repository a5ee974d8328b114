"""Where the sun stands over a site while it is up, and what a clear sky lets through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pvlib import atmosphere, clearsky, irradiance, solarposition

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, LOCAL_ZONE, day_start
from peergrid.simulation.sky.sites import Site

MONTH_MIDDLES = (15.5, 45.0, 74.5, 105.0, 135.5, 166.0, 196.5, 227.5, 258.0, 288.5, 319.0, 349.5)
DAYS_PER_YEAR = 365
HORIZON_DEG = 90.0
TWILIGHT_DEG = 94.0  # the quick formula is good to a degree: what lies below needs no more care


@dataclass(frozen=True)
class SunPath:
    """The instants at which the sun is up, one value an instant [n].

    ``interval`` is the instant's place in the times asked for. Angles in degrees, azimuth
    clockwise from north, 0 <= zenith < 90; irradiances [W/m2].
    """

    interval: NDArray[np.int64]
    day_of_year: NDArray[np.int64]
    zenith: NDArray[np.float64]
    apparent_zenith: NDArray[np.float64]
    azimuth: NDArray[np.float64]
    extra_w_per_m2: NDArray[np.float64]
    clear_ghi_w_per_m2: NDArray[np.float64]


def sun_path(site: Site, days: Sequence[date]) -> SunPath:
    """The sun at the middle of each interval of local ``days`` in a row."""
    times = pd.date_range(
        day_start(days[0]) + INTERVAL / 2, periods=len(days) * INTERVALS_PER_DAY, freq=INTERVAL
    )
    return sun_at(site, times)


def sun_at(site: Site, times: pd.DatetimeIndex) -> SunPath:
    """The sun at ``times`` [UTC].

    Sources: sun: Reda and Andreas 2004, 10.1016/j.solener.2003.12.003; clear sky: Ineichen and
    Perez 2002, 10.1016/S0038-092X(02)00045-2; both by pvlib.
    """
    light = np.flatnonzero(_rough_zenith(site, times) < TWILIGHT_DEG)
    sun = solarposition.get_solarposition(
        times[light], site.latitude, site.longitude, altitude=site.altitude_m
    )
    up = np.flatnonzero(sun["apparent_zenith"].to_numpy() < HORIZON_DEG)
    interval = light[up]
    apparent, zenith, azimuth = (
        sun[name].to_numpy()[up] for name in ("apparent_zenith", "zenith", "azimuth")
    )
    day_of_year = _local(times).day_of_year.to_numpy()[interval]
    extra = irradiance.get_extra_radiation(day_of_year)
    airmass = atmosphere.get_absolute_airmass(
        atmosphere.get_relative_airmass(apparent), atmosphere.alt2pres(site.altitude_m)
    )
    haze = np.interp(day_of_year, MONTH_MIDDLES, site.linke_turbidity, period=DAYS_PER_YEAR)
    clear = clearsky.ineichen(apparent, airmass, haze, site.altitude_m, extra)["ghi"]
    return SunPath(interval, day_of_year, zenith, apparent, azimuth, extra, clear)


def _rough_zenith(site: Site, times: pd.DatetimeIndex) -> NDArray[np.float64]:
    """The sun's zenith [degrees], quickly and to about a degree, to tell night from day.

    Source: Spencer 1971, Fourier series representation of the position of the sun, by pvlib.
    """
    day_of_year = times.day_of_year.to_numpy()
    hour_angle = np.radians(
        solarposition.hour_angle(
            times, site.longitude, solarposition.equation_of_time_spencer71(day_of_year)
        )
    )
    declination = solarposition.declination_spencer71(day_of_year)
    latitude = np.radians(site.latitude)
    zenith = solarposition.solar_zenith_analytical(latitude, hour_angle, declination)
    return np.asarray(np.degrees(zenith), np.float64)


def _local(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return times.tz_convert(LOCAL_ZONE)


def days_from(first: date, days: int) -> list[date]:
    """``days`` calendar days in a row from ``first``."""
    return [first + timedelta(days=n) for n in range(days)]
