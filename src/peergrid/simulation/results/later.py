"""Loads what is slow to load when it is asked for: Arrow, Matplotlib, Dask.

A plain run of a scenario needs none of them and does not wait for them.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Scenario


def leave(directory: Path, scenario: Scenario, run: Callable[[Any], Run], *, readings: bool) -> Run:
    """Run, and write what the run leaves into ``directory``: see ``leaving.leave``."""
    leaving = import_module("peergrid.simulation.results.leaving")
    done: Run = leaving.leave(directory, scenario, run, readings=readings)
    return done
