"""What a run leaves on disk: tables, a summary for programs and a report for people."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from peergrid.energy import INTERVALS_PER_DAY, day_start
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.figures import (
    FACTORS,
    FIGURES,
    figures_of,
    has_panels,
    intervals_asked,
    totals_of,
)
from peergrid.simulation.results.folder import unfinished
from peergrid.simulation.results.provenance import provenance_of
from peergrid.simulation.results.readings import ReadingsWriter
from peergrid.simulation.results.report import report_of
from peergrid.simulation.results.tables import communities_table, households_table, series_table
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import OnReadings
from peergrid.simulation.summary import summary_of as checked_summary

CHECKS = ("unaccounted_wh", "unbalanced_micros", "unbalanced_credit_wh")  # all 0, or it is wrong


def leave(
    directory: Path,
    scenario: Scenario,
    run: Callable[[OnReadings | None], Run],
    *,
    readings: bool,
) -> Run:
    """Call ``run`` and write what it gives into ``directory``; see ``write``.

    ``run`` is handed what takes a day's readings if ``readings``, else None. A run that was
    stopped early is written all the same. Raises Invalid if ``directory`` exists.
    """
    with unfinished(directory) as folder:
        if readings:
            writer = ReadingsWriter(folder / "readings", scenario)
            done = run(lambda day, recording: writer.write_day(day, *recording))
            writer.forget_from(scenario.start + timedelta(days=done.intervals // INTERVALS_PER_DAY))
        else:
            done = run(None)
        write(done, folder)
    return done


def write(run: Run, folder: Path) -> None:
    """Write summary.json, three tables and report.html into ``folder``.

    The same run gives the same bytes: nothing in them tells the time or the machine.
    """
    tables = {
        "series": series_table(run),
        "households": households_table(run),
        "communities": communities_table(run),
    }
    for name, table in tables.items():
        _write_parquet(table, folder / f"{name}.parquet")
    summary = json.dumps(summary_of(run), indent=2, ensure_ascii=False)
    (folder / "summary.json").write_text(f"{summary}\n", encoding="utf-8")
    (folder / "report.html").write_text(report_of(run), encoding="utf-8")


def summary_of(run: Run) -> dict[str, Any]:
    """A run's sums, indicators and prices as plain values; units are in the names."""
    figures = figures_of(run)
    asked = intervals_asked(run.scenario)
    prices = {name: value for name, value in figures.items() if name.endswith("_per_kwh")}
    sums = totals_of(run)
    checked = asdict(checked_summary(run))
    return {
        **provenance_of(run.scenario),
        "complete": run.intervals == asked,
        "first_interval_start": day_start(run.scenario.start).isoformat(),
        "intervals": run.intervals,
        "intervals_asked": asked,
        "sites": list(run.sites),
        "communities": len(run.communities["site"]),
        "households": len(run.homes["kwp"]),
        "producers": int(has_panels(run.homes).sum()),
        "totals": {name: sums[name] for name in (*SERIES, "self_consumed_wh")},
        "indicators": {
            name: figures.get(name) for name in FIGURES if name not in sums and name not in prices
        },
        "emission_factors": {name: asdict(factor) for name, factor in FACTORS.items()},
        "prices": prices,
        "checks": {name: checked[name] for name in CHECKS},
    }


def _write_parquet(table: pa.Table, path: Path) -> None:
    parquet.write_table(table, path, compression="zstd")
