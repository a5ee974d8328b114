"""One digest, however a run is cut, spread over threads, or split into parts."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.columns import Homes, Pool, Series, Total
from peergrid.simulation.engine.engine import Engine, losses_wh
from peergrid.simulation.scenario import Group, Outages, Sky
from tests.simulation.sky.weather_files import write_power
from tests.simulation.streets import GROUPS, WITH_EVERYTHING, street

ROOT = Path(__file__).parents[3]
SHEDDING = Outages(hours_per_day=6, faults_per_year=50)
MANY = street(WITH_EVERYTHING, copies=9, days=3, outages=SHEDDING, transformer_kva=10)


def digest(homes: Homes, series: np.ndarray) -> tuple[bytes, bytes, bytes]:
    return homes.totals.tobytes(), homes.facts.tobytes(), series.tobytes()


@pytest.fixture(scope="module")
def whole() -> Engine:
    engine = Engine(MANY, threads=1)
    engine.advance(3 * 48)
    return engine


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=4), st.integers(1, 3))
def test_the_same_however_it_is_cut_and_spread_over_threads(
    whole: Engine, cuts: list[int], threads: int
) -> None:
    engine = Engine(MANY, threads=threads)
    for intervals in cuts:
        engine.advance(min(intervals, 144 - engine.done))
    engine.advance(144 - engine.done)
    assert digest(engine.homes, engine.series) == digest(whole.homes, whole.series)


@pytest.mark.parametrize("cut", [1, 4, 8])
def test_the_same_split_into_parts_that_know_nothing_of_each_other(whole: Engine, cut: int) -> None:
    parts = [Engine(MANY, communities=part) for part in (range(cut), range(cut, 9))]
    for part in parts:
        part.advance(144)
    totals = np.concatenate([part.homes.totals for part in parts], axis=1)
    assert np.array_equal(totals, whole.homes.totals)
    assert np.array_equal(sum(part.series for part in parts), whole.series)


def test_a_new_neighbour_and_a_new_community_change_nobody_elses_demand_and_sun() -> None:
    small, large = Engine(street(GROUPS)), Engine(street(GROUPS).resized(9))
    more = Engine(street(GROUPS, copies=2))
    for engine in (small, large, more):
        engine.advance(48)
    own = [Total.DEMAND_WH, Total.GENERATION_WH, Total.IMPORT_WH, Total.EXPORT_WH]
    assert np.array_equal(large.homes.totals[own][:, :6], small.homes.totals[own])
    assert np.array_equal(more.homes.totals[:, :6], small.homes.totals)


def test_who_is_served_by_neighbours_buys_less_from_the_grid() -> None:
    engine = Engine(street((Group("low_density", 5, 5, kwp=(8, 8)), Group("lodger", 5))))
    engine.advance(96)
    totals = engine.homes.totals
    assert totals[Total.BOUGHT_WH].sum() == totals[Total.SOLD_WH].sum() > 0
    assert totals[Total.PAID_MICROS].sum() == totals[Total.EARNED_MICROS].sum() > 0
    assert engine.series[0, Series.SHARED_WH].sum() == totals[Total.BOUGHT_WH].sum()


def test_what_is_recorded_of_every_home_sums_to_its_totals() -> None:
    engine = Engine(street(WITH_EVERYTHING, transformer_kva=5))
    engine.record()
    engine.advance(48)
    recording, totals = engine.recording, engine.homes.totals
    assert np.array_equal(recording.import_wh.sum(axis=0), totals[Total.IMPORT_WH])
    assert np.array_equal(recording.export_wh.sum(axis=0), totals[Total.EXPORT_WH])
    assert np.array_equal(recording.generation_wh.sum(axis=0), totals[Total.GENERATION_WH])


def test_the_small_and_the_compiled_body_come_to_the_same(whole: Engine) -> None:
    small = Engine(MANY, compiled=False)
    for intervals in (48, 7, 30, 59):
        small.advance(intervals)
    assert digest(small.homes, small.series) == digest(whole.homes, whole.series)
    assert np.array_equal(small.communities.facts, whole.communities.facts)
    assert np.array_equal(small.communities.price, whole.communities.price)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    hours=st.sampled_from([0.0, 12.0]),
    transformer_kva=st.sampled_from([None, 2.0, 5.0]),
)
def test_any_day_comes_out_the_same_compiled_or_not_reading_by_reading(
    scheme: str, seed: int, hours: float, transformer_kva: float | None
) -> None:
    scenario = street(
        WITH_EVERYTHING,
        scheme=scheme,
        seed=seed,
        outages=Outages(hours_per_day=hours),
        transformer_kva=transformer_kva,
    )
    engines = [Engine(scenario, compiled=compiled) for compiled in (True, False)]
    for engine in engines:
        engine.record()
        engine.advance(48)
    one, other = engines
    assert digest(one.homes, one.series) == digest(other.homes, other.series)
    pairs = zip(one.recording, other.recording, strict=True)
    assert all(np.array_equal(left, right) for left, right in pairs)


def test_a_small_run_loads_no_compiler() -> None:
    code = (
        "import sys; from tests.simulation.streets import street;"
        "from peergrid.simulation.summary import run_of;"
        "run_of(street(), compiled=False); assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_run_may_go_on_beyond_its_days() -> None:
    engine = Engine(street(days=1))
    engine.advance(3 * 48)
    assert engine.series.shape == (1, len(Series), 144)
    assert engine.communities.facts[Pool.OUTAGE_INTERVALS].sum() == 0
    asked = Engine(street(days=3))
    asked.advance(3 * 48)
    assert digest(engine.homes, engine.series) == digest(asked.homes, asked.series)


def test_measured_weather_of_two_years_serves_all_their_days(tmp_path: Path) -> None:
    first, second = (write_power(tmp_path / f"{year}.csv", year) for year in (2020, 2021))
    rows = [line for line in second.read_text().splitlines() if line.startswith("2021,")]
    first.write_text(first.read_text() + "\n".join(rows) + "\n")
    scenario = replace(street(start=date(2020, 1, 2), days=728), sky=Sky(weather_file=first))
    assert Engine(scenario).day(727).sun.max() > 0


def test_a_kwh_in_half_an_hour_over_two_tenths_of_an_ohm_loses_nine_wh() -> None:
    # 2 kW at 230 V are 8.7 A; 8.7 A squared times 0.23 ohm are 17.4 W, for half an hour
    lost = losses_wh(np.array([1_000**2]), np.array([0.23], np.float32))
    assert lost.tolist() == [9]
