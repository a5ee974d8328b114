"""What a run says of the uptake, and how a scenario's terms of adoption are varied."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.errors import Invalid
from peergrid.simulation.adoption.window import DAYS_PER_MONTH
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Adoption, Scenario
from peergrid.simulation.scenario.amounts import Number
from peergrid.simulation.scenario.rules import rules_of

DAYS_PER_YEAR = 12 * DAYS_PER_MONTH


@dataclass(frozen=True)
class Uptake:
    """Homes ``year`` years after the start: with panels, and of these who can export."""

    year: int
    owners: int
    exporters: int
    kwp: float


def uptake_of(run: Run) -> list[Uptake]:
    """The uptake at the start, after each whole year, and at the end if that is none."""
    homes, days = run.homes, run.intervals // INTERVALS_PER_DAY
    whole = int(days // DAYS_PER_YEAR)
    ends = [*(DAYS_PER_YEAR * year for year in range(whole + 1))]
    if days > ends[-1] + DAYS_PER_MONTH:
        ends.append(days)
    found = []
    for year, end in enumerate(ends):
        owns = (homes["kwp"] > 0) & (homes["adopted_day"] < end)
        exports = int((owns & homes["can_export"]).sum())
        kwp = float(homes["kwp"][owns].sum(dtype=np.float64))
        found.append(Uptake(year, int(owns.sum()), exports, kwp))
    return found


def check_adopts(scenario: Scenario) -> Adoption:
    """The scenario's terms of adoption. Raises Invalid if it has none."""
    if scenario.adoption is None:
        raise Invalid(f"nobody adopts in {scenario.name}: write [adoption] in the scenario first")
    return scenario.adoption


def varied_by(scenario: Scenario, part: float) -> Iterator[tuple[str, tuple[Scenario, Scenario]]]:
    """For each term of adoption, the scenario with that alone ``part`` (0 to 1) lower and higher.

    A share stays within its bounds.
    """
    terms = check_adopts(scenario)
    for key, (name, rule, _) in rules_of(Adoption).items():
        if isinstance(rule, Number):
            value = getattr(terms, name)
            ends = (value * (1 - part), value * (1 + part))
            low, high = (min(max(end, rule.least), rule.most) for end in ends)
            path = f"adoption.{key}"
            yield key, (scenario.varied(path, low), scenario.varied(path, high))
