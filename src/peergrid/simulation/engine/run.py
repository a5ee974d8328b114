"""What a run leaves: sums by town and interval, and one row a household and a community."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.engine.columns import Series
from peergrid.simulation.scenario import Scenario

SERIES = tuple(field.name.lower() for field in Series)


@dataclass(frozen=True)
class Run:
    """A run of ``scenario``: ``intervals`` are those done, fewer than asked if it was stopped.

    ``series`` (sites, len(SERIES), intervals) sums the homes of a site; ``homes`` holds the
    columns of the households and their sums over the run, each (n,); ``communities`` those of
    the communities, each (C,). Energies [Wh], money [micros].
    """

    scenario: Scenario
    intervals: int
    sites: tuple[str, ...]
    series: NDArray[np.int64]
    homes: Mapping[str, NDArray[Any]]
    communities: Mapping[str, NDArray[Any]]

    @property
    def bills_micros(self) -> NDArray[np.int64]:
        """What each home owes for the run (n,) [micros]; negative if it earns."""
        homes = self.homes
        owed = homes["paid_micros"] + homes["retail_micros"] + homes["levy_micros"]
        return np.asarray(owed - homes["earned_micros"] - homes["feed_in_micros"], np.int64)
