import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.whole import whole_wh

DAYS = st.lists(st.floats(0, 10_000), min_size=1, max_size=48)


def test_what_rounds_to_0_each_time_still_adds_up() -> None:
    assert whole_wh([0.4] * 5).tolist() == [0, 1, 0, 1, 0]


def test_a_dark_interval_stays_0() -> None:
    assert whole_wh([0.0, 0.6, 0.0, 0.6, 0.0]).tolist() == [0, 1, 0, 0, 0]


@given(DAYS)
def test_every_running_total_is_within_half_a_wh(energies: list[float]) -> None:
    exact, whole = np.cumsum(energies), np.cumsum(whole_wh(energies))
    assert np.abs(exact - whole).max() <= 0.5 + 1e-6


@given(DAYS)
def test_no_energy_becomes_negative(energies: list[float]) -> None:
    assert whole_wh(energies).min() >= 0
