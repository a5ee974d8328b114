"""Round a day's energies to whole Wh without drift."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def whole_wh(energy_wh: ArrayLike) -> NDArray[np.int64]:
    """Whole Wh of ``energy_wh`` [Wh], each 0 or more, along the last axis.

    The running total is rounded, not each part: every sum from the start of the axis is within
    half a Wh of the exact one, however long the axis, and 0 stays 0.

    >>> whole_wh([0.4, 0.4, 0.4, 0.4, 0.4]).tolist()
    [0, 1, 0, 1, 0]
    """
    reached = np.floor(np.cumsum(np.asarray(energy_wh, np.float64), axis=-1) + 0.5)
    return np.asarray(np.diff(reached, axis=-1, prepend=0), np.int64)
