"""Send a scenario's readings as its meters would: its history, then live."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, day_start
from peergrid.errors import Invalid
from peergrid.simulation.collect import Collector
from peergrid.simulation.households import Household, households_of
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.transmit import Transmitter, messages_of

A_STREET = 50  # homes; as many live in plain Python before a compiler would be done

type Listener = Callable[[int], Awaitable[None]]


@dataclass
class Meters:
    """The model's homes and the way their readings leave."""

    model: CommunityModel
    households: list[Household]
    transmitter: Transmitter | Collector

    @classmethod
    def of(
        cls, scenario: Scenario, transmitter: Transmitter | Collector, cache: Path | None = None
    ) -> "Meters":
        """The homes of ``scenario``; ``cache`` is a folder for tables of the sun."""
        compiled = scenario.households > A_STREET
        model = CommunityModel(scenario, compiled=compiled, cache=cache)
        return cls(model, households_of(scenario), transmitter)

    def skip_to(self, start: datetime) -> None:
        """Go on from the interval that starts at ``start``; before the scenario's, from there."""
        passed = (start - self.model.interval.end) // INTERVAL
        self.model.skip(max(passed, 0))

    async def step(self) -> None:
        """One interval: live it, and keep its readings for sending."""
        self.model.step()
        await self.transmitter.put(messages_of(self.model.readings, self.households))

    async def catch_up(self, end: datetime, on_day: Listener) -> None:
        """Live and send every interval before ``end``; ``on_day`` hears of each day's intervals."""
        while self.model.interval.end < end:
            left = (end - self.model.interval.end) // INTERVAL
            count = min(left, INTERVALS_PER_DAY)
            for _ in range(count):
                await self.step()
            await self.transmitter.flush()
            await on_day(count)

    async def live(self, seconds: float, on_interval: Listener) -> None:
        """One interval every ``seconds``, until cancelled; life goes on if nobody answers."""
        if seconds <= 0:
            raise Invalid("The time between intervals must be above 0 seconds.")
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            await self.step()
            await self.transmitter.flush(within_s=seconds)
            await on_interval(1)
            due = max(due + seconds, clock())
            await asyncio.sleep(due - clock())


def end_of_history(scenario: Scenario) -> datetime:
    """When the days that a scenario tells of are over."""
    return day_start(scenario.start) + scenario.days * INTERVALS_PER_DAY * INTERVAL
