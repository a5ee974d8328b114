"""Dice of the normal distribution: apart from the others, because SciPy takes long to load."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from peergrid.simulation.dice import Counts, Purpose, uniform


def normal(seed: int, purpose: Purpose, *counts: Counts) -> NDArray[np.float64]:
    """As ``dice.uniform``, but of the normal distribution with mean 0 and deviation 1."""
    return np.asarray(ndtri(uniform(seed, purpose, *counts)), np.float64)
