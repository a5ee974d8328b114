from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from peergrid.simulation.sky.clouds import interval_clearness
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.sun_path import SunPath, days_from, sun_path

HARARE = SITES["harare"]
DAYS = days_from(date(2026, 1, 1), 364)
PATH = sun_path(HARARE, DAYS)
OF_DAY = PATH.interval // 48


def energy(path: SunPath, clearness: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.bincount(path.interval // 48, clearness * path.clear_ghi_w_per_m2)


def test_a_days_energy_stays_what_the_day_was_given() -> None:
    days = np.linspace(0.05, 1, len(DAYS))
    drawn = interval_clearness(HARARE, 3, DAYS, days, PATH)
    assert energy(PATH, drawn) == pytest.approx(energy(PATH, days[OF_DAY]), rel=1e-6)


def test_half_cloudy_days_are_torn_and_dark_and_clear_ones_calm() -> None:
    noon = np.abs(PATH.interval % 48 - 23.5) < 8

    def spread(day: float) -> float:
        drawn = interval_clearness(HARARE, 3, DAYS, np.full(len(DAYS), day), PATH)
        return float(drawn[noon].std())

    assert spread(0.5) == pytest.approx(0.16, abs=0.02)  # TAG: 0.14 of the light above the air
    assert spread(0.1) < 0.09
    assert spread(0.99) < 0.03


def test_a_half_hour_resembles_the_one_before() -> None:
    drawn = np.full(len(DAYS) * 48, np.nan)
    drawn[PATH.interval] = interval_clearness(HARARE, 3, DAYS, np.full(len(DAYS), 0.5), PATH)
    noon = drawn.reshape(-1, 48)[:, 16:32]
    likeness = np.corrcoef(noon[:, :-1].ravel(), noon[:, 1:].ravel())[0, 1]
    assert 0.35 < likeness < 0.6


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**63 - 1), st.floats(0.02, 1.0))
def test_no_half_hour_is_brighter_than_a_clear_sky_or_darker_than_night(
    seed: int, day: float
) -> None:
    drawn = interval_clearness(HARARE, seed, DAYS, np.full(len(DAYS), day), PATH)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
