"""What a run leaves in a folder, if it was asked to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.errors import Invalid
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results import later
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import run_of

FEW_STEPS = 5_000_000  # of homes by half hours: as many live before a compiler would be loaded

OutDir = Annotated[Path | None, typer.Option("--out", help="A new folder for tables and a report.")]
Readings = Annotated[
    bool, typer.Option("--readings", help="Keep every reading too, in the folder of --out.")
]


def check_asked(out_dir: Path | None, *, readings: bool, shards: int | None) -> None:
    """Raises Invalid for readings that have nowhere to go."""
    if readings and shards:
        raise Invalid("a run in shards keeps no readings: leave out --shards or --readings")
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
    steps = scenario.households * scenario.days * INTERVALS_PER_DAY
    run = partial(run_of, scenario, on_day, cache=cache, compiled=steps > FEW_STEPS)
    if out_dir is None:
        return run()
    return later.leave(
        out_dir,
        scenario,
        lambda on_readings: run(on_readings=on_readings),
        readings=readings,
    )
