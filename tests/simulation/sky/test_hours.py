from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from peergrid.simulation.sky.hours import Hours, file_sky
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.sun_path import days_from, sun_path

HARARE = SITES["harare"]
FIRST = date(2026, 9, 1)
NOTHING = np.full((2, 24), np.nan)
PATH = sun_path(HARARE, days_from(FIRST, 2))


def two_days(ghi: NDArray[np.float64], minute: float = 30.0) -> Hours:
    return Hours("two days", FIRST, minute, ghi, NOTHING, NOTHING)


def half_hours(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of the sun's path set among the nights [days, 24, 2]."""
    spread = np.zeros(2 * 48)
    spread[PATH.interval] = values
    return spread.reshape(2, 24, 2)


CLEAR = half_hours(PATH.clear_ghi_w_per_m2).mean(axis=2)


def test_the_index_runs_in_straight_lines_between_hours() -> None:
    index = np.full((2, 24), 0.4)
    index[:, 12:] = 0.8
    sky = file_sky(HARARE, days_from(FIRST, 2), two_days(index * CLEAR))

    halves = half_hours(sky.ghi_w_per_m2 / PATH.clear_ghi_w_per_m2)[0]

    assert halves[10].tolist() == pytest.approx([0.4, 0.4])
    # a quarter of the way to the neighbour is 0.1; then each hour is scaled to its energy
    assert halves[11].tolist() == pytest.approx([0.4 * 0.4 / 0.45, 0.5 * 0.4 / 0.45], abs=0.002)
    assert halves[12].tolist() == pytest.approx([0.7 * 0.8 / 0.75, 0.8 * 0.8 / 0.75], abs=0.002)
    assert halves[13].tolist() == pytest.approx([0.8, 0.8])


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, (2, 24), elements=st.floats(0, 1.2)))
def test_every_hour_keeps_its_energy_and_no_light_is_negative(
    index: NDArray[np.float64],
) -> None:
    sky = file_sky(HARARE, days_from(FIRST, 2), two_days(index * CLEAR))
    assert half_hours(sky.ghi_w_per_m2).mean(axis=2) == pytest.approx(index * CLEAR)
    assert sky.ghi_w_per_m2.min() >= 0


def test_an_hour_that_the_sun_rises_in_after_the_instant_takes_its_neighbours_share() -> None:
    ghi = np.where(np.arange(24) > 6, 0.5 * CLEAR, 0.0)  # at 6:00 sharp the sun is not up
    sky = file_sky(HARARE, days_from(FIRST, 2), two_days(ghi, minute=0.0))
    lit = half_hours(sky.ghi_w_per_m2)[0, 6].sum() / half_hours(PATH.clear_ghi_w_per_m2)[0, 6].sum()
    assert lit > 0.2


def test_air_that_a_file_does_not_tell_is_the_climates() -> None:
    sky = file_sky(HARARE, days_from(FIRST, 2), two_days(CLEAR))
    assert 12 < sky.temperature_c.min() < sky.temperature_c.max() < 28
