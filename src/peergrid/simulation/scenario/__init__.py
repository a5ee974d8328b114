"""A scenario: which homes share, where, when, and under which scheme, read from a TOML file."""

from peergrid.simulation.scenario.belongings import Homes, homes_of
from peergrid.simulation.scenario.group import Group
from peergrid.simulation.scenario.model import Community, Scenario
from peergrid.simulation.scenario.places import Layout, groups_of, layout_of
from peergrid.simulation.scenario.read import read_scenario, scenario_of
from peergrid.simulation.scenario.settings import (
    Adoption,
    Demand,
    Outages,
    Panels,
    Sky,
    TariffTerms,
)

__all__ = [
    "Adoption",
    "Community",
    "Demand",
    "Group",
    "Homes",
    "Layout",
    "Outages",
    "Panels",
    "Scenario",
    "Sky",
    "TariffTerms",
    "groups_of",
    "homes_of",
    "layout_of",
    "read_scenario",
    "scenario_of",
]
