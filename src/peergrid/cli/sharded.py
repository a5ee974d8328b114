"""A run that is split over workers: simulate --shards."""

import json
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.options import FAILED, err
from peergrid.cli.words import progress
from peergrid.errors import PeerGridError
from peergrid.settings import read_cache_dir
from peergrid.simulation.parts_file import parts_in
from peergrid.simulation.results.workers import KINDS, workers_of
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.shards import shards_of, summary_in_shards
from peergrid.simulation.summary import Summary

Shards = Annotated[
    int | None,
    typer.Option(min=1, help="Split the run into so many parts, for workers; it stays the same."),
]
ShardWorkers = Annotated[str, typer.Option("--executor", help=f"Who does the parts: {KINDS}.")]


def in_shards(scenario: Scenario, shards: int, executor: str, out_dir: Path | None) -> Summary:
    """Run ``scenario`` in ``shards``, with a bar.

    With an ``out_dir`` each part that is done is kept there, and the same command goes on after
    any interruption; the summary lies beside them in the end. Homes stay where they were lived.
    """
    if out_dir is None:
        return _run(scenario, shards, executor, {})
    with parts_in(out_dir, scenario, shards) as parts:
        try:
            summary = _run(scenario, shards, executor, parts)
        except (typer.Exit, PeerGridError):
            err.print(
                f"{len(parts)} of {len(shards_of(scenario, shards))} parts are kept in {out_dir};"
                " the same command goes on",
                markup=False,
            )
            raise
        begun = out_dir / "summary.json.begun"
        begun.write_text(f"{json.dumps(summary.as_json(), indent=2)}\n", encoding="utf-8")
        begun.rename(out_dir / "summary.json")
    return summary


def _run(
    scenario: Scenario, shards: int, executor: str, kept: MutableMapping[int, Summary]
) -> Summary:
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
                kept=kept,
            )
    except KeyboardInterrupt as error:
        err.print("stopped: of a run in shards only whole parts are kept, and only with --out")
        raise typer.Exit(FAILED) from error
