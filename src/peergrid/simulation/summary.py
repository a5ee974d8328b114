"""Run a scenario offline and say what came of it, with its books checked."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.indicators import (
    DROUGHT_YEAR,
    WET_YEAR,
    Energies,
    avoided_by,
    community_self_sufficiency,
    energy_balance_index,
    self_consumption,
    self_sufficiency,
)
from peergrid.money import price_micros_per_kwh
from peergrid.simulation.engine.columns import Recording, Series
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Scenario

type OnReadings = Callable[[date, Recording], None]  # a local day and what every home's meter said

OF_HOMES = (
    *("generation_wh", "curtailed_wh", "lost_wh", "self_consumed_wh", "demand_wh", "unserved_wh"),
    *("import_wh", "export_wh", "paid_micros", "earned_micros", "retail_micros", "levy_micros"),
    *("feed_in_micros", "credit_earned_wh", "credit_used_wh"),
)
IN_BOTH = (  # a series of the sites, and the homes' sums that it must come to
    *((name, name) for name in OF_HOMES if name.upper() in Series.__members__),
    ("shared_wh", "bought_wh"),
    ("shared_wh", "sold_wh"),
    ("paid_micros", "earned_micros"),
)


@dataclass(frozen=True)
class Summary:
    """A run's totals: energies [Wh], money [micros of a US dollar], prices [micros/kWh].

    ``import_wh`` and ``export_wh`` passed the meters; ``paid`` and ``earned`` went between
    neighbours, ``retail``, ``levy`` and ``feed_in`` between homes and the grid. ``demand_wh`` was
    served, ``unserved_wh`` asked for in an outage; ``curtailed_wh`` the panels could have made,
    ``lost_wh`` of it an outage kept from being shared. The mean price is what a drawn kWh cost,
    the mean payout what a kWh sent out earned in money. ``unaccounted_wh`` and
    ``unbalanced_micros`` are 0, or the run is wrong.
    """

    scenario: str
    scheme: str
    households: int
    producers: int
    communities: int
    intervals: int
    generation_wh: int
    curtailed_wh: int
    lost_wh: int
    self_consumed_wh: int
    demand_wh: int
    unserved_wh: int
    import_wh: int
    export_wh: int
    shared_wh: int
    grid_import_wh: int
    grid_export_wh: int
    paid_micros: int
    earned_micros: int
    retail_micros: int
    levy_micros: int
    feed_in_micros: int
    credit_earned_wh: int
    credit_used_wh: int
    unaccounted_wh: int
    unbalanced_micros: int
    unbalanced_credit_wh: int

    @property
    def mean_price_micros_per_kwh(self) -> int | None:
        paid = self.paid_micros + self.retail_micros + self.levy_micros
        return price_micros_per_kwh(paid, self.import_wh)

    @property
    def mean_payout_micros_per_kwh(self) -> int | None:
        return price_micros_per_kwh(self.earned_micros + self.feed_in_micros, self.export_wh)

    @property
    def self_consumption(self) -> float | None:
        return self_consumption(self.self_consumed_wh, self.generation_wh)

    @property
    def self_sufficiency(self) -> float | None:
        return self_sufficiency(self.demand_wh - self.import_wh, self.demand_wh)

    @property
    def energies(self) -> Energies:
        return Energies(
            self.demand_wh,
            self.generation_wh,
            self.self_consumed_wh,
            self.import_wh,
            self.export_wh,
            self.shared_wh,
        )

    @property
    def adds_up(self) -> bool:
        """Whether every Wh and every micro is accounted for."""
        return not (self.unaccounted_wh or self.unbalanced_micros or self.unbalanced_credit_wh)

    def as_json(self) -> dict[str, Any]:
        """Plain values by name, with the means and rates that sums alone can tell."""
        energies = self.energies
        return asdict(self) | {
            "mean_price_micros_per_kwh": self.mean_price_micros_per_kwh,
            "mean_payout_micros_per_kwh": self.mean_payout_micros_per_kwh,
            "self_consumption": self.self_consumption,
            "self_sufficiency": self.self_sufficiency,
            "community_self_sufficiency": community_self_sufficiency(
                energies.grid_import_wh, energies.demand_wh
            ),
            "energy_balance_index": energy_balance_index(
                energies.net_wh, energies.demand_wh, energies.generation_wh
            ),
            "avoided_wet_year_g": avoided_by(energies.displaced_wh, WET_YEAR).grams,
            "avoided_drought_year_g": avoided_by(energies.displaced_wh, DROUGHT_YEAR).grams,
        }


def run_of(
    scenario: Scenario,
    on_day: Callable[[int], None] | None = None,
    *,
    on_readings: OnReadings | None = None,
    cache: Path | None = None,
    threads: int | None = None,
    compiled: bool = True,
) -> Run:
    """Run ``scenario`` without a backend; ``on_day`` hears 1, 2, ... as each day is done.

    ``on_readings`` gets every home's readings of each local day. ``cache`` is a folder for
    tables of the sun; ``compiled`` is as the engine has it. If ``on_day`` raises
    KeyboardInterrupt, what was run until then is returned.
    """
    engine = Engine(scenario, cache=cache, threads=threads, compiled=compiled)
    if on_readings:
        engine.record()
    with suppress(KeyboardInterrupt):
        for day in range(1, scenario.days + 1):
            engine.advance(INTERVALS_PER_DAY)
            if on_readings:
                on_readings(scenario.start + timedelta(days=day - 1), engine.recording)
            if on_day:
                on_day(day)
    return engine.run()


def simulate(
    scenario: Scenario,
    on_day: Callable[[int], None] | None = None,
    *,
    cache: Path | None = None,
) -> Summary:
    """The summary of ``run_of``."""
    return summary_of(run_of(scenario, on_day, cache=cache))


def summary_of(run: Run) -> Summary:
    """A run in one row of numbers."""
    of_series = {series.name.lower(): int(run.series[:, series].sum()) for series in Series}
    of_homes = {name: int(run.homes[name].sum()) for name in (*OF_HOMES, "bought_wh", "sold_wh")}
    shared_wh = of_series["shared_wh"]
    return Summary(
        scenario=run.scenario.name,
        scheme=run.scenario.scheme,
        households=len(run.homes["key"]),
        producers=int((run.homes["kwp"] > 0).sum()),
        communities=len(run.communities["site"]),
        intervals=run.intervals,
        shared_wh=shared_wh,
        grid_import_wh=of_homes["import_wh"] - shared_wh,
        grid_export_wh=of_homes["export_wh"] - shared_wh,
        unaccounted_wh=_unaccounted_wh(run)
        + sum(_apart(of_series, of_homes, *pair) for pair in IN_BOTH if pair[0].endswith("_wh")),
        unbalanced_micros=sum(
            _apart(of_series, of_homes, *pair) for pair in IN_BOTH if pair[0].endswith("_micros")
        ),
        unbalanced_credit_wh=int(
            np.abs(
                run.homes["credit_wh"] - run.homes["credit_earned_wh"] + run.homes["credit_used_wh"]
            ).sum()
        ),
        **{name: of_homes[name] for name in OF_HOMES},
    )


def _apart(of_series: dict[str, int], of_homes: dict[str, int], series: str, homes: str) -> int:
    """What communities' sums and homes' differ by."""
    return abs(of_series[series] - of_homes[homes])


def _unaccounted_wh(run: Run) -> int:
    """Wh without an origin or an end, home by home: what came in must be used or sent out.

    A battery may keep some of it, and lose some of what it took, but gives no more than it had.
    """
    homes = run.homes
    came_in = homes["generation_wh"] + homes["import_wh"]
    kept = came_in - homes["demand_wh"] - homes["export_wh"]
    stored = homes["soc_wh"] - homes["reserve_wh"]  # it began with its reserve
    has_battery = homes["battery_wh"] > 0
    missing = np.where(has_battery, np.maximum(stored - kept, 0), np.abs(kept))
    return int(missing.sum())
