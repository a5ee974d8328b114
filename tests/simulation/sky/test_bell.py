import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.dice import Purpose
from peergrid.simulation.sky.bell import normal


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_every_seed_gives_normal_numbers_of_mean_0_and_deviation_1(seed: int) -> None:
    drawn = normal(seed, Purpose.SKY, np.arange(20_000))
    assert abs(drawn.mean()) < 0.04
    assert abs(drawn.std() - 1) < 0.03
