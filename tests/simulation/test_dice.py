import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.dice import Purpose, uniform

SEEDS = st.integers(0, 2**63 - 1)


def test_a_number_is_the_same_alone_and_among_others() -> None:
    many = uniform(7, Purpose.SKY, np.arange(10))
    assert float(uniform(7, Purpose.SKY, 3)) == many[3]


def test_two_purposes_share_no_number() -> None:
    homes = np.arange(100)
    tilt, azimuth = uniform(7, Purpose.TILT, homes), uniform(7, Purpose.AZIMUTH, homes)
    assert not set(tilt) & set(azimuth)


def test_counts_broadcast_to_their_common_shape() -> None:
    assert uniform(1, Purpose.INTERVAL_DEMAND, np.arange(3)[:, None], np.arange(48)).shape == (
        3,
        48,
    )


@settings(deadline=None)
@given(SEEDS, st.integers(0, 2**40))
def test_a_uniform_number_lies_strictly_between_0_and_1(seed: int, first: int) -> None:
    drawn = uniform(seed, Purpose.SKY, first + np.arange(50))
    assert ((drawn > 0) & (drawn < 1)).all()
