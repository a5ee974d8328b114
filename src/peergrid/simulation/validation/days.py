"""How our days differ from one another, in one town and between towns."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.sky.clearness import (
    clear_per_extraterrestrial,
    daily_clearness,
    months_of,
)
from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.sun_path import days_from
from peergrid.simulation.validation.points import Figure

SEED = 7
CENTURY = days_from(date(1990, 1, 1), 36_525)
MONTHS = months_of(CENTURY)  # 0 to 11
WET, DRY = np.isin(MONTHS, (10, 11, 0, 1, 2)), np.isin(MONTHS, (4, 5, 6, 7, 8))
ALL = np.ones(len(CENTURY), np.bool_)
QUANTILES = (5, 25, 50, 75, 95)
NEAREST_KM, FARTHEST_KM = 60, 550  # between which the fall of the correlation was published

type Floats = NDArray[np.float64]


def figures() -> dict[str, Figure]:
    """The figures of a century's days by key; the clearness index is of extraterrestrial light."""
    index = {name: _index(site) for name, site in SITES.items()}
    odd = {name: _oddness(each) for name, each in index.items()}
    harare = index["harare"]
    deviations = np.array([harare[m == MONTHS].std() for m in range(12)])
    apart = np.abs(deviations - SITES["harare"].clearness_sd)
    return {
        "lag_1": _alike(odd["harare"], 1, ALL),
        "lag_1_wet": _alike(odd["harare"], 1, WET),
        "lag_1_dry": _alike(odd["harare"], 1, DRY),
        "lag_2": _alike(odd["harare"], 2, ALL),
        "lag_3": _alike(odd["harare"], 3, ALL),
        "deviation_mean": float(deviations.mean()),
        "deviation_apart": float(apart.max()),
        **{f"wet_{q}": float(np.percentile(harare[WET], q)) for q in QUANTILES},
        **{f"dry_{q}": float(np.percentile(harare[DRY], q)) for q in QUANTILES},
        "towns_fall": _fall(odd),
        "towns_of_one_cell": float(np.corrcoef(odd["harare"], odd["kariba"])[0, 1]),
    }


def _index(site: Site) -> Floats:
    """The clearness index of each day of the century [days]."""
    clearness = daily_clearness(site, SEED, CENTURY)
    return np.asarray(clearness * clear_per_extraterrestrial(site)[MONTHS], np.float64)


def _oddness(index: Floats) -> Floats:
    """How each day differs from its month's mean [days]."""
    means = np.array([index[m == MONTHS].mean() for m in range(12)])
    return np.asarray(index - means[MONTHS], np.float64)


def _alike(odd: Floats, lag: int, among: NDArray[np.bool_]) -> float:
    """The correlation of days with those ``lag`` before, both of them ``among`` [days]."""
    both = among[:-lag] & among[lag:]
    return float(np.corrcoef(odd[:-lag][both], odd[lag:][both])[0, 1])


def _fall(odd: dict[str, Floats]) -> float:
    """What the correlation loses every 100 km between 60 and 550 km, over all pairs of towns."""
    kilometres, correlations = [], []
    names = list(SITES)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            apart = SITES[name].distance_km(SITES[other].latitude, SITES[other].longitude)
            if NEAREST_KM <= apart <= FARTHEST_KM:
                kilometres.append(apart)
                correlations.append(np.corrcoef(odd[name], odd[other])[0, 1])
    return float(-100 * np.polyfit(kilometres, correlations, 1)[0])
