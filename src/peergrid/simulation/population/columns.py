"""Every household and community of a scenario, drawn from its seed as columns of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.money import WH_PER_KWH
from peergrid.simulation.dice import Purpose, keys
from peergrid.simulation.population.draw import Column, Draw
from peergrid.simulation.population.homes import (
    battery_columns,
    demand_columns,
    line_columns,
    panels_columns,
)
from peergrid.simulation.population.roofs import (
    Orientations,
    orientations_of,
    roof_columns,
    sites_of_kinds,
)
from peergrid.simulation.population.terms import terms_columns
from peergrid.simulation.scenario import Layout, Scenario, homes_of, layout_of

# Below this factor ZETDC charges large customers for reactive power (miningzimbabwe.com,
# 23 September 2020); that a transformer sees it is an assumption.
POWER_FACTOR = 0.9
NEVER = -1  # as the day on which a home adopted: it had panels from the start, or has none
NO_LIMIT_WH = 10**12  # an interval, for a community whose transformer nobody told of


@dataclass(frozen=True)
class Population:
    """``homes`` and ``communities``: columns by name, a row a household and a community.

    Households are ordered by community, then place. ``sites`` are those used.
    """

    sites: tuple[str, ...]
    orientations: Orientations
    homes: Mapping[str, Column]
    communities: Mapping[str, Column]


def population_of(scenario: Scenario, communities: range | None = None) -> Population:
    """All of a scenario, or a range of its communities: exactly those rows of the whole.

    A household's numbers depend on the seed, its community and its place in it, so neighbours
    and other communities change nothing. In a range, ``first`` and ``community`` stay those of
    the whole.
    """
    layout = layout_of(scenario)
    orientations = orientations_of(scenario)
    chosen = communities if communities is not None else range(len(layout.homes))
    homes = homes_of(scenario, chosen)
    draw = Draw(scenario, homes)
    columns: dict[str, Column] = {
        "community": homes.community,
        "place": homes.place,
        "key": keys(scenario.seed, homes.community, homes.place),
        **demand_columns(draw, homes),
        **roof_columns(draw, scenario, homes, layout, orientations),
        **panels_columns(draw, homes),
        **battery_columns(draw, homes),
        **line_columns(draw, scenario, homes, layout),
        **terms_columns(draw),
    }
    has_choice = homes.has_battery | (columns["shift_wh"] > 0)
    reacting = draw.of_group([group.reacting_share for group in draw.groups])
    columns["reacts"] = has_choice & (draw.share(Purpose.REACTING) < reacting)
    columns["adopted_day"] = np.full(len(homes.place), NEVER, np.int32)
    return Population(
        scenario.sites, orientations, columns, communities_of(scenario, layout, chosen)
    )


def communities_of(scenario: Scenario, layout: Layout, chosen: range) -> dict[str, Column]:
    """The columns of the ``chosen`` communities.

    Copies of a kind take turns among the load-shedding groups, so all groups are alike.
    """
    at = np.arange(chosen.start, chosen.stop)
    kind = layout.kind[at]
    limits_wh = [
        NO_LIMIT_WH if each.transformer_kva is None else _interval_wh(each.transformer_kva)
        for each in scenario.communities
    ]
    return {
        "number": at,
        "site": sites_of_kinds(scenario)[kind],
        "first": layout.first[at].astype(np.int64),
        "homes": layout.homes[at].astype(np.int32),
        "transformer_wh": np.array(limits_wh, np.int64)[kind],
        "shedding_group": ((layout.copy[at] + kind) % scenario.outages.groups).astype(np.uint8),
    }


def _interval_wh(power_kva: float) -> int:
    return round(power_kva * POWER_FACTOR * WH_PER_KWH / INTERVALS_PER_HOUR)
