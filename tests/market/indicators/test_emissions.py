"""Emissions that are avoided, by factors with names."""

from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.indicators import DROUGHT_YEAR, EMISSION_FACTORS, WET_YEAR, avoided_by


def test_a_kwh_of_sun_avoids_298_g_in_a_wet_year_and_687_in_a_drought() -> None:
    assert avoided_by(1_000, WET_YEAR).grams == 298
    assert avoided_by(1_000, DROUGHT_YEAR).grams == 687
    assert DROUGHT_YEAR.g_per_kwh == round(0.69 * 995)


def test_every_figure_carries_its_factor_and_every_factor_its_name_and_source() -> None:
    assert avoided_by(0, DROUGHT_YEAR).factor is DROUGHT_YEAR
    assert all(factor.name and factor.source for factor in EMISSION_FACTORS)
    assert len({factor.name for factor in EMISSION_FACTORS}) == len(EMISSION_FACTORS)


@given(st.integers(0, 10**15), st.sampled_from(EMISSION_FACTORS))
def test_what_is_avoided_is_exact_to_half_a_gram(displaced_wh: int, factor: object) -> None:
    assert isinstance(factor, type(WET_YEAR))
    grams = avoided_by(displaced_wh, factor).grams

    assert abs(2_000 * grams - 2 * displaced_wh * factor.g_per_kwh) <= 1_000
