from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.sun_path import days_from
from peergrid.simulation.sky.weather import climate_sky, climate_temperature_c

HARARE = SITES["harare"]


def test_average_days_give_harare_its_2082_kwh_a_year() -> None:
    sky = climate_sky(HARARE, days_from(date(2026, 1, 1), 365), 1, "mean")
    assert sky.ghi_w_per_m2.sum() / 2 / 1000 == pytest.approx(2_082, rel=0.005)


def test_average_days_do_not_depend_on_the_seed() -> None:
    one, other = (climate_sky(HARARE, days_from(date(2026, 1, 1), 7), s, "mean") for s in (1, 2))
    assert one.ghi_w_per_m2.tolist() == other.ghi_w_per_m2.tolist()


def test_september_in_harare_swings_between_12_and_28_degrees() -> None:
    temperature_c = climate_temperature_c(HARARE, [date(2026, 9, 1)])
    assert 12.3 <= temperature_c.min() < 12.5
    assert 27.5 < temperature_c.max() < 28


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(list(SITES.values())), st.integers(0, 2**63 - 1))
def test_the_light_is_never_more_than_a_clear_sky_lets_through(site: Site, seed: int) -> None:
    sky = climate_sky(site, days_from(date(2028, 2, 1), 60), seed, "random")
    assert (sky.ghi_w_per_m2 <= 1.05 * sky.path.clear_ghi_w_per_m2).all()
    assert np.isfinite(sky.temperature_c).all()
