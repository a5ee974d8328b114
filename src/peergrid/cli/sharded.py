"""A run that is split over workers: simulate --shards."""

import os
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.options import FAILED, err
from peergrid.cli.words import progress
from peergrid.errors import Invalid
from peergrid.settings import read_cache_dir
from peergrid.simulation.results.workers import KINDS, workers_of
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.shards import summary_in_shards
from peergrid.simulation.summary import Summary

Shards = Annotated[
    int | None,
    typer.Option(min=1, help="Split the run into so many parts, for workers; it stays the same."),
]
ShardWorkers = Annotated[str, typer.Option("--executor", help=f"Who does the parts: {KINDS}.")]


def in_shards(scenario: Scenario, shards: int, executor: str, out_dir: Path | None) -> Summary:
    """Run ``scenario`` in ``shards``, with a bar; nothing is left of what Ctrl-C stops.

    Raises Invalid if there is an ``out_dir``: homes stay where they were lived.
    """
    if out_dir:
        raise Invalid("a run in shards leaves no folder: leave out --shards or --out")
    try:
        with (
            progress(err) as bar,
            workers_of(executor, min(shards, os.cpu_count() or 1)) as workers,
        ):
            task = bar.add_task("days", total=scenario.days)
            return summary_in_shards(
                scenario,
                workers.executor,
                shards,
                lambda day: bar.update(task, completed=day),
                cache=read_cache_dir(os.environ),
            )
    except KeyboardInterrupt as error:
        err.print("stopped: nothing is kept of a run in shards that is not over")
        raise typer.Exit(FAILED) from error
