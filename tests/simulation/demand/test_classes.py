import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.demand import CLASSES, class_named, factor_of

KWH = st.floats(1, 2_000)


def test_an_unknown_class_is_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="lodger, high_density, medium_density, low_density"):
        class_named("palace")


def test_a_class_keeps_the_middle_of_its_months_less_two_fifths_for_those_with_a_geyser() -> None:
    kept = {name: kind.library_kwh for name, kind in CLASSES.items()}
    assert kept == pytest.approx(
        {"lodger": 90, "high_density": 175, "medium_density": 260, "low_density": 360}
    )


def test_600_kwh_with_a_geyser_of_8_kwh_a_day_leave_357_kwh_for_the_library_of_360() -> None:
    # 8 kWh x 365 / 12 = 243.33 kWh a month; (600 - 243.33) / 360
    assert factor_of(600, 8_000, 360) == pytest.approx(0.99074, abs=1e-5)


def test_a_home_with_a_geyser_and_a_car_keeps_three_tenths_for_everything_else() -> None:
    assert factor_of(300, 20_000, 260) == pytest.approx(90 / 260)


@given(st.lists(KWH, min_size=1, max_size=9), st.floats(0, 50_000), KWH)
def test_more_to_shift_never_means_more_of_the_rest(
    monthly_kwh: list[float], shift_wh: float, library_kwh: float
) -> None:
    without = factor_of(monthly_kwh, 0, library_kwh)
    having = factor_of(monthly_kwh, shift_wh, library_kwh)
    assert having.shape == (len(monthly_kwh),)
    assert having.dtype == np.float32
    assert (having <= without).all()
    assert (having >= 0.2999 * without).all()
