"""What ``peergrid compare --schemes`` does: one seed under many schemes."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from peergrid.cli.bars import speed_bar
from peergrid.cli.kept import FEW_STEPS
from peergrid.cli.options import out
from peergrid.errors import Invalid
from peergrid.market.schemes import SCHEMES
from peergrid.settings import read_cache_dir
from peergrid.simulation.results import later
from peergrid.simulation.results.amounts import USD, Scale, dollars, scale_for
from peergrid.simulation.results.figures import intervals_asked
from peergrid.simulation.results.schemes import (
    REFERENCE,
    SchemeRow,
    UnderScheme,
    rows_of,
    same_energy,
    under_scheme,
)
from peergrid.simulation.results.workers import completed, workers_of
from peergrid.simulation.scenario import Scenario

ALL = "all"
PER_MINUTE = ("a minute", 60)
INDEX, PER_CENT = scale_for("index", 1), scale_for("share", 1)
NOBODY = "-"
CELLS = "{:26}{:>12}{:>12}{:>9}{:>9}{:>7}{:>7}{:>6}{:>6}{:>10}{:>8}{:>10}{:>8}"
LINE = "{:26}{:>12}{:>12}{:>18}{:>14}{:>12}{:>18}{:>18}"
HEADS = (
    *("", "", "", "panels", "without", "Gini", "Jain", "use", "sun"),
    *("win", "lose", "win", "lose"),
)


@dataclass(frozen=True)
class Outputs:
    """What was asked for: JSON instead of a table, and files to write."""

    as_json: bool
    csv_file: Path | None
    html: Path | None


def schemes_named(asked: str) -> list[str]:
    """The schemes of a comma list, or all. Raises Invalid for one that there is not."""
    names = list(SCHEMES) if asked == ALL else [name.strip() for name in asked.split(",")]
    for name in names:
        if name not in SCHEMES:
            raise Invalid(f"no scheme is called {name!r}: choose {ALL} or of {', '.join(SCHEMES)}")
    return list(dict.fromkeys(names))


def compare_schemes(
    scenario: Scenario,
    schemes: Sequence[str],
    hands: tuple[str, int | None],
    asked: Outputs,
) -> None:
    """Run ``scenario`` under each of ``schemes``; print, and write, what was ``asked`` for.

    ``hands`` are executor and workers. Net metering is run too, since the others are held to it.
    """
    found = _runs(scenario, list(dict.fromkeys([REFERENCE, *schemes])), *hands)
    every = rows_of([*found.values()])
    runs = [found[name] for name in schemes]
    rows = [row for row in every if row.scheme in schemes]
    rows.sort(key=lambda row: schemes.index(row.scheme))
    if asked.csv_file:
        _write_csv(asked.csv_file, rows)
    if asked.html:
        later.write_schemes(asked.html, scenario, runs, rows)
    if asked.as_json:
        about = {"scenario": scenario.name, "seed": scenario.seed, "days": scenario.days}
        same = {"households": len(runs[0].produces), "same_readings": same_energy(runs)}
        told = [row.as_json() for row in rows]
        typer.echo(json.dumps(about | same | {"schemes": told}))
    else:
        out.print("\n".join(report_of(scenario, runs, rows)), markup=False)


def _runs(
    scenario: Scenario, schemes: Sequence[str], executor: str, workers: int | None
) -> dict[str, UnderScheme]:
    threads = None if executor == "serial" else 1
    cache, steps = read_cache_dir(os.environ), scenario.households * intervals_asked(scenario)
    compiled = steps > FEW_STEPS
    task = partial(under_scheme, cache=cache, threads=threads, compiled=compiled)
    asked = [(name, scenario.under(name)) for name in schemes]
    found: dict[str, UnderScheme] = {}
    with (
        speed_bar("schemes", len(asked), *PER_MINUTE) as (bar, task_id),
        workers_of(executor, workers) as hands,
    ):
        for name, run in completed(hands, task, asked):
            found[name] = run
            bar.advance(task_id)
    return {name: found[name] for name in schemes}


def report_of(
    scenario: Scenario, runs: Sequence[UnderScheme], rows: Sequence[SchemeRow]
) -> Iterator[str]:
    """The table as a person reads it; a line a scheme."""
    one = runs[0]
    yield (
        f"{scenario.title}: {len(one.produces):,} homes, {int(one.produces.sum()):,} with panels,"
        f" {one.days:,.6g} days, seed {scenario.seed}"
    )
    if same_energy(runs):
        yield "all schemes price the very same readings"
    else:
        yield "homes follow prices, so each scheme has readings of its own"
    yield ""
    yield LINE.format(
        "", "all bills", "saved", "a home's change", "bills", "own", "grid alone", "net met."
    )
    yield CELLS.format(*HEADS)
    for row in rows:
        yield _line(row, one.months)
    yield ""
    yield "US$; saved and change (a month, with panels and without): against the grid alone, which"
    yield "pays nothing for what is sent out; own: use of generation, and sun in demand [%]; homes"
    yield "that win and lose: against the grid alone, and against net metering, the rule in force"


def _line(row: SchemeRow, months: float) -> str:
    changes = (row.producers_mean_change_micros, row.consumers_mean_change_micros)
    counts = (
        *(row.winners_to_grid, row.losers_to_grid),
        *(row.winners_to_net_metering, row.losers_to_net_metering),
    )
    return CELLS.format(
        row.scheme,
        *(dollars(row.bill_micros), dollars(row.savings_micros)),
        *(_told(USD, None if each is None else each / months) for each in changes),
        *(_told(INDEX, each) for each in (row.gini_of_bills, row.jain_of_bills)),
        *(_told(PER_CENT, each) for each in (row.self_consumption, row.self_sufficiency)),
        *(NOBODY if count is None else f"{count:,}" for count in counts),
    )


def _told(scale: Scale, value: float | None) -> str:
    return NOBODY if value is None else scale.told(value)


def _write_csv(path: Path, rows: Sequence[SchemeRow]) -> None:
    """A row a scheme; money over the run [micros]; what makes no sense is left empty."""
    table = [row.as_json() for row in rows]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
