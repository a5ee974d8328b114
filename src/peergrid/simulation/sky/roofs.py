"""The output of a site's roofs, a day at a time."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.solar import BLOCK_DAYS, sun_wh_per_kwp


class Roofs:
    """The output of a site's orientations day by day, computed a block of days at a time."""

    def __init__(self, site: Site, seed: int, orientations: Sequence[Orientation]) -> None:
        self._site = site
        self._seed = seed
        self._orientations = tuple(orientations)
        self._first = 0
        self._block_wh = np.empty((len(self._orientations), 0), np.float32)

    def day_wh_per_kwp(self, day: date) -> NDArray[np.float32]:
        """What 1 kWp of each orientation makes in a local day [orientations, 48], Wh."""
        offset = day.toordinal() % BLOCK_DAYS
        first = day.toordinal() - offset
        if first != self._first:
            self._block_wh = sun_wh_per_kwp(
                self._site,
                self._orientations,
                date.fromordinal(first),
                BLOCK_DAYS,
                seed=self._seed,
            )
            self._first = first
        start = offset * INTERVALS_PER_DAY
        return self._block_wh[:, start : start + INTERVALS_PER_DAY]
