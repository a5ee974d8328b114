"""What homes use: days sampled from appliances (library), drawn by home and day."""

from peergrid.simulation.demand.classes import CLASSES, HouseholdClass, class_named, factor_of

__all__ = [
    "CLASSES",
    "HouseholdClass",
    "class_named",
    "factor_of",
]
