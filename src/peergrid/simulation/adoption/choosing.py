"""Whether a home buys panels: whether it wants them, can pay, and has come round to it.

A home wants panels that pay back within its patience, which is its own for good; among those
who want and can pay for them, word spreads as in a Bass model whose market is the community.

Sources: hazard of innovation and imitation, Bass 1969, 10.1287/mnsc.15.5.215; neighbours'
panels raise it, Bollinger and Gillingham 2012, 10.1287/mksc.1120.0727; households as agents with
economics, means and neighbours of their own, Rai and Robinson 2015,
10.1016/j.envsoft.2015.04.014; the share that accepts a payback falls exponentially with it,
EPE's 4MD model (R package epe4md 0.1.4).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

MONTHS_PER_YEAR = 12

type Reals = NDArray[np.float64]


def payback_years(price_usd: ArrayLike, saving_usd_per_year: ArrayLike) -> Reals:
    """Years until savings have repaid the price, without interest; infinite if nothing is saved.

    >>> payback_years([1200, 1200], [400, 0]).tolist()
    [3.0, inf]
    """
    price, saving = np.asarray(price_usd, float), np.asarray(saving_usd_per_year, float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(saving > 0, price / saving, np.inf)


def patience_years(drawn: ArrayLike, half_years: float) -> Reals:
    """The longest payback that homes accept; ``drawn`` is evenly spread between 0 and 1.

    Half accept ``half_years``, a quarter twice as many.

    >>> patience_years([0.5, 0.25], 2.3).tolist()
    [2.3, 4.6]
    """
    return np.asarray(-half_years * np.log2(np.asarray(drawn, float)), np.float64)


def takes_exports(
    extra_usd: ArrayLike, worth_usd_per_year: ArrayLike, patience: Reals
) -> NDArray[np.bool_]:
    """Whether what an inverter that exports costs more comes back within a home's patience."""
    return np.asarray(payback_years(extra_usd, worth_usd_per_year) <= patience, np.bool_)


def chance_of(
    payback: ArrayLike,
    patience: ArrayLike,
    neighbours: ArrayLike,
    *,
    innovation: float,
    imitation: float,
) -> Reals:
    """The chance, 0 to 1, that homes able to pay buy panels in a month.

    ``neighbours`` is the share of a home's community that has panels; ``innovation`` and
    ``imitation`` are hazards a year.
    """
    hazard = innovation + imitation * np.asarray(neighbours, float)
    wants = np.asarray(payback, float) <= np.asarray(patience, float)
    return np.where(wants, -np.expm1(-hazard / MONTHS_PER_YEAR), 0.0)
