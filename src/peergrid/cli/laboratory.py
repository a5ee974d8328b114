"""The laboratory's worker: lives what operators asked for, one experiment at a time."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.options import DEFAULT_SCENARIO, DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Database
from peergrid.errors import Invalid, Unavailable
from peergrid.laboratory import work
from peergrid.laboratory.offers import put_up
from peergrid.laboratory.work import Task
from peergrid.money import PARTS
from peergrid.settings import read_cache_dir
from peergrid.simulation.results.experiment import offer_of, outcome_of, turned
from peergrid.simulation.scenario import Scenario, read_scenario
from peergrid.simulation.summary import run_of

REST_S = 2.0
REPORT_S = 1.0

Scenarios = Annotated[Path, typer.Option(help="The folder of scenarios that are offered.")]
Once = Annotated[bool, typer.Option("--once", help="End when nothing waits.")]


class Worker:
    """Takes experiments and lives them; ``scenarios`` by name."""

    def __init__(self, database: Database, scenarios: dict[str, Scenario], cache: Path) -> None:
        self._database = database
        self._scenarios = scenarios
        self._cache = cache

    def offer(self) -> None:
        with self._database.transaction() as connection:
            put_up(connection, map(offer_of, self._scenarios.values()))

    def work(self) -> bool:
        """Do what waits longest; False if nothing does. Raises Unavailable without a database."""
        with self._database.transaction() as connection:
            task = work.take(connection)
        if task is None:
            return False
        out.print(f"experiment {task.experiment_id} of {task.scenario}", markup=False)
        try:
            outcome = self._live(task)
        except Invalid as error:
            with self._database.transaction() as connection:
                work.fail(connection, task, str(error))
            return True
        with self._database.transaction() as connection:
            if outcome is None:
                work.cancel(connection, task)
            else:
                work.succeed(connection, task, outcome)
        return True

    def _live(self, task: Task) -> dict[str, object] | None:
        """What a task's run came to; None if it was stopped."""
        if task.scenario not in self._scenarios:
            raise Invalid(f"This worker knows no scenario {task.scenario}: ask for another.")
        scenario = turned(self._scenarios[task.scenario], task.settings)
        told_at, is_stopped = time.monotonic(), False

        def follow(day: int) -> None:
            nonlocal told_at, is_stopped
            if time.monotonic() - told_at < REPORT_S:
                return
            told_at = time.monotonic()
            with self._database.transaction() as connection:
                is_stopped = work.report(connection, task, day * PARTS // scenario.days)
            if is_stopped:
                raise KeyboardInterrupt  # the run ends between two days, whole

        run = run_of(scenario, follow, cache=self._cache)
        return None if is_stopped else outcome_of(run)


def scenarios_in(folder: Path) -> dict[str, Scenario]:
    """Those of a folder, by name. Raises Invalid if one makes no sense, or there is none."""
    found = [read_scenario(file) for file in sorted(folder.glob("*.toml"))]
    if not found:
        raise Invalid(f"{folder} holds no scenario (*.toml): name another folder")
    return {scenario.name: scenario for scenario in found if not scenario.adoption}


def laboratory(
    scenarios: Scenarios = DEFAULT_SCENARIO.parent, once: Once = False, data_dir: DataDir = None
) -> None:
    """Run the experiments that operators ask for."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        worker = Worker(database, scenarios_in(scenarios), read_cache_dir(os.environ))
        worker.offer()
        try:
            while True:
                if not _worked(worker):
                    if once:
                        break
                    time.sleep(REST_S)
        except KeyboardInterrupt:
            out.print("stopped; what was under way is taken up again by the next worker")


def _worked(worker: Worker) -> bool:
    """Whether there was something to do; a database that is away is asked again."""
    try:
        return worker.work()
    except Unavailable as error:
        out.print(str(error), markup=False, style="yellow")
        return False
