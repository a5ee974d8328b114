"""The homes of a scenario as a Mesa model: one step is one interval."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import nextafter
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import mesa
import numpy as np

from peergrid.energy import INTERVALS_PER_DAY, Interval, Reading, day_start, month_start
from peergrid.simulation.agents import (
    ConsumerAgent,
    Everybody,
    GridAgent,
    Homes,
    HouseholdAgent,
    ProducerAgent,
)
from peergrid.simulation.agents.table import Table
from peergrid.simulation.engine.columns import Day, Fact, Series
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.late import LateEngine
from peergrid.simulation.plain import live
from peergrid.simulation.reports import Reports
from peergrid.simulation.scenario import Scenario


class CommunityModel(mesa.Model):  # type: ignore[misc]
    """Homes that share, community by community, driven by the sun and by what they use.

    Give classes of your own for ``consumer``, ``producer`` or ``grid``: a method of theirs in
    plain Python replaces the engine's, and everybody is then lived in Python, with the same
    whole numbers; ``compiled=False`` does so for the classes that come with PeerGrid. ``rng``
    replaces the scenario's seed. ``datacollector`` gets a row an interval.
    """

    def __init__(
        self,
        community: Scenario,
        *,
        consumer: type[HouseholdAgent] = ConsumerAgent,
        producer: type[HouseholdAgent] = ProducerAgent,
        grid: type[GridAgent] = GridAgent,
        compiled: bool = True,
        rng: int | None = None,
        cache: Path | None = None,
    ) -> None:
        self.community = community if rng is None else community.seeded(rng)
        super().__init__(rng=self.community.seed)
        self.classes = (consumer, producer)
        self.compiled = compiled and self.classes == (ConsumerAgent, ProducerAgent)
        self.compiled &= grid is GridAgent
        engine = Engine(self.community, cache=cache)
        self.engine: Any = LateEngine(engine) if self.compiled else engine
        self.table = Table(self.engine, self.classes)
        self._handles: WeakValueDictionary[int, HouseholdAgent] = WeakValueDictionary()
        self.shown = -1  # the number of ``interval``, from 0
        self.agent_id_counter = len(self.engine.homes.key) + 1
        tariff = self.community.prices
        count = self.engine.communities.facts.shape[1]
        self.grids = [grid(self, place, tariff) for place in range(count)]
        self.datacollector = Reports(self)

    def home(self, row: int) -> HouseholdAgent:
        """The agent of a row of the table, the same as long as somebody holds it.

        Raises IndexError for a row below 0 or past the last.
        """
        if not 0 <= row < len(self.engine.homes.key):
            raise IndexError(f"there is no home {row}: rows are 0 to {len(self.homes) - 1}")
        agent = self._handles.get(row)
        if agent is None or (self.community.adoption and type(agent) is not self.class_of(row)):
            agent = self._handles[row] = self.class_of(row)(self, row)
        return agent

    def class_of(self, row: int) -> type[HouseholdAgent]:
        """Producers have panels."""
        return self.classes[int(self.table["gain"][row] > 0)]

    @property
    def grid(self) -> GridAgent:
        """The grid of the first community, for models that have one."""
        return self.grids[0]

    @property
    def homes(self) -> Homes:
        """All homes."""
        return Homes(self, range(len(self.engine.homes.key)))

    @property
    def agents(self) -> Everybody:
        """All agents: homes, then grids and whatever else was made."""
        return Everybody(self.homes, self._all_agents)

    @property
    def agents_by_type(self) -> Mapping[type, Any]:
        has_panels = self.table["gain"] > 0
        by_class = {
            cls: Homes(self, np.flatnonzero(has_panels == number), cls)
            for number, cls in enumerate(self.classes)
        }
        others: Mapping[type, Any] = self._agents_by_type
        return {cls: homes for cls, homes in by_class.items() if len(homes)} | dict(others)

    @property
    def agent_types(self) -> list[type]:
        return list(self.agents_by_type)

    @property
    def interval(self) -> Interval:
        """The interval being lived or last lived; before the first, the one before the start."""
        return Interval(day_start(self.community.start)).later(self.shown)

    @property
    def month(self) -> date:
        """The local month of ``interval``."""
        return month_start(self.community.start + timedelta(days=self.shown // INTERVALS_PER_DAY))

    @property
    def of_day(self) -> int:
        """Which half hour of the local day ``interval`` is (0 to 47)."""
        return self.shown % INTERVALS_PER_DAY

    @property
    def today(self) -> Day:
        """What holds for the day of ``interval``."""
        today: Day = self.engine.day(self.shown // INTERVALS_PER_DAY)
        return today

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What every home's meter counted in ``interval``, by unique_id; none before the start."""
        if self.shown < 0:
            return ()
        interval, facts = self.interval, self.engine.homes.facts
        counted = facts[[Fact.IMPORT_WH, Fact.EXPORT_WH, Fact.GENERATION_WH]].T.tolist()
        return tuple(
            Reading(number, interval, import_wh=drawn, export_wh=sent, generation_wh=made)
            for number, (drawn, sent, made) in enumerate(counted, start=1)
        )

    def sum_of(self, series: Series) -> int:
        """A series of the interval last lived, summed over all homes; 0 before the first."""
        if self.shown < 0:
            return 0
        return int(self.engine.series[:, series, self.shown].sum())

    def step(self) -> None:
        """One interval: homes use and make energy, the grid clears it and keeps the books."""
        if self.compiled:
            self.engine.pass_by()
            self.shown = self.engine.done - 1
        else:
            self.shown = self.engine.done
            live(self)
        self.datacollector.collect(self)

    def run_for(self, duration: float) -> None:
        """Run ``duration`` intervals: as so many steps, in blocks of days.

        A block ends where something is scheduled. Within it agents show what they are at its
        end; the model's reporters see every interval.
        """
        if not self.compiled:
            super().run_for(duration)
            return
        now = self.time
        end = now + int(duration)
        self._default_schedule.pause()
        try:
            while now < end:
                block = min(int(end - now), self._undisturbed(now))
                self._live_block(block)
                now += block
                self._advance_time(now)
        finally:
            self._default_schedule.resume()

    def _undisturbed(self, now: float) -> int:
        """How many intervals >= 1 of the day begin before anything scheduled after ``now``.

        What is scheduled before the end of the first of them is done at once, as between steps.
        """
        left: int = INTERVALS_PER_DAY - self.engine.done % INTERVALS_PER_DAY
        if self._event_list.is_empty():
            return left
        if self._event_list.peek_ahead()[0].time < now + 1:
            self._advance_time(nextafter(now + 1, now))
        if self._event_list.is_empty():
            return left
        return min(left, int(self._event_list.peek_ahead()[0].time - now))

    def _live_block(self, intervals: int) -> None:
        self.engine.advance(intervals)
        self.steps += intervals
        for shown in range(self.engine.done - intervals, self.engine.done):
            self.shown = shown
            self.datacollector.collect(self)

    def skip(self, intervals: int) -> None:
        """Live ``intervals`` >= 0 without reporting them."""
        if intervals < 0:
            raise ValueError(f"cannot skip {intervals} intervals: time runs forward")
        if self.compiled:
            self.engine.advance(intervals)
            self.shown = self.engine.done - 1
        else:
            for _ in range(intervals):
                self.shown = self.engine.done
                live(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handles"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _handles=WeakValueDictionary())
