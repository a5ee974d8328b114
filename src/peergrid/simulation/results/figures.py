"""The figures of a run: what was shared, how far the sun went, what it cost and whom."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.market.indicators import (
    DROUGHT_YEAR,
    WET_YEAR,
    EmissionFactor,
    gini,
    jain,
    self_consumption,
    self_sufficiency,
    shifted,
)
from peergrid.money import price_micros_per_kwh
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.indicators import indicators_of_run
from peergrid.simulation.scenario import Scenario


@dataclass(frozen=True)
class Figure:
    """What a figure is called, how its value is written ("Wh", "micros", ...), what it means."""

    title: str
    unit: str
    meaning: str


def _avoided(factor: EmissionFactor) -> Figure:
    return Figure(
        f"Avoided emissions, {factor.name}",
        "g",
        f"CO2, had the grid made what the panels did, at {factor.g_per_kwh} g/kWh",
    )


FIGURES = {
    "demand_wh": Figure("Demand", "Wh", "used in homes, from wherever"),
    "unserved_wh": Figure("Unserved", "Wh", "wanted, but the feeder was off"),
    "generation_wh": Figure("Generation", "Wh", "made by the panels and put to use"),
    "self_consumed_wh": Figure("Used at home", "Wh", "of a home's own generation"),
    "curtailed_wh": Figure("Curtailed", "Wh", "could have been made, but nothing could take it"),
    "lost_wh": Figure("Lost to outages", "Wh", "could have been shared, but the feeder was off"),
    "import_wh": Figure("Import", "Wh", "drawn through the meters"),
    "export_wh": Figure("Export", "Wh", "sent out through the meters"),
    "shared_wh": Figure("Shared", "Wh", "from neighbour to neighbour"),
    "grid_import_wh": Figure("From the grid", "Wh", "imports that no neighbour covered"),
    "grid_export_wh": Figure("To the grid", "Wh", "exports that no neighbour took"),
    "overload_wh": Figure("Overload", "Wh", "beyond what the transformers carry"),
    "line_losses_wh": Figure("Lost in lines", "Wh", "heat in the homes' lines, at least"),
    "self_consumption": Figure("Self-consumption", "share", "used at home / generation"),
    "self_sufficiency": Figure("Self-sufficiency", "share", "1 - import / demand"),
    "community_self_sufficiency": Figure(
        "Self-sufficiency with neighbours", "share", "1 - from the grid / demand, SSI"
    ),
    "mean_price_micros_per_kwh": Figure("Mean price", "micros/kWh", "paid for a kWh drawn"),
    "mean_payout_micros_per_kwh": Figure("Mean payout", "micros/kWh", "earned by a kWh sent out"),
    "shared_price_micros_per_kwh": Figure(
        "Price between neighbours", "micros/kWh", "paid for a kWh shared"
    ),
    "producers_bill_micros": Figure(
        "A producer's bill", "micros", "mean of homes with panels; below 0 they earn"
    ),
    "consumers_bill_micros": Figure("A consumer's bill", "micros", "mean of homes without panels"),
    "gini_of_bills": Figure("Gini of bills", "index", "0: all homes pay alike; 1: one pays all"),
    "jain_of_bills": Figure("Jain's index of bills", "index", "1: all homes pay alike"),
    "outage_hours": Figure("Hours without power", "hours", "a home's mean over the run"),
    "savings_micros": Figure("Savings", "micros", "of all homes, against the grid alone"),
    "savings_share": Figure("Savings, share", "share", "of the bills with the grid alone"),
    "gini_of_benefits": Figure(
        "Gini of benefits", "index", "of a home's savings; 0: all homes gain alike"
    ),
    "jain_of_benefits": Figure("Jain's index of benefits", "index", "1: all homes gain alike"),
    "value_index": Figure(
        "Value, VI", "index", "savings / the most that any way to share could save"
    ),
    "participation_index": Figure(
        "Participation, PI", "index", "homes that pay no more than with the grid alone / all"
    ),
    "equality_index": Figure(
        "Equality, EI", "index", "1 - Gini of incomes, the lowest of them shifted to 0"
    ),
    "energy_balance_index": Figure(
        "Energy balance, EBI", "index", "1 - exchanged with the grid / (demand + generation)"
    ),
    "power_flatness_index": Figure(
        "Power flatness, PFI", "index", "1 - a day's peak / (48 x its mean), mean of the days"
    ),
    "economic_index": Figure("Economic, EPI", "index", "of VI, PI and EI, about a third each"),
    "technical_index": Figure("Technical, TPI", "index", "of EBI, PFI and SSI, about a third each"),
    "overall_index": Figure("Overall, OPI", "index", "half EPI, half TPI"),
    "avoided_wet_year_g": _avoided(WET_YEAR),
    "avoided_drought_year_g": _avoided(DROUGHT_YEAR),
}
OF_COMMUNITY = (  # as market.indicators calls them
    *("savings_micros", "savings_share", "gini_of_benefits", "jain_of_benefits"),
    *("value_index", "participation_index", "equality_index"),
    *("energy_balance_index", "power_flatness_index"),
    *("economic_index", "technical_index", "overall_index"),
)
FACTORS = {"avoided_wet_year_g": WET_YEAR, "avoided_drought_year_g": DROUGHT_YEAR}


def intervals_asked(scenario: Scenario) -> int:
    """How many intervals a whole run of ``scenario`` has; one that was stopped has fewer."""
    return scenario.days * INTERVALS_PER_DAY


def indicators_told(run: Run) -> dict[str, Any]:
    """What ``market.indicators`` says of a run, None where it makes no sense, and its factors."""
    figures = figures_of(run)
    return {
        **{name: figures.get(name) for name in (*OF_COMMUNITY, *FACTORS)},
        "emission_factors": {name: asdict(factor) for name, factor in FACTORS.items()},
    }


def totals_of(run: Run) -> dict[str, int]:
    """Sums over all towns and intervals: those of SERIES, and what homes used of their own."""
    sums = run.series.sum(axis=(0, 2))
    return dict(zip(SERIES, map(int, sums), strict=True)) | {
        "self_consumed_wh": int(np.sum(run.homes["self_consumed_wh"]))
    }


def figures_of(run: Run) -> dict[str, float]:
    """The values of FIGURES, in its order; one that makes no sense here (0 / 0) is left out.

    Community self-sufficiency: Zhou, Wu, Long 2018, Applied Energy 222, 993-1022, equations 26
    to 28. Bills over the run are shifted by the lowest where that is below 0, as incomes are
    there (equations 19 to 21); how far to shift is our reading. For the others see
    ``market.indicators``; with the grid alone, homes pay the tariff of ZETDC.
    """
    total = totals_of(run)
    bills = run.bills_micros
    produces = has_panels(run.homes)
    due = shifted(bills.tolist())
    indicators = indicators_of_run(run, run.scenario.prices)
    from_grid_wh = total["import_wh"] - total["shared_wh"]
    found = total | {
        "line_losses_wh": int(run.homes["line_losses_wh"].sum()),
        "grid_import_wh": from_grid_wh,
        "grid_export_wh": total["export_wh"] - total["shared_wh"],
        "self_consumption": self_consumption(total["self_consumed_wh"], total["generation_wh"]),
        "self_sufficiency": self_sufficiency(
            total["demand_wh"] - total["import_wh"], total["demand_wh"]
        ),
        "community_self_sufficiency": self_sufficiency(
            total["demand_wh"] - from_grid_wh, total["demand_wh"]
        ),
        **prices_of(total),
        "producers_bill_micros": _mean(bills[produces]),
        "consumers_bill_micros": _mean(bills[~produces]),
        "gini_of_bills": gini(due),
        "jain_of_bills": jain(due),
        "outage_hours": total["homes_off"] / len(bills) / INTERVALS_PER_HOUR,
        **{name: getattr(indicators, name) for name in OF_COMMUNITY},
        **{name: indicators.avoided(factor).grams for name, factor in FACTORS.items()},
    }
    return {name: value for name in FIGURES if (value := found[name]) is not None}


def prices_of(total: Mapping[str, int]) -> dict[str, int | None]:
    """Mean prices [micros/kWh] of what was drawn, sent out and shared; None for no energy."""
    paid = total["paid_micros"] + total["retail_micros"] + total["levy_micros"]
    earned = total["paid_micros"] + total["feed_in_micros"]  # neighbours earn what they pay
    return {
        "mean_price_micros_per_kwh": price_micros_per_kwh(paid, total["import_wh"]),
        "mean_payout_micros_per_kwh": price_micros_per_kwh(earned, total["export_wh"]),
        "shared_price_micros_per_kwh": price_micros_per_kwh(
            total["paid_micros"], total["shared_wh"]
        ),
    }


def has_panels(homes: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    return np.asarray(homes["kwp"] > 0)


def _mean(amounts: NDArray[np.int64]) -> float | None:
    return float(amounts.mean()) if len(amounts) else None
