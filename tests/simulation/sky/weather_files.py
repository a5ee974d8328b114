"""Small weather files of every kind, of a sky that lets 70 % of the light through."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from peergrid.simulation.sky.hours import MIDDLE_MIN, hour_times
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.sun_path import sun_at

HARARE = SITES["harare"]
SHARE = 0.7
AIR_C = 21.0
DIFFUSE = 0.4


def clear(times: pd.DatetimeIndex) -> NDArray[np.float64]:
    """A clear sky's light at ``times`` [W/m2]."""
    path = sun_at(HARARE, times)
    light = np.zeros(len(times))
    light[path.interval] = path.clear_ghi_w_per_m2
    return light


def hourly(first: date, days: int, zone: str, minute: float = MIDDLE_MIN) -> pd.DataFrame:
    """Hours of days in a row, by their start in ``zone``; the light as seen ``minute`` in."""
    start = hour_times(first, days, 0)[0].tz_convert("Africa/Harare").tz_localize(None)
    at = pd.date_range(start, periods=days * 24, freq="h", tz=zone)
    minutes = (15, 45) if minute == MIDDLE_MIN else (minute,)  # an hour's mean, or an instant
    seen = [clear((at + pd.Timedelta(minutes=each)).tz_convert("UTC")) for each in minutes]
    ghi = SHARE * np.mean(seen, axis=0)
    return pd.DataFrame({"ghi": ghi, "dhi": DIFFUSE * ghi}, index=at)


def write_epw(path: Path, year: int = 1990, zone: int = 2, latitude: float = -17.9) -> Path:
    table = hourly(date(year, 1, 1), 365, f"Etc/GMT-{zone}" if zone else "UTC")
    lines = [f"LOCATION,Harare,-,ZWE,Test,677750,{latitude},31.1,{zone}.0,1500.0"]
    lines += ["DESIGN CONDITIONS,0"] + ["COMMENTS"] * 6
    for at, ghi, dhi in zip(table.index, table["ghi"], table["dhi"], strict=True):
        cells = [at.year, at.month, at.day, at.hour + 1, 0, "x", AIR_C] + ["0"] * 6
        lines.append(",".join(str(each) for each in [*cells, ghi, 0, dhi, *["0"] * 19]))
    path.write_text("\n".join(lines) + "\n")
    return path


def write_tmy3(path: Path) -> Path:
    table = hourly(date(1990, 1, 1), 365, "Etc/GMT-2")
    lines = ["677750,HARARE,ZW,2.0,-17.9,31.1,1500"]
    lines.append("Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DHI (W/m^2),Dry-bulb (C)")
    for at, ghi, dhi in zip(table.index, table["ghi"], table["dhi"], strict=True):
        lines.append(f"{at:%m/%d/}{1996 if at.month == 2 else 1990},"
                     f"{at.hour + 1:02d}:00,{ghi},{dhi},{AIR_C}")  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    return path


def write_pvgis_typical(path: Path, offset_hours: float = 0.1667) -> Path:
    table = hourly(date(1990, 1, 1), 365, "UTC", 60 * offset_hours)
    lines = ["Latitude (decimal degrees): -17.830", "Longitude (decimal degrees): 31.050"]
    lines += ["Elevation (m): 1490.0", f"Irradiance Time Offset (h): {offset_hours}", "month,year"]
    years = [2012 if month == 2 else 2010 for month in range(1, 13)]
    lines += [f"{month},{year}" for month, year in enumerate(years, start=1)]
    lines.append("time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP")
    for at, ghi, dhi in zip(table.index, table["ghi"], table["dhi"], strict=True):
        stamp = f"{years[at.month - 1]}{at:%m%d:%H}00"
        lines.append(f"{stamp},{AIR_C},50,{ghi},0,{dhi},300,1,0,85000")
    path.write_text("\n".join(lines) + "\n\nT2m: 2-m air temperature (degree Celsius)\n")
    return path


def write_pvgis_hours(path: Path, year: int = 2020, slope: int = 0) -> Path:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    table = hourly(date(year, 1, 1), days, "UTC", 10)
    lines = ["Latitude (decimal degrees):\t-17.830", "Longitude (decimal degrees):\t31.050"]
    lines += ["Elevation (m):\t1490", "Radiation database:\tPVGIS-SARAH2", "", ""]
    lines += [f"Slope: {slope} deg. ", "Azimuth: 0 deg. ", ""]
    lines.append("time,Gb(i),Gd(i),Gr(i),H_sun,T2m,WS10m,Int")
    for at, ghi, dhi in zip(table.index, table["ghi"], table["dhi"], strict=True):
        lines.append(f"{at:%Y%m%d:%H}10,{ghi - dhi},{dhi},0.0,0.0,{AIR_C},1.0,0")
    path.write_text("\n".join(lines) + "\n\nG(i): Global irradiance\n")
    return path


def write_power(path: Path, year: int = 2021, standard: str = "UTC") -> Path:
    zone = "UTC" if standard == "UTC" else "Etc/GMT-2"
    table = hourly(date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days, zone)
    lines = ["-BEGIN HEADER-", "NASA/POWER CERES/MERRA2 Native Resolution Hourly Data"]
    lines.append(f"Dates (month/day/year): 01/01/{year} through 12/31/{year} in {standard}")
    lines += ["Location: Latitude  -17.83   Longitude 31.05", "-END HEADER-"]
    lines.append("YEAR,MO,DY,HR,ALLSKY_SFC_SW_DWN,T2M")
    for at, ghi in zip(table.index, table["ghi"], strict=True):
        lines.append(f"{at.year},{at.month},{at.day},{at.hour},{ghi},{AIR_C}")
    path.write_text("\n".join(lines) + "\n")
    return path
