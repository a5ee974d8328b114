"""The towns a scenario can lie in: where they are, their sun and their air, month by month."""

import tomllib
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from peergrid.errors import Invalid

type Months = tuple[float, ...]  # January to December

TABLE = Path(__file__).with_name("sites.toml")  # the figures and their sources
EARTH_RADIUS_KM = 6_371.0


@dataclass(frozen=True)
class Site:
    """A town's climate; monthly values are means over the days of the month.

    ``ghi``: global horizontal irradiation [kWh/m2/day]; ``clear_ghi``: the same under a clear
    sky; ``extraterrestrial``: above the air. ``clearness_sd``: deviation of a day's clearness
    index (``ghi / extraterrestrial``) from its month's mean. ``linke_turbidity``: haze, at
    mid-month. Temperatures [degrees C] of the air: mean, mean daily minimum and maximum.
    """

    name: str
    title: str
    latitude: float
    longitude: float
    altitude_m: float
    ghi_kwh_per_m2: Months
    clear_ghi_kwh_per_m2: Months
    extraterrestrial_kwh_per_m2: Months
    clearness_sd: Months
    linke_turbidity: Months
    temperature_mean_c: Months
    temperature_min_c: Months
    temperature_max_c: Months

    def distance_km(self, latitude: float, longitude: float) -> float:
        """How far a place [degrees] lies from the town, along the ground (haversine)."""
        here, there = radians(self.latitude), radians(latitude)
        north, east = there - here, radians(longitude - self.longitude)
        chord = sin(north / 2) ** 2 + cos(here) * cos(there) * sin(east / 2) ** 2
        return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))


def _site(name: str, row: dict[str, Any]) -> Site:
    months = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Site(name, **{**row, **months})


SITES = {name: _site(name, row) for name, row in tomllib.loads(TABLE.read_text("utf-8")).items()}


def site_named(name: str) -> Site:
    """The site of that name. Raises Invalid that lists the names there are."""
    if name not in SITES:
        raise Invalid(f"no site is called {name!r}: choose one of {', '.join(SITES)}")
    return SITES[name]
