"""One seed under many schemes: the same homes and sky, and what each home owes under each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.schemes import scheme_named
from peergrid.money import MICROS
from peergrid.simulation.demand.classes import DAYS_PER_MONTH
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.figures import figures_of, has_panels, intervals_asked, totals_of
from peergrid.simulation.results.grid import Figures
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import run_of

REFERENCE = "net_metering"  # the rule in force
A_CENT = MICROS // 100  # who pays less than a cent more or less over the run pays the same
ENERGIES = ("demand_wh", "generation_wh", "import_wh", "export_wh")

type Amounts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class UnderScheme:
    """What a run under ``scheme`` came to; arrays are of its homes (n,).

    ``reacting`` homes follow the scheme's prices with what they can shift; where there are any,
    or where homes buy panels (``adopts``), energies differ from scheme to scheme.
    """

    scheme: str
    days: float
    reacting: int
    adopts: bool
    figures: Figures
    energies_wh: Mapping[str, int]
    bills_micros: Amounts
    grid_only_micros: Amounts
    produces: NDArray[np.bool_]

    @property
    def changes_micros(self) -> Amounts:
        """Each home's bill less its bill with the grid alone (n,): below 0 it gains."""
        return self.bills_micros - self.grid_only_micros

    @property
    def months(self) -> float:
        return self.days / DAYS_PER_MONTH


@dataclass(frozen=True)
class SchemeRow:
    """A scheme in a row: money over the run [micros], indices, and how many homes win or lose.

    Mean changes are of bills against the grid alone, of homes with panels and without; who wins
    pays a cent or more less than there, or than under net metering. None: nobody, or 0 / 0.
    """

    scheme: str
    title: str
    pilot: bool
    bill_micros: int
    savings_micros: int
    producers_mean_change_micros: float | None
    consumers_mean_change_micros: float | None
    winners_to_grid: int
    losers_to_grid: int
    winners_to_net_metering: int | None
    losers_to_net_metering: int | None
    gini_of_bills: float | None
    jain_of_bills: float | None
    self_consumption: float | None
    self_sufficiency: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def under_scheme(
    scenario: Scenario, *, cache: Path | None, threads: int | None, compiled: bool
) -> UnderScheme:
    """Run ``scenario`` to its end: a worker's task. The rest is as for ``run_of``.

    Raises KeyboardInterrupt if the run was stopped.
    """
    run = run_of(scenario, cache=cache, threads=threads, compiled=compiled)
    if run.intervals < intervals_asked(scenario):
        raise KeyboardInterrupt
    return of_run(run)


def of_run(run: Run) -> UnderScheme:
    """What is compared of a run."""
    totals = totals_of(run)
    return UnderScheme(
        run.scenario.scheme,
        run.intervals / INTERVALS_PER_DAY,
        int(run.homes["reacts"].sum()),
        run.scenario.adoption is not None,
        figures_of(run),
        {name: totals[name] for name in ENERGIES},
        run.bills_micros,
        run.homes["grid_only_micros"],
        has_panels(run.homes),
    )


def same_energy(runs: Sequence[UnderScheme]) -> bool:
    """Whether all ``runs`` used, made, drew and sent the same."""
    return all(run.energies_wh == runs[0].energies_wh for run in runs)


def rows_of(runs: Sequence[UnderScheme]) -> list[SchemeRow]:
    """A row a run, in their order; net metering must be among them to be held against it."""
    known = {run.scheme: run.bills_micros for run in runs}
    return [_row(run, known.get(REFERENCE)) for run in runs]


def _row(run: UnderScheme, in_force: Amounts | None) -> SchemeRow:
    scheme, changes = scheme_named(run.scheme), run.changes_micros
    to_force = None if in_force is None else run.bills_micros - in_force
    return SchemeRow(
        scheme.name,
        scheme.title,
        scheme.pilot,
        int(run.bills_micros.sum()),
        -int(changes.sum()),
        _mean(changes[run.produces]),
        _mean(changes[~run.produces]),
        *_winners_and_losers(changes),
        *((None, None) if to_force is None else _winners_and_losers(to_force)),
        *(run.figures.get(name) for name in ("gini_of_bills", "jain_of_bills")),
        *(run.figures.get(name) for name in ("self_consumption", "self_sufficiency")),
    )


def _winners_and_losers(changes: Amounts) -> tuple[int, int]:
    """How many of ``changes`` (n,) [micros] are of a cent or more: downwards, upwards."""
    return int((changes <= -A_CENT).sum()), int((changes >= A_CENT).sum())


def _mean(amounts: Amounts) -> float | None:
    return float(amounts.mean()) if len(amounts) else None
