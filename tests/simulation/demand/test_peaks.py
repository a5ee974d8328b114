from datetime import date, timedelta

import numpy as np
import pytest

from peergrid.simulation.demand.classes import CLASSES
from peergrid.simulation.demand.library import profile_of, read_library
from peergrid.simulation.demand.peaks import (
    A_MONDAY_OF,
    EVENING,
    MORNING,
    drawn_wh,
    peaks_of,
    report,
)
from peergrid.simulation.demand.seasons import Season, season_of

LIBRARY = read_library()
MONDAYS = list(A_MONDAY_OF.values())
ALL_CLASSES = range(len(CLASSES))


def mean_day_wh(class_index: int, day: date) -> np.ndarray:
    return profile_of(LIBRARY, class_index, day).mean(axis=0)


def mean_kwh(class_index: int, day: date) -> float:
    return float(mean_day_wh(class_index, day).sum()) / 1000


def test_two_homes_whose_peaks_do_not_meet() -> None:
    wh = np.zeros((2, 1, 48), np.int16)
    wh[0, 0, 12], wh[1, 0, 12], wh[1, 0, 38] = 1000, 200, 600
    peaks = peaks_of(wh)
    assert peaks.admd_w == 1200  # (1,000 + 200) / 2 Wh in half an hour
    assert peaks.alone_w == 1600  # (1,000 + 600) / 2 Wh in half an hour


def test_each_season_has_its_monday() -> None:
    assert [season_of(day) for day in MONDAYS] == list(Season)
    assert {day.weekday() for day in MONDAYS} == {0}


@pytest.mark.parametrize("monday", MONDAYS)
@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_homes_together_peak_in_the_morning_and_more_in_the_evening(
    class_index: int, monday: date
) -> None:
    mean_wh = mean_day_wh(class_index, monday)
    outside = np.ones(48, bool)
    outside[MORNING] = outside[EVENING] = False
    assert mean_wh[outside].max() < mean_wh[MORNING].max() < mean_wh[EVENING].max()


@pytest.mark.parametrize("monday", MONDAYS)
@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_a_hundred_homes_peak_far_below_what_each_does_alone(
    class_index: int, monday: date
) -> None:
    peaks = peaks_of(drawn_wh(LIBRARY, class_index, 100, monday, 14))
    mean_w = mean_kwh(class_index, monday) * 1000 / 24
    assert 2 * mean_w < peaks.admd_w < 0.5 * peaks.alone_w


@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_days_differ_as_a_home_s_days_do(class_index: int) -> None:
    for monday in MONDAYS:
        days = profile_of(LIBRARY, class_index, monday)
        days_wh = days.sum(axis=1)
        assert 0.2 < days_wh.std() / days_wh.mean() < 0.5
        lived = days[days_wh > 0]
        assert len(np.unique(lived, axis=0)) == len(lived)


def test_only_a_lodger_who_is_away_and_has_no_fridge_uses_nothing_all_day() -> None:
    idle = (LIBRARY.wh.sum(axis=2) == 0).mean(axis=1)
    assert idle[:6].max() < 0.08 / 2 + 0.02
    assert idle[6:].max() == 0


@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_weekends_use_more_at_noon_and_wake_later(class_index: int) -> None:
    for monday in MONDAYS:
        week = mean_day_wh(class_index, monday)
        weekend = mean_day_wh(class_index, monday + timedelta(days=5))
        assert weekend[22:32].sum() > 1.1 * week[22:32].sum()
        assert weekend[9:13].sum() < week[9:13].sum()


@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_the_cool_season_cooks_and_heats_more_in_the_evening(class_index: int) -> None:
    evening_wh = [mean_day_wh(class_index, day)[EVENING].sum() for day in MONDAYS]
    assert evening_wh[Season.COOL_DRY] == max(evening_wh)


@pytest.mark.parametrize("class_index", ALL_CLASSES)
def test_fridges_and_fans_work_hardest_in_the_hot_season(class_index: int) -> None:
    night_wh = [mean_day_wh(class_index, day)[0:8].sum() for day in MONDAYS]
    afternoon_wh = [mean_day_wh(class_index, day)[24:34].sum() for day in MONDAYS]
    assert night_wh[Season.COOL_DRY] == min(night_wh)
    assert night_wh[Season.HOT_DRY] > night_wh[Season.COOL_DRY]
    assert afternoon_wh[Season.HOT_DRY] > afternoon_wh[Season.COOL_DRY]


def test_the_report_tells_each_class_in_each_season() -> None:
    lines = report(LIBRARY, homes=5).splitlines()
    assert len(lines) == len(CLASSES) * (1 + len(Season))
    assert lines[0] == "Lodger's share of a meter: 90 kWh a month"
    assert "5 homes peak at" in lines[1]
