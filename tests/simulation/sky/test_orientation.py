import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.sky.orientation import (
    Orientation,
    angles_of,
    orientation_of,
    orientations_between,
)


def test_roofs_are_told_apart_to_10_degrees_of_tilt_and_15_of_azimuth() -> None:
    numbers = orientation_of([22.0, 18.0, 25.0, 3.0], [352.5, 350.0, 97.0, 200.0])
    assert [angles_of(number) for number in numbers] == [
        Orientation(20.0, 0.0),
        Orientation(20.0, 345.0),
        Orientation(30.0, 90.0),
        Orientation(0.0, 0.0),
    ]
    assert numbers.dtype == np.int32


@given(st.integers(0, 9), st.integers(0, 23))
def test_angles_on_a_step_come_back_as_they_were(tilt: int, azimuth: int) -> None:
    number = int(orientation_of(tilt * 10, azimuth * 15))
    assert angles_of(number) == Orientation(tilt * 10, azimuth * 15 if tilt else 0)


@given(st.floats(0, 90), st.floats(-360, 720))
def test_no_roof_is_turned_by_more_than_half_a_step(tilt: float, azimuth: float) -> None:
    nearest = angles_of(int(orientation_of(tilt, azimuth)))
    assert abs(nearest.tilt_deg - tilt) <= 5
    turn = (nearest.azimuth_deg - azimuth + 180) % 360 - 180
    assert nearest.tilt_deg == 0 or abs(turn) <= 7.5 + 1e-9


@given(
    st.tuples(st.floats(0, 90), st.floats(0, 90)),
    st.tuples(st.floats(-180, 360), st.floats(-180, 360)),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_roof_lies_otherwise_than_those_between_its_bounds(
    tilts: tuple[float, float], azimuths: tuple[float, float], up: float, around: float
) -> None:
    tilt_deg, azimuth_deg = (min(tilts), max(tilts)), (min(azimuths), max(azimuths))
    known = orientations_between(tilt_deg, azimuth_deg)
    tilt = np.clip(tilt_deg[0] + (tilt_deg[1] - tilt_deg[0]) * up, *tilt_deg)
    azimuth = np.clip(azimuth_deg[0] + (azimuth_deg[1] - azimuth_deg[0]) * around, *azimuth_deg)
    assert int(orientation_of(tilt, azimuth)) in known
    assert known == sorted(set(known))
