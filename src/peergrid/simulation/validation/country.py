"""Who has panels in our country, and how long its feeders are off."""

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR
from peergrid.simulation.demand.peaks import EVENING, MORNING
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.population import Population, population_of
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.validation.bare import without_faults, without_panels
from peergrid.simulation.validation.points import Figure

OUTAGE_DAYS = 28
OUTAGE_HOMES = 2_000
FIVE_KVA_KWP = 3.0  # panels of that many kWp and more count as a system sold as 5 kVA
KWP_PER_MWP = 1_000


def figures(national: Scenario, adoption: Scenario, twelve_hours: Scenario) -> dict[str, Figure]:
    """The figures of panels and of outages by key [%, homes, MWp, hours a day]."""
    country, suburb = population_of(national), population_of(adoption)
    kwp, sends = country.homes["kwp"], country.homes["can_export"]
    return {
        "meters": len(kwp),
        "national_panels": _with_panels(country),
        "adoption_panels": _with_panels(suburb),
        "national_exporting": 100 * float((sends & (kwp > 0)).sum() / (kwp > 0).sum()),
        "national_five_kva": int((kwp >= FIVE_KVA_KWP).sum()),
        "adoption_five_kva": 100 * float((suburb.homes["kwp"] >= FIVE_KVA_KWP).mean()),
        "national_net_metered": int((sends & (kwp > 0)).sum()),
        "national_net_metered_mwp": float(kwp[sends].sum(dtype=np.float64)) / KWP_PER_MWP,
        "national_hours": _hours(national, faults=False),
        "adoption_hours": _hours(adoption, faults=False),
        "national_hours_with_faults": _hours(national, faults=True),
        "twelve_hours": _hours(twelve_hours, faults=False),
        "twelve_hours_with_faults": _hours(twelve_hours, faults=True),
        "off_at_peaks": _at_peaks(national),
    }


def _with_panels(population: Population) -> float:
    return 100 * float((population.homes["kwp"] > 0).mean())


def _small(scenario: Scenario, *, faults: bool) -> Engine:
    """Four weeks of the first homes without panels: a feeder's hours need no sun."""
    homes = min(OUTAGE_HOMES, scenario.households)
    small = without_panels(scenario.resized(homes).lasting(OUTAGE_DAYS))
    return Engine(small if faults else without_faults(small))


def _hours(scenario: Scenario, *, faults: bool) -> float:
    """How long a feeder was off, on the mean of feeders and days [h a day]."""
    engine = _small(scenario, faults=faults)
    engine.advance(OUTAGE_DAYS * INTERVALS_PER_DAY)
    off = engine.run().communities["outage_intervals"]
    return float(off.mean()) / INTERVALS_PER_HOUR / OUTAGE_DAYS


def _at_peaks(scenario: Scenario) -> float:
    """The part of load-shedding that falls into the system's peaks [%]."""
    engine = _small(scenario, faults=False)
    off = np.zeros(INTERVALS_PER_DAY, np.int64)
    for number in range(OUTAGE_DAYS):
        off += _bits(engine.day(number).off).sum(axis=0)
    return 100 * float((off[MORNING].sum() + off[EVENING].sum()) / off.sum())


def _bits(masks: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Whether each half hour's bit is set [C, 48]."""
    places = np.arange(INTERVALS_PER_DAY, dtype=np.uint64)
    return np.asarray((masks[:, None] >> places) & np.uint64(1), np.int64)
