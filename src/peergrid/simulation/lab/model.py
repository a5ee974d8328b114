"""A model whose scenario can be turned with a few knobs, and how far each turns."""

from typing import Any

from peergrid.market.schemes import SCHEMES
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Scenario

MOST_HOUSEHOLDS, MOST_OUTAGE_HOURS, MOST_SEED = 200, 12.0, 99  # what a slider shows


class LabModel(CommunityModel):
    """The homes of ``community`` as its scenario has them, but for what is given here.

    ``panels_percent`` is the share of homes that have panels, ``outage_hours`` the mean hours a
    day that a feeder is off.
    """

    def __init__(
        self,
        community: Scenario,
        *,
        households: int | None = None,
        panels_percent: int | None = None,
        outage_hours: float | None = None,
        scheme: str | None = None,
        seed: int | None = None,
    ) -> None:
        scenario = community
        if households is not None and households != scenario.households:
            scenario = scenario.resized(households)
        if panels_percent is not None and panels_percent != panels_percent_of(community):
            scenario = scenario.varied("panels.share", panels_percent / 100)
        if outage_hours is not None:
            scenario = scenario.varied("outages.hours_per_day", outage_hours)
        super().__init__(scenario.under(scheme or scenario.scheme), rng=seed)


def panels_percent_of(scenario: Scenario) -> int:
    """Of a scenario's homes, how many in a hundred have panels."""
    if scenario.panels.share is not None:
        return round(100 * scenario.panels.share)
    groups = [(group, each.copies) for each in scenario.communities for group in each.groups]
    panels = sum(group.with_panels * copies for group, copies in groups)
    return round(100 * panels / scenario.nominal_households)


def knobs(scenario: Scenario) -> dict[str, Any]:
    """The arguments of ``LabModel`` as Mesa's page offers them, standing as the scenario says."""
    hours, homes = scenario.outages.hours_per_day, scenario.households
    return {
        "community": scenario,
        "households": _slider("Homes", homes, 1, max(MOST_HOUSEHOLDS, homes)),
        "panels_percent": _slider("With panels (%)", panels_percent_of(scenario), 0, 100),
        "outage_hours": {
            **_slider("Hours without power a day", hours, 0.0, max(MOST_OUTAGE_HOURS, hours)),
            "type": "SliderFloat",
            "step": 0.5,
        },
        "scheme": {
            "type": "Select",
            "label": "Scheme",
            "value": scenario.scheme,
            "values": list(SCHEMES),
        },
        "seed": _slider("Seed", scenario.seed, 0, max(MOST_SEED, scenario.seed)),
    }


def _slider(label: str, value: float, least: float, most: float) -> dict[str, Any]:
    return {
        "type": "SliderInt",
        "label": label,
        "value": value,
        "min": least,
        "max": most,
        "step": 1,
    }
