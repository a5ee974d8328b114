"""Totals that run on from interval to interval."""

import numpy as np

from peergrid.money import Whole

FEW = 256  # meters: below it NumPy's own way is the faster


def running(first: Whole, changes: Whole, rule: np.ufunc = np.add) -> Whole:
    """``first`` (n_meters,), and what it has come to after each row of ``changes`` (n, n_meters).

    (n + 1, n_meters), by ``rule`` a sum or the highest so far. A row after the other: NumPy
    accumulates meter by meter, and striding through memory takes it up to some 3 times as long
    (1.2 times for the some hundred rows of a thousand meters that are cleared at once).
    """
    reached = np.empty((len(changes) + 1, changes.shape[1]), np.int64)
    reached[0] = first
    if changes.shape[1] < FEW:
        reached[1:] = changes
        return np.asarray(rule.accumulate(reached, axis=0, out=reached))
    for row, change in enumerate(changes):
        rule(reached[row], change, out=reached[row + 1])
    return reached
