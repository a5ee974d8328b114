from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from peergrid.simulation.sky.clearness import daily_clearness, mean_clearness, months_of
from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.sun_path import days_from

JANUARY = date(2026, 1, 1)
HARARE = SITES["harare"]
CENTURY = days_from(date(1990, 1, 1), 36_525)
MONTHS = months_of(CENTURY)

type Century = dict[str, NDArray[np.float64]]  # the clearness of each day, by town


@pytest.fixture(scope="module")
def century() -> Century:
    return {name: daily_clearness(site, 7, CENTURY) for name, site in SITES.items()}


def oddness(clearness: NDArray[np.float64]) -> NDArray[np.float64]:
    """How each day differs from its month."""
    means = np.array([clearness[m == MONTHS].mean() for m in range(12)])
    return np.asarray(clearness - means[MONTHS])


def test_random_days_keep_each_months_mean_and_deviation(century: Century) -> None:
    clearness = century["harare"]
    for m in range(12):
        mean = HARARE.ghi_kwh_per_m2[m] / HARARE.clear_ghi_kwh_per_m2[m]
        of_extraterrestrial = HARARE.clear_ghi_kwh_per_m2[m] / HARARE.extraterrestrial_kwh_per_m2[m]
        days = clearness[m == MONTHS]
        assert days.mean() == pytest.approx(mean, rel=0.02)
        assert days.std() * of_extraterrestrial == pytest.approx(HARARE.clearness_sd[m], rel=0.08)


def test_a_day_resembles_the_day_before(century: Century) -> None:
    odd = oddness(century["harare"])
    correlations = [np.corrcoef(odd[:-lag], odd[lag:])[0, 1] for lag in (1, 2, 3)]
    assert correlations == pytest.approx([0.46, 0.20, 0.06], abs=0.05)


def test_the_nearer_two_towns_the_more_alike_their_days(century: Century) -> None:
    odd = oddness(century["harare"])
    towns = [site for site in SITES.values() if site is not HARARE]
    towns.sort(key=lambda site: HARARE.distance_km(site.latitude, site.longitude))
    alike = [np.corrcoef(odd, oddness(century[site.name]))[0, 1] for site in towns]

    assert [towns[0].name, towns[-1].name] == ["chinhoyi", "victoria_falls"]
    assert alike[0] == pytest.approx(0.81, abs=0.04)  # 104 km
    assert alike[-1] == pytest.approx(0.35, abs=0.04)  # 551 km
    near, far = alike[:4], alike[-3:]
    assert min(near) > max(far)


def test_dry_days_bunch_just_under_clear_sky_with_a_long_tail_down(century: Century) -> None:
    dry = century["harare"][(MONTHS >= 4) & (MONTHS <= 8)]
    assert dry.mean() < np.median(dry)
    assert np.quantile(dry, 0.75) > 0.97


def test_a_month_borrowed_from_a_wide_cell_stays_below_the_towns_own_clear_sky() -> None:
    kariba = SITES["kariba"]
    september = date(2026, 9, 1)
    assert kariba.ghi_kwh_per_m2[8] > kariba.clear_ghi_kwh_per_m2[8]
    assert mean_clearness(kariba, [september]).tolist() == [0.98]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(list(SITES.values())),
    st.integers(0, 2**63 - 1),
    st.dates(date(1980, 1, 1), date(2090, 1, 1)),
)
def test_no_day_is_brighter_than_a_clear_sky_or_quite_dark(
    site: Site, seed: int, first: date
) -> None:
    clearness = daily_clearness(site, seed, days_from(first, 400))
    assert clearness.max() <= 1
    assert clearness.min() > 0.04


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 60))
def test_the_weather_of_a_day_does_not_depend_on_where_a_run_begins(seed: int, later: int) -> None:
    days = days_from(JANUARY, 90)
    whole = daily_clearness(HARARE, seed, days)
    assert daily_clearness(HARARE, seed, days[later:]).tolist() == whole[later:].tolist()
