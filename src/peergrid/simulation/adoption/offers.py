"""What every home without panels would get if it bought some, and who it is that decides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from peergrid.money import WH_PER_KWH
from peergrid.simulation.adoption.choosing import patience_years
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.dice import Purpose
from peergrid.simulation.population.draw import Column, Draw
from peergrid.simulation.population.homes import battery_columns, panels_columns
from peergrid.simulation.scenario import Adoption, Scenario, homes_of


@dataclass(frozen=True)
class Offers:
    """One row a home [n]; ``columns`` of the population are what it would own.

    ``price_usd`` is today's, without what an inverter that exports costs more; ``can_connect``
    says who can get a meter that credits exports.
    """

    columns: Mapping[str, Column]
    price_usd: NDArray[np.float64]
    patience_years: NDArray[np.float64]
    can_pay: NDArray[np.bool_]
    can_connect: NDArray[np.bool_]


def offers_of(scenario: Scenario, terms: Adoption, communities: range | None) -> Offers:
    """The offers to all homes of a scenario, or of a range of its communities.

    A home is offered what it would have, had the scenario given it panels: its group's sizes.
    """
    homes = homes_of(scenario, communities)
    everyone = np.ones(len(homes.place), np.bool_)
    draw = Draw(scenario, homes)
    buys_battery = draw.share(Purpose.NEW_BATTERY) < terms.battery_share
    owning = replace(homes, has_panels=everyone, has_battery=buys_battery)
    columns = panels_columns(draw, owning) | battery_columns(draw, owning)
    reacting = draw.of_group([group.reacting_share for group in draw.groups])
    columns["reacts"] = buys_battery & (draw.share(Purpose.REACTING) < reacting)
    battery_kwh = columns["battery_wh"] / WH_PER_KWH
    means = {name: getattr(terms, f"can_pay_{name}") for name in CLASSES}
    can_pay = draw.of_group([means[group.household_class] for group in draw.groups])
    return Offers(
        columns,
        price_usd=terms.inverter_usd
        + terms.panels_usd_per_kwp * columns["kwp"].astype(np.float64)
        + terms.battery_usd_per_kwh * battery_kwh,
        patience_years=patience_years(draw.share(Purpose.PATIENCE), terms.payback_years_at_half),
        can_pay=draw.share(Purpose.MEANS) < can_pay,
        can_connect=draw.share(Purpose.NEW_CONNECTION) < terms.exporting_share,
    )
