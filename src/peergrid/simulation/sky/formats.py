"""The kinds of weather file, each read into one table of hours."""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
import pandas as pd
from pvlib import iotools

TYPICAL_YEAR = 2001  # any year without a 29 February
EPW_MISSING = {"ghi": 9_999.0, "dhi": 9_999.0, "temp_air": 99.9}
MISSING_BELOW = -99.0  # NASA POWER writes -999, TMY3 -9900
COLUMNS = ("ghi", "dhi", "temp_air")
POWER_NAMES = {
    "ALLSKY_SFC_SW_DWN": "ghi",
    "ALLSKY_SFC_SW_DIFF": "dhi",
    "T2M": "temp_air",
}
LONGITUDE_OF_AN_HOUR = 15


@dataclass(frozen=True)
class Found:
    """What a file holds: one row an hour, by the hour's start [UTC or a fixed offset].

    ``table`` has ``ghi`` [W/m2], perhaps ``dhi`` [W/m2] and ``temp_air`` [degrees C]; NaN is a
    value marked as missing. ``minute``: how far into the hour the light was seen, 30 for the
    hour's mean. ``dated``: the years are meant; else the year is a typical one.
    """

    latitude: float
    longitude: float
    dated: bool
    minute: float
    table: pd.DataFrame


def read_epw_file(path: Path) -> Found:
    """EnergyPlus weather, in the head's time zone; pvlib gives the start of each hour.

    An EPW that PVGIS made holds instants, not means: its CSV says which, and is the better.
    Raises ValueError and the like for a damaged file, as the other readers do.
    """
    data, meta = iotools.read_epw(path, coerce_year=TYPICAL_YEAR)
    table = _columns(data)
    table = table.where(table < pd.Series(EPW_MISSING))
    return Found(meta["latitude"], meta["longitude"], dated=False, minute=30.0, table=table)


def read_tmy3_file(path: Path) -> Found:
    """NREL TMY3, in local standard time, stamped with the end of each hour."""
    data, meta = iotools.read_tmy3(path, coerce_year=TYPICAL_YEAR)
    table = _columns(data)
    table.index = pd.DatetimeIndex(table.index) - pd.Timedelta(hours=1)
    return Found(meta["latitude"], meta["longitude"], dated=False, minute=30.0, table=table)


def read_pvgis_typical(path: Path) -> Found:
    """PVGIS typical year (CSV), in UTC; the file says how far into the hour the light was seen."""
    data, meta = iotools.read_pvgis_tmy(path)
    inputs = meta["inputs"]
    table = _columns(data)
    table.index = pd.DatetimeIndex(
        [at.replace(year=TYPICAL_YEAR, minute=0) for at in pd.DatetimeIndex(table.index)]
    )
    minute = round(60 * inputs.get("irradiance time offset", 0.0), 1) % 60
    return Found(inputs["latitude"], inputs["longitude"], dated=False, minute=minute, table=table)


def read_pvgis_hours(path: Path) -> Found:
    """PVGIS hourly radiation (CSV), in UTC, of a level plane, stamped with when it was seen."""
    data, meta = iotools.read_pvgis_hourly(path, pvgis_format="csv")
    inputs = meta["inputs"]
    slope = next((str(value) for key, value in inputs.items() if "Slope" in key), "0")
    tilted = re.search(r"\d+\.?\d*", slope)
    if tilted and float(tilted[0]):
        raise ValueError(f"it is of panels tilted by {slope}; ask PVGIS for slope 0")
    if "poa_direct" in data:
        data["dhi"] = data["poa_sky_diffuse"]
        data["ghi"] = data["poa_direct"] + data["dhi"] + data["poa_ground_diffuse"]
    else:
        data["ghi"] = data["poa_global"]
    table = _columns(data)
    at = pd.DatetimeIndex(table.index)
    table.index = at.floor("h")
    minute = float(at.minute[0])
    return Found(inputs["latitude"], inputs["longitude"], dated=True, minute=minute, table=table)


def read_power(path: Path) -> Found:
    """NASA POWER hourly (CSV), in UTC or local solar time as its head says, by the hour's start.

    Local solar time is UTC and a whole hour for each 15 degrees of longitude
    (power.larc.nasa.gov/docs/services/api/temporal/hourly). Assumption: the hour HR is the mean
    from HR:00 to HR:59; the page says "average values" and no more.
    """
    with path.open(encoding="utf-8") as lines:
        head = list(takewhile(lambda line: "-END HEADER-" not in line, lines))
        data = pd.read_csv(lines)
    place = re.search(r"[Ll]atitude\s+(-?[\d.]+)\s+[Ll]ongitude\s+(-?[\d.]+)", "".join(head))
    if not place:
        raise ValueError("its head names no latitude and longitude")
    latitude, longitude = float(place[1]), float(place[2])
    if any(re.search(r"Dates.* in UTC", line) for line in head):
        ahead = 0
    else:
        ahead = round(longitude / LONGITUDE_OF_AN_HOUR)
    parts = data.rename(columns={"YEAR": "year", "MO": "month", "DY": "day", "HR": "hour"})
    at = pd.DatetimeIndex(pd.to_datetime(parts[["year", "month", "day", "hour"]]))
    table = _columns(data.rename(columns=POWER_NAMES))
    table.index = (at - pd.Timedelta(hours=ahead)).tz_localize("UTC")
    return Found(latitude, longitude, dated=True, minute=30.0, table=table)


def _columns(data: pd.DataFrame) -> pd.DataFrame:
    """The columns of use, NaN where missing. Raises KeyError without global irradiance."""
    if "ghi" not in data:
        raise KeyError("global horizontal irradiance")
    table = data[[name for name in COLUMNS if name in data]].astype(np.float64)
    return table.where(table > MISSING_BELOW)
