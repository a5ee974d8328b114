"""Run a scenario's homes through time: threads, days, months, and what is left of it."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY, INTERVALS_PER_HOUR, Interval, day_start
from peergrid.simulation.adoption.adopting import Adopting
from peergrid.simulation.engine.calendar import Calendar
from peergrid.simulation.engine.columns import (
    BOOK_ROWS,
    PRICED_IN_NUMPY,
    SALE_ROWS,
    Day,
    Fact,
    Pool,
    Recording,
    Series,
    Total,
    Whole64,
    Work,
)
from peergrid.simulation.engine.grid_only import GridOnly
from peergrid.simulation.engine.interpreted import run_community
from peergrid.simulation.engine.kernels import run_day, run_interval
from peergrid.simulation.engine.pricing import Pricing
from peergrid.simulation.engine.run import Run
from peergrid.simulation.engine.tables import communities_of, homes_of, rates_of
from peergrid.simulation.engine.unbroken import unbroken
from peergrid.simulation.population import population_of
from peergrid.simulation.population.homes import VOLTAGE_V
from peergrid.simulation.scenario import Scenario

CHUNKS_PER_THREAD = 4
HOMES_PER_THREAD = 20_000  # with fewer, threads cost more than they give


class Engine:
    """The homes of ``scenario``, or of a range of its ``communities``, as columns, living.

    ``done`` intervals have been lived. Results are the same for any number of ``threads``,
    however ``advance`` is cut into pieces, and whether it is ``compiled``: without, nothing is to
    be loaded or compiled first, and a home's half hour takes a thousand times as long.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        communities: range | None = None,
        cache: Path | None = None,
        threads: int | None = None,
        compiled: bool = True,
    ) -> None:
        self.scenario = scenario
        self.population = population_of(scenario, communities)
        self.homes = homes_of(self.population)
        self.communities = communities_of(self.population)
        tariff = scenario.prices
        self.rates = rates_of(tariff)
        self._grid_only = GridOnly(tariff, len(self.homes.key))
        self._compiled = compiled
        is_priced_here = not compiled or self.rates.scheme == PRICED_IN_NUMPY
        self._pricing = (
            Pricing(tariff, self.population.homes, self._midnight(0)) if is_priced_here else None
        )
        self.done = 0
        self._calendar = Calendar(scenario, tariff, self.population, cache)
        self._adopting = (
            Adopting(
                scenario,
                scenario.adoption,
                self.population,
                communities,
                self.homes,
                self.communities,
                self.rates,
            )
            if scenario.adoption
            else None
        )
        self._today: tuple[int, Day] | None = None
        self._series = self._room(scenario.days * INTERVALS_PER_DAY)
        count = len(self.homes.key)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        wanted = threads or min(cores, -(-count // HOMES_PER_THREAD))
        pieces = 1 if wanted == 1 else wanted * CHUNKS_PER_THREAD
        self._pieces = np.array_split(np.arange(self.communities.facts.shape[1]), pieces)
        self._threads = wanted
        self._pool: ThreadPoolExecutor | None = None
        self.recording = Recording(*(np.empty((0, count), np.int32) for _ in range(3)))

    @property
    def series(self) -> NDArray[np.int64]:
        """Sums over the homes of each site (sites, Series, done)."""
        return self._series[:, :, : self.done]

    def _room(self, intervals: int) -> NDArray[np.int64]:
        return np.zeros((len(self.population.sites), len(Series), intervals), np.int64)

    def record(self) -> None:
        """From now on keep every home's readings of the day in ``recording`` (48, n)."""
        shape = (INTERVALS_PER_DAY, len(self.homes.key))
        self.recording = Recording(*(np.zeros(shape, np.int32) for _ in range(3)))

    def advance(self, intervals: int) -> None:
        """Live ``intervals`` >= 0 half hours; a Ctrl-C takes effect between days or intervals."""
        end = self.done + intervals
        while self.done < end:
            number, first = divmod(self.done, INTERVALS_PER_DAY)
            day = self.day(number)
            with unbroken():
                if first == 0 and end - self.done >= INTERVALS_PER_DAY:
                    self.take(self._run(day, None))
                else:
                    self.take(self._run(day, first)[:, :, first : first + 1])

    def day(self, number: int) -> Day:
        """Day ``number`` from the start; a new month's blocks start at 0 with its first day."""
        if self._today is None or self._today[0] != number:
            self._today = (number, self._calendar.day(number, self.communities.price))
            if (self.scenario.start + timedelta(days=number)).day == 1:
                self.homes.totals[Total.BILLED_WH] = 0
                self.homes.totals[Total.SENT_WH] = 0
                self._grid_only.turn_month(self.homes.totals[Total.IMPORT_WH])
                if self._pricing:
                    self._pricing.turn_month(self.homes.totals, self._midnight(number))
            if self._adopting:
                self._adopting.turn(number, self._today[1])
        return self._today[1]

    def _midnight(self, number: int) -> Interval:
        return Interval(day_start(self.scenario.start + timedelta(days=number)))

    def take(self, sums: Whole64) -> None:
        """Add what intervals came to (sites, Series, k) that were lived just now."""
        end = self.done + sums.shape[2]
        if end > self._series.shape[2]:
            longer = self._room(max(end, 2 * self._series.shape[2]))
            longer[:, :, : self.done] = self.series
            self._series = longer
        self._series[:, :, self.done : end] = sums
        self.done = end
        days, half = divmod(end, INTERVALS_PER_DAY)
        tomorrow = self.scenario.start + timedelta(days=days)
        if half == 0 and (tomorrow.day == 1 or days == self.scenario.days):
            self._close_month(self.homes.totals, self.series)

    def _close_month(self, totals: Whole64, series: Whole64) -> None:
        """Book what the month's own prices come to, for a scheme that has any."""
        if self._pricing and self._pricing.by_month and self.done:
            self._pricing.close_month(self.communities, totals, series[:, :, -1])

    def _run(self, day: Day, interval: int | None) -> Whole64:
        """Live a day, or one ``interval`` of it, piece by piece; the sums of its sites."""
        if self._threads == 1:
            return self._piece(self._pieces[0], day, interval)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads)
        futures = [self._pool.submit(self._piece, piece, day, interval) for piece in self._pieces]
        return np.sum([future.result() for future in futures], axis=0)

    def _piece(self, among: Whole64, day: Day, interval: int | None) -> Whole64:
        series = np.zeros((len(self.population.sites), len(Series), INTERVALS_PER_DAY), np.int64)
        if self._pricing and not self._compiled:
            self._interpret(self._pricing, among, day, interval, series)
        elif len(among):
            most = int(self.communities.facts[Pool.HOMES, among].max())
            work = Work(
                np.empty(most * INTERVALS_PER_DAY, np.int32),
                np.empty(most * BOOK_ROWS),
                np.empty(most * SALE_ROWS),
                np.empty(most + 1, np.int32),
                np.empty(most + 1, np.int32),
                np.empty(2),
            )
            of = (self.homes, self.communities, among, day, self.rates)
            if self._pricing:
                self._piece_priced(self._pricing, among, day, interval, work, series)
            elif interval is None:
                run_day(*of, self.recording, work, series)
            else:
                run_interval(*of, interval, self.recording, work, series)
        return series

    def _piece_priced(
        self,
        pricing: Pricing,
        among: Whole64,
        day: Day,
        interval: int | None,
        work: Work,
        series: Whole64,
    ) -> None:
        """Live each community compiled, then price what is left of it in ``work``."""
        midnight = Interval(day_start(date.fromordinal(day.number)))
        place, end = (0, INTERVALS_PER_DAY) if interval is None else (interval, interval + 1)
        for c in among:
            of = (self.homes, self.communities, np.array([c]), day, self.rates)
            if interval is None:
                run_day(*of, self.recording, work, series)
            else:
                run_interval(*of, interval, self.recording, work, series)
            homes = int(self.communities.facts[Pool.HOMES, c])
            net = work.net[: INTERVALS_PER_DAY * homes].reshape(INTERVALS_PER_DAY, homes)
            sums = series[self.communities.facts[Pool.SITE, c], :, place:end]
            first, totals = midnight.later(place), self.homes.totals
            pricing.price(self.communities, int(c), first, net[place:end], totals, sums)

    def _interpret(
        self, pricing: Pricing, among: Whole64, day: Day, interval: int | None, series: Whole64
    ) -> None:
        """Live a day, or one ``interval`` of it, without compiled code."""
        start = 0 if interval is None else interval
        span = slice(start, INTERVALS_PER_DAY if interval is None else interval + 1)
        first = Interval(day_start(date.fromordinal(day.number))).later(start)
        for c in among.tolist():
            run_community(
                self.homes, self.communities, c, day, pricing, first, span, self.recording, series
            )

    def run(self) -> Run:
        """What is left so far; what is priced by the month is priced until now."""
        of_homes, series = self.homes.totals, self.series
        if self._pricing and self._pricing.by_month:  # whose homes live on at the old prices
            of_homes, series = of_homes.copy(), series.copy()
            self._close_month(of_homes, series)
        totals = {total.name.lower(): of_homes[total] for total in Total}
        self_consumed = totals["generation_wh"] - totals["export_wh"]
        communities = {
            **self.population.communities,
            "outage_intervals": self.communities.facts[Pool.OUTAGE_INTERVALS],
            "overload_intervals": self.communities.facts[Pool.OVERLOAD_INTERVALS],
        }
        return Run(
            self.scenario,
            self.done,
            self.population.sites,
            series,
            {
                **self.population.homes,
                **totals,
                "self_consumed_wh": self_consumed,
                "grid_only_micros": self._grid_only.bills_micros(totals["import_wh"]),
                "line_losses_wh": losses_wh(
                    totals["net_squared_wh2"], self.population.homes["line_ohm"]
                ),
                "soc_wh": self.homes.facts[Fact.SOC_WH].astype(np.int64),
            },
            communities,
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pool": None}


def losses_wh(net_squared_wh2: NDArray[np.int64], line_ohm: NDArray[np.float32]) -> Whole64:
    """What lines of ``line_ohm`` (n,) turned into heat [Wh], to the nearest.

    ``net_squared_wh2`` (n,) sums the squares of what passed a home's meter in each half hour. A
    half hour's current is taken as even, and the line as the home's own: in truth currents vary
    within it and neighbours share conductors, so this is the least that is lost. Joule's law.

    >>> losses_wh(np.array([1_000_000]), np.array([0.23], np.float32))  # 1 kWh, 0.23 ohm
    array([9])
    """
    watts_per_wh = INTERVALS_PER_HOUR
    heat = line_ohm.astype(np.float64) * net_squared_wh2 * watts_per_wh / VOLTAGE_V**2
    lost: Whole64 = np.rint(heat).astype(np.int64)
    return lost
