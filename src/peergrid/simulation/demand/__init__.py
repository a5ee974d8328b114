"""What homes use: days sampled from appliances (library), drawn by home and day."""

from peergrid.simulation.demand.classes import CLASSES, HouseholdClass, class_named, factor_of
from peergrid.simulation.demand.shape import day_demand_wh, day_shape

__all__ = [
    "CLASSES",
    "HouseholdClass",
    "class_named",
    "day_demand_wh",
    "day_shape",
    "factor_of",
]
