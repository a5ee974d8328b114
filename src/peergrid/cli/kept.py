"""What a run leaves in a folder, if it was asked to."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from peergrid.errors import Invalid
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results import later
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import run_of

OutDir = Annotated[Path | None, typer.Option("--out", help="A new folder for tables and a report.")]
Readings = Annotated[
    bool, typer.Option("--readings", help="Keep every reading too, in the folder of --out.")
]


def check_asked(out_dir: Path | None, *, readings: bool) -> None:
    """Raises Invalid for readings that have nowhere to go."""
    if readings and out_dir is None:
        raise Invalid("readings need a folder: give one with --out")


def run_and_keep(
    scenario: Scenario,
    out_dir: Path | None,
    on_day: Callable[[int], None],
    *,
    readings: bool,
    cache: Path,
) -> Run:
    """Run ``scenario`` and leave what comes of it in ``out_dir``, if there is one.

    KeyboardInterrupt from ``on_day`` ends the run; the days done are kept.
    """
    if out_dir is None:
        return run_of(scenario, on_day, cache=cache)
    return later.leave(
        out_dir,
        scenario,
        lambda on_readings: run_of(scenario, on_day, on_readings=on_readings, cache=cache),
        readings=readings,
    )
