from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from peergrid.simulation.orientation import Orientation
from peergrid.simulation.sites import HARARE
from peergrid.simulation.solar import Roofs, output_wh_per_kwp
from peergrid.simulation.weather import mean_clearness, sky_of

NORTH = Orientation(20, 0)

type Year = tuple[list[date], NDArray[np.float64]]  # its days, output [orientations, intervals]


def year(number: int) -> list[date]:
    return [date(number, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.fixture(scope="module")
def average_year() -> Year:
    days = year(2026)
    sky = sky_of(HARARE, days, mean_clearness(HARARE, days))
    angles = [NORTH, (0, 0), (15, 0), (30, 0), (20, 90), (20, 270), (20, 180)]
    return days, output_wh_per_kwp(sky, [Orientation(*each) for each in angles])


def test_an_average_year_of_one_kwp_in_harare_is_near_1653_kwh(average_year: Year) -> None:
    _, output_wh = average_year
    assert output_wh[0].sum() / 1000 == pytest.approx(1_653, rel=0.02)


def test_each_average_month_is_near_the_published_computation(average_year: Year) -> None:
    days, output_wh = average_year
    months = np.repeat([day.month for day in days], 48)
    kwh = [output_wh[0][months == m].sum() / 1000 for m in range(1, 13)]
    published = [123.7, 116.3, 141.7, 136.3, 142.0, 134.3, 143.6, 149.1, 154.3, 152.2, 137.1, 122.5]
    assert kwh == pytest.approx(published, rel=0.025)
    assert max(kwh) / min(kwh) == pytest.approx(1.3, abs=0.05)
    assert kwh.index(max(kwh)) == 8


@pytest.mark.parametrize(
    ("row", "relative"), [(1, 0.95), (2, 0.99), (3, 0.99), (4, 0.92), (5, 0.90), (6, 0.82)]
)
def test_a_roof_of_another_orientation_makes_its_share(
    average_year: Year, row: int, relative: float
) -> None:
    _, output_wh = average_year
    assert output_wh[row].sum() / output_wh[0].sum() == pytest.approx(relative, abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("number", [2024, 2026])
def test_a_random_year_stays_in_the_band_of_real_roofs(seed: int, number: int) -> None:
    roofs = Roofs(HARARE, seed, [NORTH])
    kwh = sum(roofs.day_wh_per_kwp(day).sum() for day in year(number)) / 1000
    assert 1_510 < kwh < 1_750


def test_nothing_is_made_at_night_and_never_more_than_a_kw_gives() -> None:
    day_wh = Roofs(HARARE, 1, [NORTH]).day_wh_per_kwp(date(2026, 9, 1))[0]
    assert day_wh[:11].max() == 0
    assert day_wh[38:].max() == 0
    assert 300 < day_wh.max() <= 500


def test_a_day_is_the_same_whichever_day_was_asked_for_first() -> None:
    one, other = Roofs(HARARE, 5, [NORTH]), Roofs(HARARE, 5, [NORTH])
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(20)]
    forwards = [one.day_wh_per_kwp(day).tolist() for day in days]
    backwards = [other.day_wh_per_kwp(day).tolist() for day in reversed(days)]
    assert forwards == backwards[::-1]


def test_without_roofs_there_is_nothing_to_compute() -> None:
    assert Roofs(HARARE, 1, []).day_wh_per_kwp(date(2026, 9, 1)).shape == (0, 48)
