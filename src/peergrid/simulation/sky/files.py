"""Weather files: EPW, TMY3, PVGIS (typical year and hourly) and NASA POWER hourly."""

from calendar import month_name
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from peergrid.energy import LOCAL_ZONE
from peergrid.errors import Invalid
from peergrid.simulation.sky.formats import (
    Found,
    read_epw_file,
    read_power,
    read_pvgis_hours,
    read_pvgis_typical,
    read_tmy3_file,
)
from peergrid.simulation.sky.hours import HOURS_PER_DAY, LEAP_YEAR, Hours, hour_times
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.sun_path import sun_at

FARTHEST_KM = 50.0  # assumption: farther off lies another sky
HEAD_CHARACTERS = 4_000
LATEST_FIRST_HOUR = 3  # a file that counts by UTC begins and ends by local night

# Assumption: broken clouds lift an hour above the clear sky, and clear skies differ, but no more.
BRIGHTEST_SHARE = 1.2
BRIGHTEST_MORE_W_PER_M2 = 50.0
DARKEST_YEAR_KWH_PER_M2 = 2.0  # a day; assumption: less is another unit (Zimbabwe has 5 to 6)

MARKS: tuple[tuple[str, Callable[[Path], Found]], ...] = (
    ("-BEGIN HEADER-", read_power),
    ("month,year", read_pvgis_typical),
    ("Latitude (decimal degrees)", read_pvgis_hours),
    ("Date (MM/DD/YYYY)", read_tmy3_file),
)


def read_weather(path: Path, site: Site) -> Hours:
    """The weather in a file, checked, in local hours of whole days.

    A typical year (EPW, TMY3, PVGIS TMY) fits any year; its 29 February is its 28th. A dated
    one (PVGIS hourly, NASA POWER) holds whole calendar years. The first local hours of a file
    that counts by UTC are night: they get the first row's weather.

    Raises Invalid, in one sentence, for a file that is missing, of no known kind, damaged, of
    another place, not whole years or not possible: negative, far brighter than a clear sky, or
    far too dark.
    """
    found = _found(path)
    away_km = site.distance_km(found.latitude, found.longitude)
    if away_km > FARTHEST_KM:
        raise Invalid(
            f"{path.name} is of a place {away_km:.0f} km from {site.title}:"
            f" it must lie within {FARTHEST_KM:.0f} km"
        )
    table = found.table.tz_convert(LOCAL_ZONE)
    hours = _dated(path.name, found, table) if found.dated else _typical(path.name, found, table)
    _check_light(site, hours)
    return hours


def _found(path: Path) -> Found:
    """The file's rows, by what kind of file it is."""
    try:
        head = path.read_text("utf-8", errors="replace")[:HEAD_CHARACTERS]
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}") from error
    readers = [reader for mark, reader in MARKS if mark in head]
    if path.suffix.lower() == ".epw":
        readers = [read_epw_file]
    if not readers:
        raise Invalid(
            f"{path.name} is no weather file known here:"
            " EPW, TMY3, PVGIS (CSV) or NASA POWER hourly (CSV)"
        )
    try:
        return readers[0](path)
    # what pvlib and pandas raise for a file that is not what its head says
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Invalid(f"{path.name} is damaged or lacks a column: {error}") from error


def _typical(name: str, found: Found, table: pd.DataFrame) -> Hours:
    """A year made of months of several: each hour of 365 days once, whatever its year."""
    at = pd.DatetimeIndex(table.index)
    order = pd.MultiIndex.from_arrays([at.month, at.day, at.hour])
    table = table.set_axis(order)
    wanted = hour_times(date(LEAP_YEAR, 1, 1), 366, 0).tz_convert(LOCAL_ZONE)
    days = np.where((wanted.month == 2) & (wanted.day == 29), 28, wanted.day)  # noqa: PLR2004
    rows = pd.MultiIndex.from_arrays([wanted.month, days, wanted.hour])
    if table.index.has_duplicates:
        month, day, hour = table.index[table.index.duplicated()][0]
        raise Invalid(f"{name} has the hour {day:02d}-{month:02d} {hour:02d}:00 twice")
    year = table.reindex(rows)
    labels = [f"{month:02d}-{day:02d} {hour:02d}:00 local time" for month, day, hour in rows]
    return _hours(name, None, found, year, labels)


def _dated(name: str, found: Found, table: pd.DataFrame) -> Hours:
    """Whole calendar years, hour by hour."""
    at = pd.DatetimeIndex(table.index)
    if at.has_duplicates:
        raise Invalid(f"{name} has the hour {at[at.duplicated()][0]:%Y-%m-%d %H:%M} twice")
    start, end = at.min(), at.max()
    first = start.date()
    last = date((end - pd.Timedelta(hours=LATEST_FIRST_HOUR)).year, 12, 31)
    begins = first.month == first.day == 1 and start.hour <= LATEST_FIRST_HOUR
    if not begins or end < pd.Timestamp(last, tz=LOCAL_ZONE) + pd.Timedelta(hours=23):
        raise Invalid(
            f"{name} holds {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} local time:"
            " it must hold whole years, from January to December"
        )
    days = (last - first).days + 1
    wanted = hour_times(first, days, 0).tz_convert(LOCAL_ZONE)
    year = table.reindex(wanted)
    night = wanted < start
    year.loc[night] = table.iloc[0].to_numpy()
    labels = [f"{hour:%Y-%m-%d %H:%M} local time" for hour in wanted]
    return _hours(name, first, found, year, labels)


def _hours(
    name: str, first: date | None, found: Found, year: pd.DataFrame, labels: list[str]
) -> Hours:
    gaps = np.flatnonzero(year["ghi"].isna().to_numpy())
    if len(gaps):
        raise Invalid(f"{name} lacks the irradiance of {len(gaps)} hours, first {labels[gaps[0]]}")
    negative = np.flatnonzero((year["ghi"] < 0).to_numpy())
    if len(negative):
        raise Invalid(f"{name} has a negative irradiance at {labels[negative[0]]}")

    def column(key: str) -> NDArray[np.float64]:
        if key not in year:
            return np.full((len(year) // HOURS_PER_DAY, HOURS_PER_DAY), np.nan)
        return year[key].to_numpy(np.float64).reshape(-1, HOURS_PER_DAY)

    return Hours(name, first, found.minute, column("ghi"), column("dhi"), column("temp_air"))


def _check_light(site: Site, hours: Hours) -> None:
    """Raise Invalid for a year too dark, or at the first hour far brighter than a clear sky."""
    first = hours.first or date(LEAP_YEAR, 1, 1)
    ghi = hours.ghi_w_per_m2.ravel()
    times = hour_times(first, len(hours.ghi_w_per_m2), hours.minute)
    daily_kwh = ghi.mean() * HOURS_PER_DAY / 1000
    if daily_kwh < DARKEST_YEAR_KWH_PER_M2:
        raise Invalid(
            f"{hours.name} has {daily_kwh:.2f} kWh/m2 a day, too little for a year here:"
            " is its irradiance in W/m2? (NASA POWER: choose the community RE)"
        )
    _check_summer(site, hours.name, ghi, times)
    path = sun_at(site, times)
    most = np.full(len(ghi), BRIGHTEST_MORE_W_PER_M2)
    most[path.interval] += BRIGHTEST_SHARE * path.clear_ghi_w_per_m2
    bright = np.flatnonzero(ghi > most)
    if len(bright):
        at = times[bright[0]].tz_convert(LOCAL_ZONE)
        raise Invalid(
            f"{hours.name} has {ghi[bright[0]]:.0f} W/m2 at {at:%m-%d %H:%M} local time, where"
            f" {most[bright[0]]:.0f} is the most: are its times UTC where they should be local?"
        )


def _check_summer(site: Site, name: str, ghi: NDArray[np.float64], times: pd.DatetimeIndex) -> None:
    """Raise Invalid for a year that is brightest when the site has its winter."""
    by_month = pd.Series(ghi).groupby(times.tz_convert(LOCAL_ZONE).month).mean()
    winter, side = ((6, 7), "south") if site.latitude < 0 else ((12, 1), "north")
    brightest = int(by_month.index[int(by_month.argmax())])
    if brightest in winter:
        raise Invalid(
            f"{name} is brightest in {month_name[brightest]}, which is winter at a site {side} of"
            " the equator: give a file of that place"
        )
