"""The four classes of household, and how a home's monthly energy becomes its demand factor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peergrid.errors import Invalid
from peergrid.money import WH_PER_KWH

DAYS_PER_MONTH = 365 / 12
GEYSER_SHARE_OF_BILL = 0.4  # herald.co.zw, how to save electricity
LEAST_SHARE = 0.3  # assumption: what the rest of a home uses, however large its geyser and car


@dataclass(frozen=True)
class HouseholdClass:
    """Homes alike; ``monthly_kwh`` is the least and the most that one of them uses in all.

    ``geyser_share`` is how many of them heat their water with a geyser: its energy is part of
    ``monthly_kwh``, but not of the library, which holds only what cannot wait.
    """

    name: str
    title: str
    monthly_kwh: tuple[float, float]
    geyser_share: float

    @property
    def library_kwh(self) -> float:
        """What the class's library days come to in a mean month [kWh]: the middle less geysers."""
        least_kwh, most_kwh = self.monthly_kwh
        return (least_kwh + most_kwh) / 2 * (1 - GEYSER_SHARE_OF_BILL * self.geyser_share)


# Assumption: kWh by class of suburb were not found. Sourced are only ZESA's yardsticks of 50 kWh
# (lights and a two-plate cooker) and 200 kWh (a careful average family; Herald, 31 October 2019)
# and the limits of the tariff's blocks. A lodger's home is a share of a meter, not a meter.
CLASSES = {
    each.name: each
    for each in (
        HouseholdClass("lodger", "Lodger's share of a meter", (60, 120), 0.0),
        HouseholdClass("high_density", "High-density suburb", (100, 250), 0.0),
        HouseholdClass("medium_density", "Medium-density suburb", (250, 400), 0.5),
        HouseholdClass("low_density", "Low-density suburb, with a geyser", (400, 800), 1.0),
    )
}


def class_named(name: str) -> HouseholdClass:
    """The class of that name. Raises Invalid that lists the names there are."""
    if name not in CLASSES:
        raise Invalid(f"no class is called {name!r}: choose one of {', '.join(CLASSES)}")
    return CLASSES[name]


def factor_of(
    monthly_kwh: ArrayLike, shift_wh_per_day: ArrayLike, library_monthly_kwh: ArrayLike
) -> NDArray[np.float32]:
    """What a home's library days are multiplied with (n,); arguments broadcast as NumPy does.

    A home uses ``monthly_kwh`` [kWh] in a mean month, ``shift_wh_per_day`` [Wh] of it each day in
    a geyser and a car; the rest, at least ``LEAST_SHARE`` of the whole, is spread as the library
    says, whose class uses ``library_monthly_kwh`` [kWh]. A home so heavy on geyser and car that
    the least share holds uses more than its ``monthly_kwh``.

    >>> factor_of([300, 300, 300], [0, 4_000, 12_000], 260).round(3).tolist()
    [1.154, 0.686, 0.346]
    """
    monthly = np.asarray(monthly_kwh, np.float64)
    shift_kwh = np.asarray(shift_wh_per_day, np.float64) * DAYS_PER_MONTH / WH_PER_KWH
    rest_kwh = np.maximum(monthly - shift_kwh, LEAST_SHARE * monthly)
    return np.asarray(rest_kwh / np.asarray(library_monthly_kwh, np.float64), np.float32)
