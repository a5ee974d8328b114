"""A scenario stripped of what a question does not ask for."""

from dataclasses import replace

from peergrid.simulation.scenario import Scenario


def without_panels(scenario: Scenario) -> Scenario:
    """The same homes with no panels and no batteries: no sun needs to be computed for them."""
    communities = tuple(
        replace(
            community,
            groups=tuple(
                replace(group, with_panels=0, with_batteries=0) for group in community.groups
            ),
        )
        for community in scenario.communities
    )
    return replace(scenario, communities=communities)


def without_outages(scenario: Scenario) -> Scenario:
    """The same homes on feeders that are never off."""
    return without_faults(scenario).varied("outages.hours_per_day", 0.0)


def without_faults(scenario: Scenario) -> Scenario:
    """The same feeders, off when load is shed and at no other time."""
    return scenario.varied("outages.faults_per_year", 0.0)
