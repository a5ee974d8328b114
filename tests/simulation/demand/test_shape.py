from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.demand.shape import day_demand_wh, day_shape

TUESDAY = date(2026, 9, 1)
HOMES = list(range(1, 201))


def test_a_day_has_a_morning_and_a_higher_evening_peak() -> None:
    shape = day_shape()
    assert shape.sum() == pytest.approx(1)
    assert 12 <= shape[:24].argmax() <= 14
    assert 24 + shape[24:].argmax() in {37, 38}
    assert shape[24:].max() > shape[:24].max() > 2 * shape[:8].max()


def test_200_homes_of_300_kwh_use_300_kwh_in_a_mean_month() -> None:
    year = [TUESDAY + timedelta(days=n) for n in range(365)]
    total_wh = sum(int(day_demand_wh(1, day, HOMES, [300] * 200).sum()) for day in year)
    assert total_wh / 200 / 12 / 1000 == pytest.approx(300, rel=0.01)


def test_a_home_uses_something_different_every_day() -> None:
    one = day_demand_wh(1, TUESDAY, [1], [300])
    other = day_demand_wh(1, TUESDAY + timedelta(days=1), [1], [300])
    assert one.tolist() != other.tolist()


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.sets(st.integers(1, 10_000), min_size=1, max_size=20))
def test_a_home_uses_the_same_whoever_its_neighbours_are(seed: int, numbers: set[int]) -> None:
    homes = sorted(numbers)
    together = day_demand_wh(seed, TUESDAY, homes, [300.0] * len(homes))
    alone = [day_demand_wh(seed, TUESDAY, [home], [300.0])[0] for home in homes]
    assert together.tolist() == np.array(alone).tolist()
    assert together.min() >= 0
