"""Who takes part: homes with panels, homes without, and the grid that pools and clears."""

from peergrid.simulation.agents.column import Column, vectorized
from peergrid.simulation.agents.everybody import Everybody
from peergrid.simulation.agents.grid import GridAgent
from peergrid.simulation.agents.homes import Homes
from peergrid.simulation.agents.household import ConsumerAgent, HouseholdAgent
from peergrid.simulation.agents.producer import ProducerAgent

__all__ = [
    "Column",
    "ConsumerAgent",
    "Everybody",
    "GridAgent",
    "Homes",
    "HouseholdAgent",
    "ProducerAgent",
    "vectorized",
]
