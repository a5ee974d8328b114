"""Run a sweep: every point once, whatever stops it on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from peergrid.simulation.results import later
from peergrid.simulation.results.grid import Figures, Point, Sweep
from peergrid.simulation.results.runs_file import runs_in
from peergrid.simulation.results.workers import Workers, completed
from peergrid.simulation.scenario import Scenario

type Task = Callable[[Scenario], Figures]


@dataclass(frozen=True)
class Done:
    """How far a sweep has come: runs there are in all, and those kept from before."""

    runs: int
    kept_before: int


def run_sweep(
    directory: Path,
    sweep: Sweep,
    task: Task,
    workers: Workers,
    on_run: Callable[[int], None] | None = None,
) -> Done:
    """Run what ``directory`` does not hold yet, then write its tables and its report.

    Each run is on the disk before ``on_run`` hears how many there are: what ends the process,
    even at once, costs the runs under way, and the same call goes on. ``task`` is a function
    that can be imported by name. Raises Invalid for a value that makes no sense, before any run.
    """
    scenarios = {point: sweep.scenario_at(point) for point in sweep.points()}
    with runs_in(directory, sweep) as runs:
        before = len(runs.kept)
        if on_run:
            on_run(before)
        for point, figures in completed(workers, task, _missing(scenarios, set(runs.kept))):
            runs.add(point, figures)
            if on_run:
                on_run(len(runs.kept))
        later.write_sweep(directory, sweep, runs.kept)
    return Done(sweep.runs, before)


def _missing(
    scenarios: dict[Point, Scenario], kept: set[Point]
) -> Iterator[tuple[Point, Scenario]]:
    return ((point, scenario) for point, scenario in scenarios.items() if point not in kept)
