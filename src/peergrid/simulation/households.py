"""The households of a single community, one object each, as the platform knows them."""

from dataclasses import dataclass

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.population import population_of
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.sky.orientation import Orientation


@dataclass(frozen=True)
class Household:
    """A simulated home; ``number`` (1, 2, ...) is its meter id offline, ``serial`` its meter's.

    ``kwp`` is 0 without panels; ``connection_w`` is what its breaker lets through either way.
    """

    number: int
    serial: str
    name: str
    household_class: str
    monthly_kwh: float
    kwp: float
    orientation: Orientation
    connection_w: int

    @property
    def has_panels(self) -> bool:
        return self.kwp > 0


def households_of(scenario: Scenario) -> list[Household]:
    """Every household of a scenario's only community, by number: the rows of its population.

    Raises Invalid if there are several communities.
    """
    scenario.check_one_community()
    homes = population_of(scenario).homes
    names = (
        *("place", "household_class", "monthly_kwh"),
        *("kwp", "tilt_deg", "azimuth_deg", "connection_wh"),
    )
    classes = list(CLASSES)
    return [
        Household(
            number=place,
            serial=f"{scenario.name}-{place:03d}",
            name=f"Home {place:03d}",
            household_class=classes[household_class],
            monthly_kwh=monthly_kwh,
            kwp=round(kwp, 1),  # 32 bits hold 3.1 as 3.0999999
            orientation=Orientation(tilt_deg, azimuth_deg),
            connection_w=connection_wh * INTERVALS_PER_HOUR,
        )
        for place, household_class, monthly_kwh, kwp, tilt_deg, azimuth_deg, connection_wh in zip(
            *(homes[name].tolist() for name in names), strict=True
        )
    ]
