"""A sky of hours, as weather files have it, told in half hours that keep each hour's energy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, day_start
from peergrid.errors import Invalid
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.sun_path import SunPath, sun_at, sun_path
from peergrid.simulation.sky.weather import Sky, climate_temperature_c

HOURS_PER_DAY = 24
LEAP_YEAR = 2000  # a typical year has a row for each of its days
MIDDLE_MIN = 30.0
BRIGHTEST = 1.3  # assumption: of the clear sky, where a low sun makes the ratio meaningless
LOWEST_W_PER_M2 = 20.0  # assumption: of a clear sky, for an instant's index to mean something
NEIGHBOUR_SHARE = 0.25  # of the way from one hour's middle to the next, at the half hour's


@dataclass(frozen=True)
class Hours:
    """The weather of whole local days [days, 24], one value an hour from local midnight.

    ``first`` is the first day; None is a typical year: 366 rows, for any year's days from
    1 January with a 29 February. Irradiances [W/m2] are an hour's mean, or what was seen
    ``minute`` minutes into it if that is not its middle (30). NaN in ``dhi`` or
    ``temperature_c``: not in the file.
    """

    name: str
    first: date | None
    minute: float
    ghi_w_per_m2: NDArray[np.float64]
    dhi_w_per_m2: NDArray[np.float64]
    temperature_c: NDArray[np.float64]

    def require(self, first: date, days: int) -> None:
        """Raise Invalid unless the file knows ``days`` days from ``first``."""
        if self.first is None:
            return
        last = self.first + timedelta(days=len(self.ghi_w_per_m2) - 1)
        wanted = first + timedelta(days=days - 1)
        if first < self.first or wanted > last:
            raise Invalid(
                f"{self.name} holds {self.first} to {last}, not {first} to {wanted}:"
                " choose days within it, or a file of a typical year"
            )

    def rows(self, days: Sequence[date]) -> NDArray[np.int64]:
        """The row of each of ``days``; a day outside gets the nearest, for nobody to see."""
        if self.first is None:
            rows = [(day.replace(year=LEAP_YEAR) - date(LEAP_YEAR, 1, 1)).days for day in days]
        else:
            rows = [(day - self.first).days for day in days]
        return np.asarray(np.clip(rows, 0, len(self.ghi_w_per_m2) - 1), np.int64)


def file_sky(site: Site, days: Sequence[date], hours: Hours) -> Sky:
    """The sky of local ``days`` in a row by a weather file's hours.

    Between the middles of hours it is the clear-sky index (the share of a clear sky's light)
    that runs in straight lines, never the light itself: the sun's rise and fall stay where
    they belong. Then each hour is scaled to its energy. The diffuse share is the hour's.
    """
    path = sun_path(site, days)
    rows = hours.rows(days)
    ghi = hours.ghi_w_per_m2[rows]
    clear = _spread(path, len(days)).reshape(-1, HOURS_PER_DAY, 2)
    mean_clear = clear.mean(axis=2)
    if hours.minute == MIDDLE_MIN:
        index = _index(ghi, mean_clear, 0.0)
    else:
        index = _from_beside(_index(ghi, _clear_at(site, days, hours.minute), LOWEST_W_PER_M2))
        ghi = np.nan_to_num(index) * mean_clear
    halves = clear * _half_hourly(index)
    reached = halves.mean(axis=2)
    scale = np.divide(ghi, reached, out=np.zeros_like(ghi), where=reached > 0)
    half_ghi = (halves * scale[..., None]).ravel()[path.interval]
    return Sky(path, half_ghi, _diffuse(hours, rows, path, half_ghi), _air(site, days, hours, path))


def _index(
    ghi: NDArray[np.float64], clear: NDArray[np.float64], least: float
) -> NDArray[np.float64]:
    """The share of a clear sky's light; NaN where that is not above ``least`` [W/m2]."""
    index = np.divide(ghi, clear, out=np.full_like(ghi, np.nan), where=clear > least)
    return np.minimum(index, BRIGHTEST)


def _from_beside(index: NDArray[np.float64]) -> NDArray[np.float64]:
    """``index`` [days, 24]; the hours at the edges of night take their neighbour's.

    An instant says nothing of an hour that the sun rose or set in after or before it.
    """
    before, after = _beside(index)
    return np.where(np.isnan(index), np.where(np.isnan(after), before, after), index)


def _beside(index: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The index of the hour before and of the hour after; there is none beyond midnight."""
    night = np.full((len(index), 1), np.nan)
    return np.hstack([night, index[:, :-1]]), np.hstack([index[:, 1:], night])


def _half_hourly(index: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half hours [days, 24, 2] of an index [days, 24] whose nights are NaN, in straight lines."""
    beside = np.stack(_beside(index), axis=2)
    own = index[..., None]
    return np.nan_to_num(own + NEIGHBOUR_SHARE * np.nan_to_num(beside - own))


def _spread(path: SunPath, days: int) -> NDArray[np.float64]:
    """Clear-sky irradiance of every interval [days * 48], 0 by night."""
    clear = np.zeros(days * INTERVALS_PER_DAY)
    clear[path.interval] = path.clear_ghi_w_per_m2
    return clear


def _clear_at(site: Site, days: Sequence[date], minute: float) -> NDArray[np.float64]:
    """Clear-sky irradiance ``minute`` minutes into every hour [days, 24]."""
    path = sun_at(site, hour_times(days[0], len(days), minute))
    clear = np.zeros(len(days) * HOURS_PER_DAY)
    clear[path.interval] = path.clear_ghi_w_per_m2
    return clear.reshape(-1, HOURS_PER_DAY)


def hour_times(first: date, days: int, minute: float) -> pd.DatetimeIndex:
    """The instants ``minute`` minutes into every hour of local days from ``first`` on."""
    start = day_start(first) + timedelta(minutes=minute)
    return pd.date_range(start, periods=days * HOURS_PER_DAY, freq="h")


def _diffuse(
    hours: Hours, rows: NDArray[np.int64], path: SunPath, half_ghi: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    if np.isnan(hours.dhi_w_per_m2).any():
        return None
    ghi, dhi = hours.ghi_w_per_m2[rows], hours.dhi_w_per_m2[rows]
    share = np.divide(dhi, ghi, out=np.ones_like(ghi), where=ghi > 0)
    return np.asarray(half_ghi * np.clip(np.repeat(share, 2), 0, 1)[path.interval])


def _air(site: Site, days: Sequence[date], hours: Hours, path: SunPath) -> NDArray[np.float64]:
    """The air's temperature in straight lines between the hours' middles, else the climate's."""
    if np.isnan(hours.temperature_c).any():
        return climate_temperature_c(site, days)[path.interval]
    hourly = hours.temperature_c[hours.rows(days)].ravel()
    middles = np.arange(len(hourly)) + 0.5
    return np.interp((path.interval + 0.5) / 2, middles, hourly)
