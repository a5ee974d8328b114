"""A run that leaves its tables and its report in a folder."""

from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.options import FAILED, err, out
from peergrid.cli.words import energy_and_money, progress
from peergrid.errors import Invalid
from peergrid.simulation.engine.of_model import simulate_run
from peergrid.simulation.results import later
from peergrid.simulation.results.figures import figures_of, intervals_asked, totals_of
from peergrid.simulation.scenario import Scenario

OutDir = Annotated[Path | None, typer.Option("--out", help="A new folder for tables and a report.")]
Readings = Annotated[
    bool, typer.Option("--readings", help="Keep every reading too, in the folder of --out.")
]


def check_asked(out_dir: Path | None, *, readings: bool) -> None:
    """Raises Invalid for readings that have nowhere to go."""
    if readings and out_dir is None:
        raise Invalid("readings need a folder: give one with --out")


def keep(scenario: Scenario, out_dir: Path, *, readings: bool, as_json: bool) -> None:
    """Run ``scenario`` and leave what came of it in ``out_dir``; Ctrl-C keeps the days done."""
    with progress(err) as bar:
        task = bar.add_task("days", total=scenario.days)
        run = later.leave(
            out_dir,
            scenario,
            lambda writer: simulate_run(
                scenario, lambda day: bar.update(task, completed=day), writer
            ),
            readings=readings,
        )
    if as_json:
        typer.echo((out_dir / "summary.json").read_text(encoding="utf-8"), nl=False)
    else:
        total = totals_of(run) | figures_of(run)
        lines = energy_and_money(lambda name: int(total[name]))
        out.print("\n".join((scenario.title, *lines)), markup=False)
        out.print(f"  {out_dir / 'report.html'} shows it", markup=False)
    asked = intervals_asked(scenario)
    if run.intervals < asked:
        err.print(f"stopped: {run.intervals} of {asked} half hours are kept in {out_dir}")
        raise typer.Exit(FAILED)
