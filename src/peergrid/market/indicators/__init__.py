"""How well a community uses its sun, and how evenly it shares what that is worth."""

from peergrid.market.indicators.community import Energies, Indicators, Money, indicators_of
from peergrid.market.indicators.emissions import (
    DROUGHT_YEAR,
    EMISSION_FACTORS,
    WET_YEAR,
    Avoided,
    EmissionFactor,
    avoided_by,
)
from peergrid.market.indicators.evenness import gini, jain, shifted
from peergrid.market.indicators.savings import Savings, least_bill_micros
from peergrid.market.indicators.sun import self_consumption, self_sufficiency
from peergrid.market.indicators.zhou import (
    ECONOMIC_WEIGHTS,
    OVERALL_WEIGHTS,
    TECHNICAL_WEIGHTS,
    community_self_sufficiency,
    energy_balance_index,
    equality_index,
    participation_index,
    power_flatness_index,
    together,
    value_index,
)

__all__ = [
    "DROUGHT_YEAR",
    "ECONOMIC_WEIGHTS",
    "EMISSION_FACTORS",
    "OVERALL_WEIGHTS",
    "TECHNICAL_WEIGHTS",
    "WET_YEAR",
    "Avoided",
    "EmissionFactor",
    "Energies",
    "Indicators",
    "Money",
    "Savings",
    "avoided_by",
    "community_self_sufficiency",
    "energy_balance_index",
    "equality_index",
    "gini",
    "indicators_of",
    "jain",
    "least_bill_micros",
    "participation_index",
    "power_flatness_index",
    "self_consumption",
    "self_sufficiency",
    "shifted",
    "together",
    "value_index",
]
