"""One run of a study: a scenario in, its figures out."""

from pathlib import Path

from peergrid.simulation.results.figures import figures_of, intervals_asked
from peergrid.simulation.results.grid import Figures
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import run_of


def figures_of_run(
    scenario: Scenario, *, cache: Path | None = None, threads: int | None = None
) -> Figures:
    """Run ``scenario`` to its end and say its figures. Every study's task, wherever it runs.

    ``cache`` and ``threads`` are as for ``run_of``. Raises KeyboardInterrupt if the run was
    stopped: a part of a run must not pass for a whole.
    """
    run = run_of(scenario, cache=cache, threads=threads)
    if run.intervals < intervals_asked(scenario):
        raise KeyboardInterrupt
    return figures_of(run)
