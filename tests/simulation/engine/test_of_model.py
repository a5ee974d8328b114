"""A run of the Mesa model, kept as a run."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest

from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.of_model import simulate_run
from peergrid.simulation.engine.run import SERIES
from peergrid.simulation.results.figures import figures_of, totals_of
from peergrid.simulation.summary import simulate
from tests.simulation.results.made import street


@dataclass
class Kept:
    """Keeps the days handed to it."""

    days: dict[date, tuple[Any, ...]] = field(default_factory=dict)

    def write_day(self, day: date, import_wh: Any, export_wh: Any, generation_wh: Any) -> None:
        self.days[day] = (import_wh, export_wh, generation_wh)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_run_says_what_the_summary_of_the_same_scenario_says(scheme: str) -> None:
    scenario = street(days=2, scheme=scheme)
    run, summary = simulate_run(scenario), simulate(scenario).as_json()
    found = totals_of(run) | figures_of(run)

    both = found.keys() & summary.keys()
    assert {name: found[name] for name in both} == {name: summary[name] for name in both}
    assert len(both) == 19


def test_homes_add_up_to_the_series_and_buyers_to_sellers() -> None:
    run = simulate_run(street(days=2))

    for place, name in enumerate(SERIES):
        if name in run.homes:
            assert run.series[0, place].sum() == run.homes[name].sum(), name
    assert run.homes["bought_wh"].sum() == run.homes["sold_wh"].sum() > 0
    assert run.homes["paid_micros"].sum() == run.homes["earned_micros"].sum() > 0


def test_every_reading_is_handed_on_day_by_day() -> None:
    kept = Kept()
    run = simulate_run(street(days=2), writer=kept)

    assert list(kept.days) == [date(2026, 9, 29), date(2026, 9, 30)]
    for place, name in enumerate(("import_wh", "export_wh", "generation_wh")):
        by_day = [day[place] for day in kept.days.values()]
        assert by_day[0].shape == (48, 6)
        assert (np.sum(by_day, axis=(0, 1)) == run.homes[name]).all()


@pytest.mark.parametrize("day", [1, 2, 3])
def test_a_run_that_is_stopped_has_the_days_it_did(day: int) -> None:
    def stop(done: int) -> None:
        if done == day:
            raise KeyboardInterrupt

    run, shorter = simulate_run(street(days=4), stop), simulate_run(street(days=day))

    assert run.intervals == shorter.intervals == day * 48
    assert (run.series == shorter.series).all()
    assert all((run.homes[name] == values).all() for name, values in shorter.homes.items())
