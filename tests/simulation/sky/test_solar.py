from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.solar import sun_wh_per_kwp
from peergrid.simulation.sky.sun_path import days_from

HARARE = SITES["harare"]
NORTH = Orientation(20, 0)
JANUARY = date(2026, 1, 1)
ANGLES = [NORTH, (0, 0), (15, 0), (30, 0), (20, 90), (20, 270), (20, 180)]

type Wh = NDArray[np.float32]


@pytest.fixture(scope="module")
def average_wh() -> Wh:
    """A year of average days [orientations, intervals]."""
    orientations = [Orientation(*each) for each in ANGLES]
    return sun_wh_per_kwp(HARARE, orientations, JANUARY, 365, seed=1, variability="mean")


def year_kwh(site: Site, year: int, seed: int) -> float:
    wh = sun_wh_per_kwp(site, [NORTH], date(year, 1, 1), 365, seed=seed)
    return float(wh.sum(dtype=np.float64)) / 1000


def test_an_average_year_of_one_kwp_in_harare_is_near_1653_kwh(
    average_wh: NDArray[np.float32],
) -> None:
    assert average_wh[0].sum() / 1000 == pytest.approx(1_653, rel=0.01)


def test_it_is_within_3_percent_of_a_measured_harare_roof(average_wh: Wh) -> None:
    assert average_wh[0].sum() / 1000 == pytest.approx(1_642, rel=0.03)  # Schweppes, 1 MW


def test_each_average_month_is_near_the_published_computation(
    average_wh: NDArray[np.float32],
) -> None:
    months = np.repeat([day.month for day in days_from(JANUARY, 365)], 48)
    kwh = [average_wh[0][months == m].sum() / 1000 for m in range(1, 13)]
    published = [123.7, 116.3, 141.7, 136.3, 142.0, 134.3, 143.6, 149.1, 154.3, 152.2, 137.1, 122.5]
    assert kwh == pytest.approx(published, rel=0.025)
    assert max(kwh) / min(kwh) == pytest.approx(1.3, abs=0.05)
    assert kwh.index(max(kwh)) == 8


@pytest.mark.parametrize(
    ("row", "relative"), [(1, 0.95), (2, 0.99), (3, 0.99), (4, 0.92), (5, 0.90), (6, 0.82)]
)
def test_a_roof_of_another_orientation_makes_its_share(
    average_wh: Wh, row: int, relative: float
) -> None:
    assert average_wh[row].sum() / average_wh[0].sum() == pytest.approx(relative, abs=0.02)


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_random_year_stays_in_the_band_of_real_roofs(seed: int) -> None:
    assert 1_510 < year_kwh(HARARE, 2025 + seed, seed) < 1_750


def test_random_years_make_on_average_what_average_years_make(
    average_wh: NDArray[np.float32],
) -> None:
    kwh = [year_kwh(HARARE, 2026, seed) for seed in range(20, 32)]
    assert np.mean(kwh) == pytest.approx(average_wh[0].sum() / 1000, rel=0.02)


def test_every_town_makes_what_its_sun_lets_it() -> None:
    for site in SITES.values():
        wh = sun_wh_per_kwp(site, [NORTH], JANUARY, 365, seed=1, variability="mean")
        assert 1_550 < wh.sum() / 1000 < 1_750


def test_nothing_is_made_at_night_and_never_more_than_a_kw_gives() -> None:
    day_wh = sun_wh_per_kwp(HARARE, [NORTH], date(2026, 9, 1), 1, seed=1)[0]
    assert day_wh[:11].max() == 0
    assert day_wh[38:].max() == 0
    assert 300 < day_wh.max() <= 500


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 80), st.integers(1, 40))
def test_a_day_is_the_same_whenever_a_run_begins_and_however_long_it_is(
    later: int, days: int
) -> None:
    first = date.fromordinal(JANUARY.toordinal() + later)
    part = sun_wh_per_kwp(HARARE, [NORTH], first, days, seed=5)
    whole = sun_wh_per_kwp(HARARE, [NORTH], JANUARY, 120, seed=5)
    assert part.tolist() == whole[:, later * 48 : (later + days) * 48].tolist()


def test_a_roof_makes_the_same_whoever_else_has_one() -> None:
    all_wh = sun_wh_per_kwp(HARARE, [Orientation(*each) for each in ANGLES], JANUARY, 30, seed=1)
    alone_wh = sun_wh_per_kwp(HARARE, [Orientation(20, 180)], JANUARY, 30, seed=1)
    assert alone_wh[0].tolist() == all_wh[6].tolist()


def test_without_roofs_there_is_nothing_to_compute() -> None:
    assert sun_wh_per_kwp(HARARE, [], JANUARY, 1, seed=1).shape == (0, 48)
