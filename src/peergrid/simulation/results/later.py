"""Loads what is slow to load when it is asked for: Arrow, Matplotlib, statistics, Dask.

A plain run of a scenario needs none of them and does not wait for them.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.difference import Difference
from peergrid.simulation.results.grid import Figures, Point, Sweep
from peergrid.simulation.results.schemes import SchemeRow, UnderScheme
from peergrid.simulation.scenario import Scenario


def leave(directory: Path, scenario: Scenario, run: Callable[[Any], Run], *, readings: bool) -> Run:
    """Run, and write what the run leaves into ``directory``: see ``leaving.leave``."""
    leaving = import_module("peergrid.simulation.results.leaving")
    done: Run = leaving.leave(directory, scenario, run, readings=readings)
    return done


def differences(of_a: Sequence[Figures], of_b: Sequence[Figures]) -> list[Difference]:
    """By how much B differs from A: see ``compare.differences``."""
    compare = import_module("peergrid.simulation.results.compare")
    found: list[Difference] = compare.differences(of_a, of_b)
    return found


def write_sweep(directory: Path, sweep: Sweep, kept: Mapping[Point, Figures]) -> None:
    """Write what a sweep comes to into ``directory``: see ``sweep_report.write_sweep``."""
    import_module("peergrid.simulation.results.sweep_report").write_sweep(directory, sweep, kept)


def write_schemes(
    file: Path, scenario: Scenario, runs: Sequence[UnderScheme], rows: Sequence[SchemeRow]
) -> None:
    """Write the page of one seed under many schemes: see ``schemes_page.page_of``."""
    pages = import_module("peergrid.simulation.results.schemes_page")
    file.write_text(pages.page_of(scenario, runs, rows), encoding="utf-8")


def dask_executor(address: str) -> AbstractContextManager[tuple[Executor, int]]:
    """The workers behind a Dask scheduler: see ``dask_pool``. Raises Invalid without Dask."""
    try:
        dask_pool = import_module("peergrid.simulation.results.dask_pool")
    except ModuleNotFoundError as error:
        raise Invalid("Dask is not installed: install peergrid[dask]") from error
    pool: AbstractContextManager[tuple[Executor, int]] = dask_pool.executor_at(address)
    return pool
