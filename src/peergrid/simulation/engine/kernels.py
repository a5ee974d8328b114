"""The compiled days, loaded when the first is lived: Numba takes seconds to load."""

from importlib import import_module
from typing import Any

BLOCK = "peergrid.simulation.engine.block"


def run_day(*of: Any) -> None:
    """Live a day: see ``block.run_day``."""
    import_module(BLOCK).run_day(*of)


def run_interval(*of: Any) -> None:
    """Live one interval of a day: see ``block.run_interval``."""
    import_module(BLOCK).run_interval(*of)
