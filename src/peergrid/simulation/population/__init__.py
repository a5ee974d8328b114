"""Who lives in a scenario: every household and community, as columns of numbers."""

from peergrid.simulation.population.columns import NO_LIMIT_WH, Population, population_of
from peergrid.simulation.population.draw import groups_in
from peergrid.simulation.population.roofs import Orientations, orientations_of
from peergrid.simulation.population.terms import terms_of

__all__ = [
    "NO_LIMIT_WH",
    "Orientations",
    "Population",
    "groups_in",
    "orientations_of",
    "population_of",
    "terms_of",
]
