"""An experiment of the laboratory: the dials of a scenario, and what a run of it came to."""

from dataclasses import asdict
from typing import Any

from peergrid.laboratory.offers import Dial, Offer, Setting
from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.figures import FIGURES, figures_of
from peergrid.simulation.results.views import gains_of, mean_day, periods_of
from peergrid.simulation.scenario import Scenario

MOST_HOUSEHOLDS, MOST_DAYS = 100_000, 366  # of a run that somebody waits for
DIGITS = 3
OF_A_DAY = ("demand_wh", "generation_wh", "import_wh", "export_wh", "shared_wh")


def dials_of(scenario: Scenario) -> tuple[Dial, ...]:
    """What can be turned in a scenario; its bounds are those of the laboratory."""
    least = len(scenario.communities)
    groups = [(group, each) for each in scenario.communities for group in each.groups]
    producers = sum(group.with_panels * each.copies for group, each in groups)
    share = scenario.panels.share
    share = producers / scenario.nominal_households if share is None else share
    hours, factor = scenario.outages.hours_per_day, scenario.tariff.retail_factor
    return (
        Dial("households", "Homes", "homes", least, MOST_HOUSEHOLDS, is_whole=True),
        Dial("days", "Days", "days", 1, MOST_DAYS, is_whole=True),
        Dial("seed", "Seed", "", 0, 1_000_000, is_whole=True),
        Dial("panels.share", "Share of homes with panels", "share", 0, 1, as_it_is=share),
        Dial("panels.size_factor", "Size of panels", "times", 0.1, 10, as_it_is=1),
        Dial("batteries.size_factor", "Size of batteries", "times", 0.1, 10, as_it_is=1),
        Dial("scheme", "Scheme", "", choices=tuple(SCHEMES)),
        Dial("outages.hours_per_day", "Load-shedding", "hours a day", 0, 24, as_it_is=hours),
        Dial(
            "tariff.retail_factor", "Price of the grid's energy", "times", 0.1, 10, as_it_is=factor
        ),
    )


def offer_of(scenario: Scenario) -> Offer:
    """``scenario`` as an operator may ask for it."""
    return Offer(
        scenario.name,
        scenario.title,
        min(scenario.households, MOST_HOUSEHOLDS),
        min(scenario.days, MOST_DAYS),
        scenario.scheme,
        dials_of(scenario),
    )


def turned(scenario: Scenario, settings: dict[str, Setting]) -> Scenario:
    """``scenario`` with its dials set, as large as the laboratory allows if not told otherwise.

    Raises Invalid for what makes no sense together.
    """
    bounds = {
        "households": min(scenario.households, MOST_HOUSEHOLDS),
        "days": min(scenario.days, MOST_DAYS),
    }
    for path, value in (bounds | settings).items():
        scenario = scenario.varied(path, value)
    return scenario


def outcome_of(run: Run) -> dict[str, Any]:
    """What a run came to, to be laid beside another: plain values.

    ``figures`` has a value [unit] by name; ``mean_day`` the mean of each half hour [Wh];
    ``periods`` are months, or days if they are few [Wh]; ``gains`` against the grid alone
    [US$ a month], percentiles 5, 25, 50, 75 and 95.
    """
    figures = figures_of(run)
    return {
        "scenario": run.scenario.name,
        "households": len(run.homes["key"]),
        "producers": int((run.homes["kwp"] > 0).sum()),
        "days": run.scenario.days,
        "scheme": run.scenario.scheme,
        "figures": [
            {"name": name, "title": FIGURES[name].title, "unit": FIGURES[name].unit, "value": value}
            for name, value in figures.items()
        ],
        "mean_day": {name: mean_day(run, name).round(DIGITS).tolist() for name in OF_A_DAY},
        "periods": [asdict(period) for period in periods_of(run)],
        "gains": [asdict(gains) for gains in gains_of(run)],
    }
