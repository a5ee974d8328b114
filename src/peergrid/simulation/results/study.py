"""One run of a study: a scenario in, its figures out."""

from dataclasses import replace
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.engine.of_model import simulate_run
from peergrid.simulation.results.figures import figures_of, intervals_asked
from peergrid.simulation.results.grid import Figures, Value
from peergrid.simulation.scenario import Scenario


def figures_of_run(scenario: Scenario) -> Figures:
    """Run ``scenario`` to its end and say its figures. Every study's task, wherever it runs.

    Raises KeyboardInterrupt if the run was stopped: a part of a run must not pass for a whole.
    """
    run = simulate_run(scenario)
    if run.intervals < intervals_asked(scenario):
        raise KeyboardInterrupt
    return figures_of(run)


def varied(scenario: Scenario, path: str, value: Value) -> Scenario:
    """``scenario`` with ``value`` at ``path``. Raises Invalid if either makes no sense."""
    kinds = {"days": int, "households": int, "scheme": str}
    if path not in kinds:
        raise Invalid(f"nothing in a scenario is called {path!r}: use {', '.join(kinds)}")
    if type(value) is not kinds[path]:
        raise Invalid(f"{path} cannot be {value!r}")
    change: dict[str, Any] = {path: value}
    return replace(scenario, **change)
