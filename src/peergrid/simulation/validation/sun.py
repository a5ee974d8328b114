"""What our panels make in a year, and what light our skies let through."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.money import WH_PER_KWH
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.solar import output_wh_per_kwp
from peergrid.simulation.sky.sun_path import days_from
from peergrid.simulation.sky.variability import Variability
from peergrid.simulation.sky.weather import Sky, climate_sky
from peergrid.simulation.validation.points import Figure

HARARE = SITES["harare"]
YEAR = days_from(date(2026, 1, 1), 365)
MONTHS = np.array([day.month for day in YEAR])
SEEDS = range(1, 11)
NORTH = Orientation(20, 0)
ROOFS = {
    "flat": Orientation(0, 0),
    "tilt_15": Orientation(15, 0),
    "tilt_30": Orientation(30, 0),
    "east": Orientation(20, 90),
    "south": Orientation(20, 180),
    "west": Orientation(20, 270),
}
FIVE_KWP = 5.0  # assumption: the panels of a system sold as 5 kVA, whose source tells no size


def figures() -> dict[str, Figure]:
    """The sun's figures by key: yields [kWh/kWp a year], irradiation, shares."""
    average = _year(HARARE, 0, "mean")
    made = output_wh_per_kwp(average, [NORTH, *ROOFS.values()])
    by_month = np.array([made[0][_months(average) == m].sum() for m in range(1, 13)])
    year_kwh = by_month.sum() / WH_PER_KWH
    of_roofs = dict(zip(ROOFS, made[1:].sum(axis=1) / made[0].sum(), strict=True))
    worst = sorted(np.argsort(by_month)[:3] + 1)
    return {
        "harare_mean": year_kwh,
        "harare_roof": year_kwh,
        "harare_reference": year_kwh,
        "harare_rule_of_thumb": year_kwh,
        "harare_nyabira": year_kwh,
        "harare_five_kva": year_kwh * FIVE_KWP / len(YEAR),
        "harare_best_month": _name(int(by_month.argmax()) + 1),
        "harare_worst_months": ", ".join(_name(int(month)) for month in worst),
        "harare_month_ratio": by_month.max() / by_month.min(),
        **{f"harare_{name}": float(share) for name, share in of_roofs.items()},
        "harare_ghi": _ghi_kwh(average) / len(YEAR),
        "harare_minister": _ghi_kwh(average) / len(YEAR),
        "harare_between": _ghi_kwh(average),
        "harare_clear": _kwh(average.path.clear_ghi_w_per_m2),
        "masvingo_ghi": _ghi_kwh(_year(SITES["masvingo"], 0, "mean")),
        "own_light": len({site.ghi_kwh_per_m2 for site in SITES.values()}),
        **_of_random_years(year_kwh),
        **_of_towns(),
    }


def _of_random_years(mean_kwh: float) -> dict[str, Figure]:
    """Ten years of days that differ."""
    kwh = [_north_kwh(_year(HARARE, seed, "random")) for seed in SEEDS]
    return {
        "harare_random_least": min(kwh),
        "harare_random_most": max(kwh),
        "harare_random_shift": 100 * (float(np.mean(kwh)) / mean_kwh - 1),
    }


def _of_towns() -> dict[str, Figure]:
    """The other towns' yields, and the brightest half hour of any against its clear sky."""
    brightest = 0.0
    yields: dict[str, Figure] = {}
    for name, site in SITES.items():
        sky = _year(site, 1, "random")
        brightest = max(brightest, _brightest(sky))
        if site is not HARARE:
            yields[f"{name}_mean"] = _north_kwh(_year(site, 0, "mean"))
    return {**yields, "brightest": brightest}


def _brightest(sky: Sky) -> float:
    """The most that the sky lets through, as a share of a clear sky's light."""
    clear = sky.path.clear_ghi_w_per_m2
    return float((sky.ghi_w_per_m2[clear > 0] / clear[clear > 0]).max())


def _year(site: Site, seed: int, variability: Variability) -> Sky:
    return climate_sky(site, YEAR, seed, variability)


def _north_kwh(sky: Sky) -> float:
    return float(output_wh_per_kwp(sky, [NORTH]).sum()) / WH_PER_KWH


def _months(sky: Sky) -> NDArray[np.int64]:
    """The month of each instant of ``sky`` [n], 1 to 12."""
    return MONTHS[sky.path.interval // INTERVALS_PER_DAY]


def _ghi_kwh(sky: Sky) -> float:
    return _kwh(sky.ghi_w_per_m2)


def _kwh(w_per_m2: NDArray[np.float64]) -> float:
    """A year's irradiation [kWh/m2] of its half hours' irradiance [W/m2]."""
    return float(w_per_m2.sum()) / INTERVALS_PER_HOUR / WH_PER_KWH


def _name(month: int) -> str:
    return f"{date(2026, month, 1):%B}"
