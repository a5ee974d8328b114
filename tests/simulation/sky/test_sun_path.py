from datetime import date

import numpy as np
import pytest

from peergrid.simulation.sky.sites import SITES, Site
from peergrid.simulation.sky.sun_path import days_from, sun_path

HARARE = SITES["harare"]


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_a_clear_sky_gives_what_the_table_says(site: Site) -> None:
    days = days_from(date(2026, 1, 1), 365)
    path = sun_path(site, days)
    daily = np.bincount(path.interval // 48, path.clear_ghi_w_per_m2) / 2 / 1000
    months = np.array([day.month for day in days])
    monthly = [daily[months == m].mean() for m in range(1, 13)]
    assert monthly == pytest.approx(site.clear_ghi_kwh_per_m2, rel=0.015)


def test_the_sun_of_harare_is_up_from_six_to_six_and_highest_around_noon() -> None:
    path = sun_path(HARARE, [date(2026, 9, 21)])
    assert path.interval[[0, -1]].tolist() == [12, 35]
    assert path.interval[path.clear_ghi_w_per_m2.argmax()] in {22, 23, 24}
    assert path.zenith.max() < 90.3


def test_the_sun_goes_through_the_north_in_june_and_the_south_in_december() -> None:
    june, december = (sun_path(HARARE, [day]) for day in (date(2026, 6, 21), date(2026, 12, 21)))
    noon = [path.azimuth[path.zenith.argmin()] for path in (june, december)]
    assert min(noon[0], 360 - noon[0]) < 10
    assert abs(noon[1] - 180) < 60
