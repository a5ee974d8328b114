"""Homes of a run that buy panels: every month's decisions, written into its columns."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from peergrid.money import PARTS
from peergrid.simulation.adoption.choosing import chance_of, payback_years, takes_exports
from peergrid.simulation.adoption.offers import offers_of
from peergrid.simulation.adoption.saving import (
    Reals,
    System,
    direct_share,
    direct_shares,
    savings_usd,
)
from peergrid.simulation.adoption.window import DAYS_PER_MONTH, Window
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.demand.library import CELLS_PER_CLASS, read_library
from peergrid.simulation.dice import Purpose, uniform
from peergrid.simulation.engine.columns import (
    GAIN,
    Communities,
    Day,
    Fact,
    Homes,
    Pool,
    Rates,
    Whole64,
)
from peergrid.simulation.engine.tables import FACTS
from peergrid.simulation.population import Population
from peergrid.simulation.scenario import Adoption, Scenario

LEAST_DAYS = 28  # of which a home must know its bill
DAYS_PER_YEAR = 365.25
EVERY = 8  # day of the library is looked at: a mean of some hundred days is as good


@dataclass(frozen=True)
class Prospect:
    """What homes without panels [k] see: their rows, what panels would do, and what they cost."""

    rows: Whole64
    own_usd: Reals
    sent_usd: Reals
    price_usd: Reals
    extra_usd: float


class Adopting:
    """Lets homes of ``communities`` (all, if None) buy panels as their months begin.

    What a home decides depends on its own community's past and on dice counted by (community,
    place, month) alone, so neither threads nor parts nor order make a difference.
    """

    def __init__(
        self,
        scenario: Scenario,
        terms: Adoption,
        population: Population,
        part: range | None,
        homes: Homes,
        communities: Communities,
        rates: Rates,
    ) -> None:
        self._scenario = scenario
        self._terms = terms
        self._columns = population.homes
        self._homes = homes
        self._communities = communities
        self._rates = rates
        self._offers = offers_of(scenario, terms, part)
        sizes = communities.facts[Pool.HOMES]
        self._community = np.repeat(np.arange(len(sizes)), sizes)
        self._window = Window()
        library = read_library()
        classes = len(library.wh) // CELLS_PER_CLASS
        self._days = library.wh[:, ::EVERY].reshape(classes, -1, library.wh.shape[2])

    def turn(self, number: int, day: Day) -> None:
        """``day`` begins, ``number`` from the start; the first of a month decides."""
        on = self._scenario.start + timedelta(days=number)
        if number == 0 or on.day == 1:
            self._window.mark(number, self._homes, self._communities)
            if self._window.days >= LEAST_DAYS:
                self._decide(number, on.year * 12 + on.month)
        self._window.shine(day)

    def _decide(self, number: int, month: int) -> None:
        terms, offers = self._terms, self._offers
        prospect = self._prospect(number)
        rows, patience = prospect.rows, offers.patience_years[prospect.rows]
        exporting = offers.can_connect[rows]
        exporting &= takes_exports(prospect.extra_usd, prospect.sent_usd, patience)
        payback = payback_years(
            prospect.price_usd + np.where(exporting, prospect.extra_usd, 0.0),
            prospect.own_usd + np.where(exporting, prospect.sent_usd, 0.0),
        )
        chance = chance_of(
            payback,
            patience,
            self._neighbours()[rows],
            innovation=terms.innovation_per_year,
            imitation=terms.imitation_per_year,
        )
        place = (self._columns["community"][rows], self._columns["place"][rows])
        dice = uniform(self._scenario.seed, Purpose.ADOPTING, *place, month)
        buys = dice < chance
        self._put_up(rows[buys], exporting[buys], number)

    def _prospect(self, number: int) -> Prospect:
        """What homes that could pay for panels, and have none, expect of them."""
        offers, window = self._offers, self._window
        rows = np.flatnonzero(offers.can_pay & (self._homes.reals[GAIN] == 0))
        facts = self._homes.facts[:, rows]
        offered = {name: column[rows] for name, column in offers.columns.items()}
        month = window.month_of(rows)
        made = window.sun.sum(axis=1)[facts[Fact.ORIENTATION]] * offered["gain"] * DAYS_PER_MONTH
        usable_wh = offered["battery_wh"] - offered["reserve_wh"]
        system = System(
            made,
            window.dark_shares()[self._community[rows]],
            usable_wh * DAYS_PER_MONTH,
            offered["efficiency_ppm"] / PARTS,
        )
        course = window.sun.mean(axis=0)
        table = np.stack([direct_shares(days, course) for days in self._days])
        asked = np.maximum(month.drawn_wh + month.missed_wh, 1)
        own_usd, sent_usd = savings_usd(
            self._rates,
            month,
            system,
            window.worth_in(self._rates, self._community[rows]),
            direct_share(table, facts[Fact.KIND] % len(CLASSES), made / asked),
            self._terms.backup_usd_per_kwh,
        )
        cheaper = (1 - self._terms.price_fall_per_year) ** (number / DAYS_PER_YEAR)
        price = offers.price_usd[rows] * cheaper
        return Prospect(rows, own_usd, sent_usd, price, self._terms.export_ready_usd * cheaper)

    def _neighbours(self) -> Reals:
        """The share of each home's community that has panels [n]."""
        facts = self._communities.facts
        has = (self._homes.reals[GAIN] > 0).astype(np.int64)
        owners = np.add.reduceat(has, facts[Pool.FIRST])
        return np.asarray((owners / facts[Pool.HOMES])[self._community], np.float64)

    def _put_up(self, rows: Whole64, exporting: NDArray[np.bool_], number: int) -> None:
        """Give the homes ``rows`` (k,) what they were offered; batteries begin at their reserve."""
        columns, homes = self._columns, self._homes
        for name, offered in self._offers.columns.items():
            columns[name][rows] = offered[rows]
        columns["can_export"][rows] = exporting
        columns["adopted_day"][rows] = number
        for fact, name in FACTS.items():
            if name in self._offers.columns:
                homes.facts[fact, rows] = columns[name][rows]
        homes.facts[Fact.SOC_WH, rows] = columns["reserve_wh"][rows]
        homes.reals[GAIN, rows] = columns["gain"][rows]
