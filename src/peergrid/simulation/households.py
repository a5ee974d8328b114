"""The households of a scenario, drawn from its seed, each one independent of the others."""

from dataclasses import dataclass

from peergrid.simulation.demand import class_named
from peergrid.simulation.dice import Purpose, uniform
from peergrid.simulation.scenario import Group, Range, Scenario, places_of
from peergrid.simulation.sky.orientation import Orientation

VOLTAGE_V = 230  # single-phase supply
ROOF_STEP_DEG = 5  # roofs are told apart to this, so that many share one computation


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
    """Every household, by number. Numbers drawn for one depend on the seed and on it alone."""
    return [
        _household(scenario, number, group, has_panels)
        for number, (group, has_panels) in enumerate(places_of(scenario), start=1)
    ]


def _household(scenario: Scenario, number: int, group: Group, has_panels: bool) -> Household:  # noqa: FBT001 - a fact of the place
    def drawn(purpose: Purpose, between: Range) -> float:
        low, high = between
        return low + (high - low) * float(uniform(scenario.seed, purpose, number))

    monthly_kwh = drawn(Purpose.MONTHLY_ENERGY, class_named(group.household_class).monthly_kwh)
    kwp = round(drawn(Purpose.PANELS, group.kwp), 1) if has_panels else 0.0
    tilt_deg = _to_step(drawn(Purpose.TILT, group.tilt_deg))
    azimuth_deg = _to_step(drawn(Purpose.AZIMUTH, group.azimuth_deg)) % 360
    return Household(
        number=number,
        serial=f"{scenario.name}-{number:03d}",
        name=f"Home {number:03d}",
        household_class=group.household_class,
        monthly_kwh=monthly_kwh,
        kwp=kwp,
        orientation=Orientation(tilt_deg, azimuth_deg),
        connection_w=group.breaker_a * VOLTAGE_V,
    )


def _to_step(angle_deg: float) -> float:
    return float(round(angle_deg / ROOF_STEP_DEG) * ROOF_STEP_DEG)
