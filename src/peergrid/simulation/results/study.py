"""One run of a study: a scenario in, its figures out; light to load, so that workers start fast."""

from dataclasses import replace
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import Summary, simulate

type Value = bool | int | float | str
type Figures = dict[str, float]


def figures_of_run(scenario: Scenario) -> Figures:
    """Run ``scenario`` to its end and say its figures. Every study's task, wherever it runs."""
    return figures_of_summary(simulate(scenario))


def figures_of_summary(summary: Summary) -> Figures:
    """The figures that a summary knows, by the names of FIGURES; unknown ones are left out."""
    told = summary.as_json()
    names = (
        *("demand_wh", "generation_wh", "self_consumed_wh", "curtailed_wh", "import_wh"),
        *("export_wh", "shared_wh", "grid_import_wh", "grid_export_wh", "self_consumption"),
        *("self_sufficiency", "mean_price_micros_per_kwh", "mean_payout_micros_per_kwh"),
    )
    return {name: told[name] for name in names if told[name] is not None}


def varied(scenario: Scenario, path: str, value: Value) -> Scenario:
    """``scenario`` with ``value`` at ``path``. Raises Invalid if either makes no sense."""
    kinds = {"days": int, "households": int, "scheme": str}
    if path not in kinds:
        raise Invalid(f"nothing in a scenario is called {path!r}: use {', '.join(kinds)}")
    if type(value) is not kinds[path]:
        raise Invalid(f"{path} cannot be {value!r}")
    change: dict[str, Any] = {path: value}
    return replace(scenario, **change)
