from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from peergrid.errors import Invalid
from peergrid.simulation.sites import BULAWAYO, HARARE, site_named
from peergrid.simulation.weather import daily_clearness, mean_clearness, sky_of

JANUARY = date(2026, 1, 1)

type Century = tuple[NDArray[np.int64], NDArray[np.float64]]  # months, clearness


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


@pytest.fixture(scope="module")
def century() -> Century:
    days = days_from(date(1990, 1, 1), 36_525)
    return np.array([day.month for day in days]), daily_clearness(HARARE, 7, days)


def test_a_clear_harare_sky_gives_what_the_table_says() -> None:
    days = days_from(JANUARY, 365)
    sky = sky_of(HARARE, days, np.ones(365))
    months = np.repeat([day.month for day in days], 48)
    daily_kwh = [sky.clear_ghi_w_per_m2[months == m].mean() * 24 / 1000 for m in range(1, 13)]
    assert daily_kwh == pytest.approx(HARARE.clear_ghi_kwh_per_m2, rel=0.01)


def test_average_days_give_harare_its_2082_kwh_a_year() -> None:
    days = days_from(JANUARY, 365)
    sky = sky_of(HARARE, days, mean_clearness(HARARE, days))
    assert sky.ghi_w_per_m2.sum() / 2 / 1000 == pytest.approx(2_082, rel=0.005)


def test_the_sun_of_harare_stands_highest_around_noon_local_time() -> None:
    sky = sky_of(HARARE, [date(2026, 9, 1)], np.ones(1))
    assert sky.clear_ghi_w_per_m2.argmax() in {22, 23, 24}
    assert sky.clear_ghi_w_per_m2[:11].max() == 0


def test_september_in_harare_swings_between_12_and_28_degrees() -> None:
    sky = sky_of(HARARE, [date(2026, 9, 1)], np.ones(1))
    assert 12.3 <= sky.temperature_c.min() < 12.5
    assert 27.5 < sky.temperature_c.max() < 28


def test_random_days_keep_each_months_mean_and_deviation(century: Century) -> None:
    months, clearness = century
    for m in range(12):
        mean = HARARE.ghi_kwh_per_m2[m] / HARARE.clear_ghi_kwh_per_m2[m]
        of_extraterrestrial = HARARE.clear_ghi_kwh_per_m2[m] / HARARE.extraterrestrial_kwh_per_m2[m]
        days = clearness[months == m + 1]
        assert days.mean() == pytest.approx(mean, rel=0.02)
        assert days.std() * of_extraterrestrial == pytest.approx(HARARE.clearness_sd[m], rel=0.08)


def test_a_day_resembles_the_day_before(century: Century) -> None:
    months, clearness = century
    monthly = np.array([clearness[months == m].mean() for m in range(1, 13)])
    odd = clearness - monthly[months - 1]
    assert np.corrcoef(odd[:-1], odd[1:])[0, 1] == pytest.approx(0.45, abs=0.04)


def test_dry_days_bunch_just_under_clear_sky_with_a_long_tail_down(century: Century) -> None:
    months, clearness = century
    dry = clearness[(months >= 5) & (months <= 9)]
    assert dry.mean() < np.median(dry)
    assert np.quantile(dry, 0.75) > 0.97


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63 - 1), st.dates(date(1980, 1, 1), date(2090, 1, 1)))
def test_no_day_is_brighter_than_a_clear_sky_or_quite_dark(seed: int, first: date) -> None:
    clearness = daily_clearness(BULAWAYO, seed, days_from(first, 400))
    assert clearness.max() <= 1
    assert clearness.min() > 0.04


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 60))
def test_the_weather_of_a_day_does_not_depend_on_where_a_run_begins(seed: int, later: int) -> None:
    days = days_from(JANUARY, 90)
    whole = daily_clearness(HARARE, seed, days)
    assert daily_clearness(HARARE, seed, days[later:]).tolist() == whole[later:].tolist()


def test_an_unknown_site_is_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="harare, bulawayo"):
        site_named("gotham")
