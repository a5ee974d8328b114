"""How well a community uses its sun, held to published figures."""

from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import MAX_WH, Reading
from peergrid.market.indicators import self_consumption, self_sufficiency
from tests.strategies import NOON

ENERGIES_WH = st.integers(0, MAX_WH)


def test_a_home_that_uses_three_of_ten_kwh_and_draws_nothing() -> None:
    """gsy-e's worked example: 10 kWh made, 1 used at once, 2 from the battery, 7 sent out."""
    assert self_consumption(3_000, 10_000) == 0.3
    assert self_sufficiency(3_000, 3_000) == 1


def test_without_sun_or_without_demand_there_is_no_rate() -> None:
    assert self_consumption(0, 0) is None
    assert self_sufficiency(0, 0) is None


def test_a_home_without_panels_draws_all_it_uses() -> None:
    assert self_sufficiency(0, 500) == 0


@given(ENERGIES_WH, ENERGIES_WH, ENERGIES_WH)
def test_a_rate_of_any_reading_lies_between_none_and_all(
    import_wh: int, export_wh: int, generation_wh: int
) -> None:
    reading = Reading(1, NOON, import_wh, export_wh, generation_wh)

    used_wh = reading.self_consumed_wh
    assert 0 <= (self_consumption(used_wh, reading.generation_wh) or 0) <= 1
    assert 0 <= (self_sufficiency(used_wh, reading.demand_wh) or 0) <= 1
