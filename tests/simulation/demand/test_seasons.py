from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pvlib.solarposition import sun_rise_set_transit_spa

from peergrid.energy import LOCAL_ZONE
from peergrid.simulation.demand.seasons import (
    DAYLIGHT,
    DayType,
    Season,
    day_type_of,
    season_of,
)

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2026, 1, 15), Season.HOT_WET),
        (date(2026, 4, 30), Season.HOT_WET),
        (date(2026, 5, 1), Season.COOL_DRY),
        (date(2026, 8, 31), Season.COOL_DRY),
        (date(2026, 9, 1), Season.HOT_DRY),
        (date(2026, 11, 30), Season.HOT_DRY),
        (date(2026, 12, 1), Season.HOT_WET),
    ],
)
def test_seasons_turn_with_the_month(day: date, season: Season) -> None:
    assert season_of(day) is season


def test_saturday_is_a_weekend_and_unity_day_on_a_tuesday_is_not() -> None:
    assert day_type_of(date(2026, 9, 5)) is DayType.WEEKEND
    assert day_type_of(date(2026, 12, 22)) is DayType.WEEKDAY


def test_the_sun_rises_and_sets_when_the_ephemeris_says() -> None:
    times = pd.DatetimeIndex(pd.to_datetime(DAYS)).tz_localize(LOCAL_ZONE)
    sun = sun_rise_set_transit_spa(times, -17.83, 31.05)
    seasons = np.array([season_of(day) for day in DAYS])
    for season, light in DAYLIGHT.items():
        of_season = sun[seasons == season]
        hours = [
            (of_season[event].dt.hour + of_season[event].dt.minute / 60).mean()
            for event in ("sunrise", "sunset")
        ]
        assert [light.sunrise_h, light.sunset_h] == pytest.approx(hours, abs=0.1)
