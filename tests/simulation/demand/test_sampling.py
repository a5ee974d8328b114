from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.demand.baskets import BASKETS
from peergrid.simulation.demand.sampling import (
    DAYS_PER_HOME,
    HOMES,
    PROFILES,
    Cell,
    days_of,
    owners,
)
from peergrid.simulation.demand.seasons import DayType, Season
from peergrid.simulation.demand.uses import Appliance, Cycle, Since, Use

CELL = Cell(0, Season.HOT_WET, DayType.WEEKDAY)
AWAY_SHARE = 0.03


def days_wh(appliance: Appliance, cell: Cell = CELL) -> np.ndarray:
    return days_of(cell, (appliance,)) / 3600


def test_a_router_of_10_w_uses_5_wh_in_every_half_hour() -> None:
    router = Appliance("router", 10, 1.0, (Use(0, 0, 1440, spread=0),), automatic=True)
    assert (days_wh(router) == 5).all()


def test_an_hour_from_half_past_eleven_falls_on_the_last_and_the_first_half_hour() -> None:
    late = Appliance("late", 100, 1.0, (Use(23.5, 23.5, 60, spread=0),), automatic=True)
    wanted = np.zeros(48)
    wanted[[47, 0]] = 50
    assert (days_wh(late) == wanted).all()


def test_45_minutes_from_six_are_split_two_to_one() -> None:
    iron = Appliance("iron", 1000, 1.0, (Use(6, 6, 45, spread=0),), automatic=True)
    assert days_wh(iron)[0, 11:15].tolist() == [0, 500, 250, 0]


def test_a_compressor_keeps_to_its_duty_all_day() -> None:
    fridge = Appliance("fridge", 120, 1.0, Cycle(15, 25), automatic=True)
    wh = days_wh(fridge)
    assert wh.max() <= 60
    assert wh.mean(axis=0) == pytest.approx(np.full(48, 120 * 15 / 40 / 2), rel=0.1)


def test_a_share_of_homes_owns_it_and_keeps_it_through_the_year() -> None:
    kettle = Appliance("kettle", 1800, 0.25, (Use(6, 7, 10),), automatic=True)
    for season in Season:
        cell = Cell(2, season, DayType.WEEKEND)
        used = days_wh(kettle, cell).reshape(HOMES, DAYS_PER_HOME, 48).sum(axis=2) > 0
        assert used.all(axis=1).tolist() == owners(2, 1, 0.25).tolist()
        assert used.any(axis=1).sum() == HOMES / 4


def test_a_few_days_nobody_is_at_home_but_the_fridge_runs() -> None:
    fridge, *_ = (each for each in BASKETS["high_density"] if each.name == "fridge")
    radio = Appliance("radio", 10, 1.0, (Use(6, 8, 90),))
    assert (days_wh(replace(fridge, owned=1.0)).sum(axis=1) > 0).all()
    assert (days_wh(radio).sum(axis=1) == 0).mean() == pytest.approx(AWAY_SHARE, abs=0.03)


@settings(deadline=None, max_examples=25)
@given(
    st.floats(0, 20),
    st.floats(0, 3),
    st.floats(1, 600),
    st.floats(0.1, 1),
    st.sampled_from(list(Season)),
    st.sampled_from(Since),
)
def test_days_come_to_what_the_appliance_says_on_average(
    from_h: float, width_h: float, minutes: float, chance: float, season: Season, since: Since
) -> None:
    use = Use(from_h / 8, from_h / 8 + width_h, minutes, chance=chance, since=since)
    appliance = Appliance("any", 500, 1.0, (use,), (0.5, 1.0, 1.5), automatic=True)
    wh = days_wh(appliance, Cell(1, season, DayType.WEEKDAY))
    mean_wh = appliance.mean_wh(season, DayType.WEEKDAY)
    of_chance = (1.1 * (1 - chance) / chance / PROFILES) ** 0.5
    assert wh.shape == (PROFILES, 48)
    assert wh.min() >= 0
    assert wh.max() <= 250
    assert wh.sum(axis=1).mean() == pytest.approx(mean_wh, rel=0.05 + 5 * of_chance)
