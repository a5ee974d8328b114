"""Two scenarios under the same skies and homes: by how much they differ, and how surely."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from peergrid.simulation.results.difference import CONFIDENCE, Difference
from peergrid.simulation.results.figures import FIGURES
from peergrid.simulation.results.grid import Figures

FEWEST_PAIRS = 2


def differences(of_a: Sequence[Figures], of_b: Sequence[Figures]) -> list[Difference]:
    """Every figure that both know for two seeds or more, in the order of FIGURES.

    ``of_a`` and ``of_b`` are runs with the same seeds, in the same order. Pairing takes out of
    the interval what both owe to their sky and their homes (common random numbers).

    Source: Student 1908, Biometrika 6(1), 1-25, 10.1093/biomet/6.1.1; paired and for
    simulations: Law, Simulation Modeling and Analysis, 5th edition, 10.2.
    """
    found = []
    for name, figure in FIGURES.items():
        pairs = [
            (a[name], b[name]) for a, b in zip(of_a, of_b, strict=True) if name in a and name in b
        ]
        if len(pairs) >= FEWEST_PAIRS:
            found.append(_difference(name, figure.unit, np.array(pairs, np.float64)))
    return found


def _difference(name: str, unit: str, pairs: Any) -> Difference:
    """From ``pairs`` (n, 2), n >= 2."""
    by_seed = pairs[:, 1] - pairs[:, 0]
    mean, count = float(by_seed.mean()), len(by_seed)
    error = float(by_seed.std(ddof=1)) / np.sqrt(count)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1)) * float(error)
    mean_a, mean_b = (float(one) for one in pairs.mean(axis=0))
    return Difference(name, unit, count, mean_a, mean_b, mean, mean - half, mean + half)
