"""The community as a Mesa model: one step is one interval."""

from collections.abc import Mapping
from datetime import date, timedelta

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from peergrid.energy import INTERVALS_PER_DAY, Interval, Reading, day_start
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.agents import ConsumerAgent, GridAgent, HouseholdAgent, ProducerAgent
from peergrid.simulation.demand.shape import day_demand_wh
from peergrid.simulation.households import households_of
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.sky.roofs import Roofs
from peergrid.simulation.sky.sites import site_named
from peergrid.simulation.whole import whole_wh

REPORTERS = {
    "interval_start": lambda model: model.interval.start,
    "supply_wh": lambda model: model.grid.clearing.supply_wh,
    "demand_wh": lambda model: model.grid.clearing.demand_wh,
    "shared_wh": lambda model: model.grid.clearing.shared_wh,
    "grid_import_wh": lambda model: model.grid.clearing.grid_import_wh,
    "grid_export_wh": lambda model: model.grid.clearing.grid_export_wh,
    "price_micros_per_kwh": lambda model: model.grid.price_micros_per_kwh,
    "payout_micros_per_kwh": lambda model: model.grid.payout_micros_per_kwh,
}


class CommunityModel(mesa.Model):  # type: ignore[misc]
    """Homes that share on one feeder, driven by the sun and by what they use.

    ``readings`` are those of the interval last stepped, by meter id (the household's number);
    ``grid.clearing`` is its clearing. What happens in an interval depends on the scenario and
    on the interval alone, so a run can begin, or go on, anywhere and gives the same readings.
    ``datacollector`` holds one row an interval (energies past the meters, prices).
    """

    def __init__(self, community: Scenario) -> None:
        super().__init__(rng=community.seed)
        self.community = community
        self.households = households_of(community)
        self.readings: tuple[Reading, ...] = ()
        self.homes: list[HouseholdAgent] = [
            (ProducerAgent if household.has_panels else ConsumerAgent)(self, household)
            for household in self.households
        ]
        self._first = Interval(day_start(community.start))
        self._done = 0
        self.grid = GridAgent(self, zetdc_tariff(community.scheme), self.interval)
        self._producers = [home.household for home in self.homes if home.household.has_panels]
        self._orientations = sorted({each.orientation for each in self._producers})
        self._roofs = Roofs(site_named(community.site), community.seed, self._orientations)
        self._planned: date | None = None
        self.datacollector = DataCollector(model_reporters=REPORTERS)

    @property
    def interval(self) -> Interval:
        """The interval last stepped or skipped; before the first, the one before the start."""
        return self._first.later(self._done - 1)

    def step(self) -> None:
        """One interval: homes use and make energy, the grid clears it and keeps the books."""
        day, of_day = divmod(self._done, INTERVALS_PER_DAY)
        self._plan(self.community.start + timedelta(days=day))
        self._done += 1
        for kind in (ConsumerAgent, ProducerAgent):
            if kind in self.agents_by_type:
                self.agents_by_type[kind].do("consume", of_day)
        if ProducerAgent in self.agents_by_type:
            self.agents_by_type[ProducerAgent].do("share", of_day)
        interval = self.interval
        self.readings = tuple(home.reading(interval) for home in self.homes)
        self.grid.clear(interval, self.readings)
        self.datacollector.collect(self)

    def skip(self, intervals: int) -> None:
        """Pass over ``intervals`` >= 0 without living or clearing them.

        Later readings are the same as if they had been stepped; the books know nothing of them.
        """
        if intervals < 0:
            raise ValueError(f"cannot skip {intervals} intervals: time runs forward")
        self._done += intervals

    def run(self, days: int) -> None:
        """Step through ``days`` whole days."""
        for _ in range(days * INTERVALS_PER_DAY):
            self.step()

    def _plan(self, day: date) -> None:
        """Hand every home its local day, unless it has it already."""
        if day == self._planned:
            return
        demand_wh = day_demand_wh(
            self.community.seed,
            day,
            [each.number for each in self.households],
            [each.monthly_kwh for each in self.households],
        ).tolist()
        sun_wh = self._sun_wh(day)
        for home in self.homes:
            number = home.household.number
            home.plan_demand(demand_wh[number - 1])
            if isinstance(home, ProducerAgent):
                home.plan_sun(sun_wh[number])
        self._planned = day

    def _sun_wh(self, day: date) -> Mapping[int, list[int]]:
        """What each producer's panels can make in a local day [48], by household number."""
        if not self._producers:
            return {}
        row_of = {orientation: row for row, orientation in enumerate(self._orientations)}
        rows = [row_of[each.orientation] for each in self._producers]
        kwp = np.array([[each.kwp] for each in self._producers])
        energy_wh = whole_wh(self._roofs.day_wh_per_kwp(day)[rows] * kwp).tolist()
        return {each.number: row for each, row in zip(self._producers, energy_wh, strict=True)}
