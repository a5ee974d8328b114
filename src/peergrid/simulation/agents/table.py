"""A model's columns by name: the engine's arrays, and those that agents' classes declare."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.simulation.agents.column import Column
from peergrid.simulation.engine.columns import Fact, Total

STANDING = {Total.BILLED_WH, Total.SENT_WH, Total.CREDIT_WH}
FACT_NAMES = {fact.name.lower(): fact for fact in Fact}
REAL_NAMES = {"demand_factor": 0, "gain": 1}  # rows of Homes.reals
TOTAL_NAMES = {
    total.name.lower() if total in STANDING else f"total_{total.name.lower()}": total
    for total in Total
}

INSTEAD = {  # of what homes were drawn with, what they live by
    "kwp": "gain (kWp less dust) and inverter_wh",
    "monthly_kwh": "demand_factor",
    "household_class": "kind",
    "households": "kind and demand_factor",
    "tilt_deg": "orientation",
    "azimuth_deg": "orientation",
}


class Table:
    """The columns (n,) of an engine's homes, by name; ``declared`` are those of agents' classes.

    Views are made when asked for and never kept: a copy of the model copies the arrays once.
    """

    def __init__(self, engine: Any, classes: Iterable[type]) -> None:
        self._engine = engine
        self.declared: dict[str, NDArray[Any]] = {}
        count = len(engine.homes.key)
        for each in classes:
            for owner in reversed(each.__mro__):
                for name, column in vars(owner).items():
                    if isinstance(column, Column) and column.dtype is not None:
                        self.declared[name] = np.full(count, column.default, column.dtype)

    def __contains__(self, name: str) -> bool:
        return (
            name in self.declared
            or name in FACT_NAMES
            or name in REAL_NAMES
            or name in TOTAL_NAMES
            or name in self._engine.population.homes
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The column of that name. Raises KeyError if there is none."""
        column: NDArray[Any]
        if name in FACT_NAMES:
            column = self._engine.homes.facts[FACT_NAMES[name]]
        elif name in REAL_NAMES:
            column = self._engine.homes.reals[REAL_NAMES[name]]
        elif name in TOTAL_NAMES:
            column = self._engine.homes.totals[TOTAL_NAMES[name]]
        elif name in self.declared:
            column = self.declared[name]
        else:
            column = self._engine.population.homes[name]
        return column

    def put(self, name: str, rows: Any, value: Any) -> None:
        """Write ``value`` into ``rows`` of a column.

        Raises AttributeError for what homes were drawn with and no longer look at, which says what
        they look at instead.
        """
        is_read = name in FACT_NAMES or name in REAL_NAMES or name in TOTAL_NAMES
        if not is_read and name not in self.declared:
            instead = INSTEAD.get(name, "another scenario")
            raise AttributeError(
                f"{name} is what the scenario drew, and setting it would change nothing:"
                f" set {instead} instead"
            )
        self[name][rows] = value
