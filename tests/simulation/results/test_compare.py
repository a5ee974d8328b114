"""Two scenarios, seed by seed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peergrid.simulation.results.compare import differences

FLOATS = st.floats(-1e6, 1e6)


def of(*values: float) -> list[dict[str, float]]:
    return [{"shared_wh": value} for value in values]


def test_the_interval_of_four_differences_can_be_checked_by_hand() -> None:
    """B - A is 1, 2, 3, 4: mean 2.5, deviation 1.29099, error 0.645497, t(3) 3.182446."""
    (found,) = differences(of(10, 20, 30, 40), of(11, 22, 33, 44))

    assert (found.name, found.unit, found.pairs) == ("shared_wh", "Wh", 4)
    assert (found.mean_a, found.mean_b, found.difference) == (25, 27.5, 2.5)
    assert found.low == pytest.approx(2.5 - 2.054260, abs=1e-6)
    assert found.high == pytest.approx(2.5 + 2.054260, abs=1e-6)
    assert found.excludes_zero


def test_an_interval_that_holds_zero_shows_no_difference() -> None:
    (found,) = differences(of(0, 0, 0), of(-1, 0, 2))

    assert found.low < 0 < found.high
    assert not found.excludes_zero


def test_two_that_are_alike_do_not_differ_and_two_a_constant_apart_do() -> None:
    (alike,) = differences(of(1, 2), of(1, 2))
    (apart,) = differences(of(1, 2), of(2, 3))

    assert (alike.low, alike.high, alike.excludes_zero) == (0, 0, False)
    assert (apart.low, apart.high, apart.excludes_zero) == (1, 1, True)


def test_a_figure_that_one_does_not_have_is_left_out() -> None:
    a = [{"shared_wh": 1.0, "self_sufficiency": 0.5}, {"shared_wh": 2.0}]

    assert [each.name for each in differences(a, of(1, 2))] == ["shared_wh"]


@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=2, max_size=9))
def test_turned_round_the_difference_changes_its_sign(pairs: list[tuple[float, float]]) -> None:
    a, b = (of(*side) for side in zip(*pairs, strict=True))
    (one,), (other,) = differences(a, b), differences(b, a)

    assert one.difference == pytest.approx(-other.difference)
    assert one.low == pytest.approx(-other.high)
    assert one.low <= one.difference <= one.high
    assume(abs(one.low) > 1e-6)
    assume(abs(one.high) > 1e-6)
    assert one.excludes_zero == other.excludes_zero
