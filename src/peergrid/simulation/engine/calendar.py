"""What holds for a day of a scenario: library, sun, outages, prices remembered, turns."""

from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR, Interval, day_start
from peergrid.market.schemes.apart import FEED_IN, NET_METERING
from peergrid.market.sharing import turn_of
from peergrid.market.tariff import Tariff
from peergrid.simulation.demand.library import CELLS_PER_CLASS, cell_of, read_library, together
from peergrid.simulation.demand.seasons import DayType, day_type_of
from peergrid.simulation.demand.uses import WEEKEND_LATER_H
from peergrid.simulation.engine.columns import (
    EVERY_INTERVAL,
    HABITS,
    MOST_LATER,
    Day,
    Real32,
    Whole8,
    Whole16,
    Whole64,
    Word64,
)
from peergrid.simulation.outages import off_masks
from peergrid.simulation.population import Population
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.sky.sites import site_named
from peergrid.simulation.sky.sun import sun_table

DAYS_PER_YEAR = 365.25
CHUNK_DAYS = 366  # of sun computed at once

# Assumption: who does not follow prices heats water before the morning's bath and before supper,
# and a car at night: half hours of the day in which the mean home does so. Who rises later does
# all of it later, by as much as the library's day that the home lives; on weekends mornings come
# later, as in the library.
MORNING, EVENING, NIGHT = (8, 12), (34, 38), (44, 48)
WEEKEND_LATER = round(WEEKEND_LATER_H * INTERVALS_PER_HOUR)
CHEAP_HALF = INTERVALS_PER_DAY // 2
# Where neighbours owe each other nothing energy is worth as much at any hour, but for one's own
# sun: shiftable load goes around noon, and a battery gives whenever something is missing.
APART = (NET_METERING.name, FEED_IN.name)
NOON = sorted(range(INTERVALS_PER_DAY), key=lambda j: abs(2 * j + 1 - INTERVALS_PER_DAY))


def habit(later: int, day_type: DayType) -> list[int]:
    """The half hours of a day in which loads that can wait run, the first ones first [48].

    ``later`` is by how many half hours the home is later than the mean.
    """
    morning_later = later + (WEEKEND_LATER if day_type is DayType.WEEKEND else 0)
    first = [
        half % INTERVALS_PER_DAY
        for (start, end), by in ((MORNING, morning_later), (EVENING, later), (NIGHT, later))
        for half in range(start + by, end + by)
    ]
    return [*first, *(half for half in range(INTERVALS_PER_DAY) if half not in first)]


class Calendar:
    """The days of a scenario, by their number from its start (0, 1, ...)."""

    def __init__(
        self, scenario: Scenario, tariff: Tariff, population: Population, cache: Path | None
    ) -> None:
        self._scenario = scenario
        self._cache = cache
        self._library = read_library()
        self._orientations = population.orientations
        self._sites = population.sites
        self._groups = population.communities["shedding_group"]
        self._numbers = population.communities["number"]
        self._reacting = bool(population.homes["reacts"].any() or scenario.adoption)
        self._is_apart = tariff.scheme in APART
        self._credit_ppm = tariff.credit_ratio_ppm if tariff.scheme == NET_METERING.name else 0
        self._most_households = max(
            ceil(group.households_per_meter)
            for each in scenario.communities
            for group in each.groups
        )
        self._kinds: dict[int, tuple[Whole16, Whole8]] = {}
        self._chunk = -1
        self._sun: Real32 = np.empty((0, 0), np.float32)

    def day(self, number: int, price: Whole64) -> Day:
        """Day ``number``, after one whose prices were ``price`` (C, 48) [micros/kWh]."""
        scenario = self._scenario
        on = scenario.start + timedelta(days=number)
        first = Interval(day_start(on))
        order, dear = self._ranked(number, price, day_type_of(on))
        growth: Any = np.float32(  # a float64 would widen every product with it
            (1 + scenario.demand.growth_per_year) ** (number / DAYS_PER_YEAR)
        )
        profiles, rising = self._profiles_of(cell_of(on))
        return Day(
            on.toordinal(),
            profiles,
            growth,
            self._sun_of(number),
            off_masks(scenario.outages, scenario.seed, on, self._groups, self._numbers),
            order,
            rising,
            dear,
            self._credit_ppm,
            np.array([turn_of(first.later(j)) for j in range(INTERVALS_PER_DAY)], np.uint64),
        )

    def _profiles_of(self, cell: int) -> tuple[Whole16, Whole8]:
        """Every kind of home's days of a kind (kinds, L, 48) [Wh], and their habits (kinds, L)."""
        if cell not in self._kinds:
            library = self._library
            cells = np.arange(len(library.monthly_kwh)) * CELLS_PER_CLASS + cell
            most = self._most_households
            wh = [together(library.wh[cells], households) for households in range(1, most + 1)]
            rising = np.tile(library.later[cells] + MOST_LATER, (most, 1))
            self._kinds[cell] = np.concatenate(wh), rising.astype(np.uint8)
        return self._kinds[cell]

    def _ranked(self, number: int, price: Whole64, day_type: DayType) -> tuple[Whole8, Word64]:
        """The order in which shiftable load takes its place, and when batteries may discharge.

        Reacting homes take the cheapest half hours of the day before first, and keep their
        battery for the dearer half of them; a half hour in which nobody drew counts as dear.
        Where neighbours have no price together they use their own sun.
        """
        count = len(price)
        order = np.empty((HABITS + count, INTERVALS_PER_DAY), np.uint8)
        order[:HABITS] = [habit(row - MOST_LATER, day_type) for row in range(HABITS)]
        order[HABITS:] = NOON if self._is_apart else order[MOST_LATER]
        dear = np.full(count, EVERY_INTERVAL, np.uint64)
        if self._reacting and number and not self._is_apart:
            costs = np.where(price < 0, np.iinfo(np.int64).max, price)
            order[HABITS:] = np.argsort(costs, axis=1, kind="stable")
            bits = np.uint64(1) << order[HABITS:, CHEAP_HALF:].astype(np.uint64)
            dear = np.bitwise_or.reduce(bits, axis=1)
        return order, dear

    def _sun_of(self, number: int) -> Real32:
        """What 1 kWp of each orientation makes in the day (orientations, 48) [Wh]."""
        chunk, day = divmod(number, CHUNK_DAYS)
        start = day * INTERVALS_PER_DAY
        if chunk != self._chunk or start >= self._sun.shape[1]:
            self._sun = self._chunk_of(chunk, number)
            self._chunk = chunk
        return np.ascontiguousarray(self._sun[:, start : start + INTERVALS_PER_DAY])

    def _chunk_of(self, chunk: int, number: int) -> Real32:
        """The sun of a chunk with day ``number``; no more of it than a short scenario needs."""
        scenario = self._scenario
        first = scenario.start + timedelta(days=chunk * CHUNK_DAYS)
        asked = scenario.days - chunk * CHUNK_DAYS if number < scenario.days else CHUNK_DAYS
        days = min(asked, CHUNK_DAYS)  # a file of weather may hold no more than was asked for
        tables = [
            sun_table(
                site_named(name),
                self._orientations.at(index),
                first,
                days,
                seed=scenario.seed,
                variability=scenario.sky.variability,
                weather_file=scenario.sky.weather_file,
                cache=self._cache,
            )
            for index, name in enumerate(self._sites)
        ]
        return np.concatenate(tables)
