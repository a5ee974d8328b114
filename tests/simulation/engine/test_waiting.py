"""What geysers and cars do about outages and about the hour at which people rise."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.demand.seasons import DayType
from peergrid.simulation.engine import waiting
from peergrid.simulation.engine.calendar import habit
from peergrid.simulation.engine.columns import HABITS, MOST_LATER, Fact, Series, Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Demand, Group, Outages, Scenario
from tests.simulation.engine.calling import called
from tests.simulation.streets import street

put_off = called(waiting.put_off)
GEYSERS = Group("low_density", 20, with_geysers=20)


def lived(scenario: Scenario) -> Engine:
    engine = Engine(scenario)
    engine.advance(scenario.days * 48)
    return engine


def demand_wh(scenario: Scenario) -> int:
    return int(lived(scenario).homes.totals[Total.DEMAND_WH].sum())


def test_what_an_outage_kept_cold_is_heated_afterwards_within_power_and_tank() -> None:
    # a geyser of 1,000 Wh an interval and a tank of 2,500 Wh, whose turn is four intervals
    owed, seen = 0, []
    for is_on, part in [(False, 1000)] * 3 + [(True, 1000)] + [(True, 0)] * 3:
        heated, owed, lost = put_off(owed, part, 1000, 2500, 9000, is_on)
        seen.append((heated, owed, lost))
    assert seen == [
        *((0, 1000, 0), (0, 2000, 0), (0, 2500, 500)),  # the third leaves a cold tank
        *((1000, 2500, 0), (1000, 1500, 0), (1000, 500, 0), (500, 0, 0)),
    ]


def test_outages_shift_a_geyser_s_energy_and_take_away_the_rest() -> None:
    dark = Outages(hours_per_day=8)
    with_geysers = street((GEYSERS,), days=8, scheme="net_metering")
    without = street((replace(GEYSERS, with_geysers=0),), days=8, scheme="net_metering")
    shed = lived(replace(with_geysers, outages=dark))
    need = int(shed.homes.facts[Fact.SHIFT_WH].sum()) * 8
    factor = shed.homes.reals[0].sum() / lived(without).homes.reals[0].sum()
    rest = factor * demand_wh(replace(without, outages=dark))
    heated = shed.homes.totals[Total.DEMAND_WH].sum() + shed.homes.facts[Fact.OWED_WH].sum() - rest
    assert heated == pytest.approx(need, rel=0.02)
    assert demand_wh(with_geysers) - shed.homes.totals[Total.DEMAND_WH].sum() > 0


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    hours=st.sampled_from([0.0, 6.0, 12.0, 20.0]),
    litres=st.sampled_from([10.0, 150.0, 2_000.0]),
)
def test_every_wh_of_a_geyser_is_heated_owed_or_told_to_be_missing(
    seed: int, hours: float, litres: float
) -> None:
    group = replace(GEYSERS, homes=5, with_geysers=5, geyser_litres=litres, breaker_a=200)
    scenario = street((group,), seed=seed, outages=Outages(hours_per_day=hours), days=3)
    engine = lived(scenario)
    facts, totals = engine.homes.facts, engine.homes.totals
    idle = Engine(scenario)
    idle.homes.facts[Fact.SHIFT_WH] = 0
    idle.advance(3 * 48)
    counted = [Total.DEMAND_WH, Total.UNSERVED_WH]
    more = (totals[counted] - idle.homes.totals[counted]).sum(axis=0)
    assert np.array_equal(more + facts[Fact.OWED_WH], 3 * facts[Fact.SHIFT_WH])
    assert (facts[Fact.OWED_WH] <= facts[Fact.TANK_WH]).all()


def test_what_a_geyser_and_a_car_need_grows_as_everything_grows() -> None:
    group = Group("low_density", 10, with_geysers=10, with_evs=5)
    now = street((group,), days=1, scheme="net_metering")
    grown = replace(now, demand=Demand(growth_per_year=0.1), days=367)
    needs = []
    for scenario in (now, grown):
        engine = Engine(scenario)
        engine.advance((scenario.days - 1) * 48)
        before = engine.homes.totals[Total.DEMAND_WH].sum()
        engine.homes.reals[0] = 0  # nothing but what can wait
        engine.advance(48)
        needs.append(int(engine.homes.totals[Total.DEMAND_WH].sum() - before))
    assert needs[1] / needs[0] == pytest.approx(1.1, rel=0.001)


def test_who_rises_late_bathes_late_and_weekend_mornings_come_an_hour_later() -> None:
    assert habit(0, DayType.WEEKDAY)[:8] == [8, 9, 10, 11, 34, 35, 36, 37]
    assert habit(3, DayType.WEEKDAY)[:4] == [11, 12, 13, 14]
    assert habit(-1, DayType.WEEKEND)[:8] == [9, 10, 11, 12, 33, 34, 35, 36]


@pytest.mark.parametrize("day_type", DayType)
def test_every_habit_knows_each_half_hour_once(day_type: DayType) -> None:
    for row in range(HABITS):
        assert sorted(habit(row - MOST_LATER, day_type)) == list(range(48))


def test_homes_heat_their_water_at_different_hours_and_none_all_at_once() -> None:
    engine = Engine(street((replace(GEYSERS, homes=200, with_geysers=200),), days=5))
    engine.homes.reals[0] = 0
    engine.advance(5 * 48)
    mornings = engine.series[0, Series.DEMAND_WH].reshape(5, 48)[:, :24]
    heats = 200 * int(engine.homes.facts[Fact.SHIFT_POWER_WH, 0])
    assert (mornings > 0.02 * heats).sum(axis=1).min() >= 8
    assert mornings.max() < 0.95 * heats  # before all 200 heated at once


def test_a_kwh_a_day_for_a_geyser_can_be_written_and_is_else_two_fifths_of_the_home() -> None:
    written = Engine(street((replace(GEYSERS, geyser_kwh_per_day=(3.0, 3.0)),)))
    assert (written.homes.facts[Fact.SHIFT_WH] == 3_000).all()
    usual = Engine(street((GEYSERS,)))
    part = usual.homes.facts[Fact.SHIFT_WH] * 365 / 12_000 / usual.population.homes["monthly_kwh"]
    assert part == pytest.approx(0.4, abs=0.001)


def test_the_same_day_of_a_home_goes_with_the_same_hour_of_rising() -> None:
    day = Engine(street(start=date(2026, 9, 1))).day(0)
    assert day.rising.shape == day.profiles.shape[:2]
    assert sorted(set(day.rising.ravel().tolist())) == list(range(HABITS))
