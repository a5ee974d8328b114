"""Runs that tests of results look at: two towns, small communities, outages."""

from datetime import date

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Community, Group, Outages, Scenario

SEPTEMBER_29 = date(2026, 9, 29)
GROUPS = (Group("medium_density", 4, 2), Group("low_density", 2, 1, with_batteries=1))
OUTAGES = Outages(hours_per_day=6, groups=2, faults_per_year=100)


def street(
    days: int = 3, scheme: str = "mid_market", seed: int = 1, start: date = SEPTEMBER_29
) -> Scenario:
    """Four communities of six homes in Harare and Bulawayo; every other home has panels."""
    towns = tuple(Community(town, GROUPS, copies=2) for town in ("harare", "bulawayo"))
    return Scenario("street", "A street", start, days, seed, scheme, towns, outages=OUTAGES)


def made(scenario: Scenario, intervals: int | None = None) -> Run:
    """A run of ``scenario``, or of its first ``intervals``."""
    engine = Engine(scenario)
    engine.advance(scenario.days * INTERVALS_PER_DAY if intervals is None else intervals)
    return engine.run()
