"""The scenario that a command was asked for."""

from pathlib import Path

from peergrid.simulation.scenario import Scenario, read_scenario


def scenario_at(
    path: Path,
    days: int | None = None,
    seed: int | None = None,
    households: int | None = None,
    scheme: str | None = None,
) -> Scenario:
    """The scenario of a file, with what was asked for instead."""
    scenario = read_scenario(path)
    scenario = scenario if days is None else scenario.lasting(days)
    scenario = scenario if seed is None else scenario.seeded(seed)
    scenario = scenario if scheme is None else scenario.under(scheme)
    return scenario if households is None else scenario.resized(households)


def community_at(path: Path, days: int | None = None, households: int | None = None) -> Scenario:
    """As ``scenario_at``, for the platform: Invalid if the scenario has several communities."""
    scenario = scenario_at(path, days, None, households)
    scenario.check_one_community()
    return scenario
