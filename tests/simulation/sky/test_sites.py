import subprocess
import sys

import pytest

from peergrid.errors import Invalid
from peergrid.simulation.sky.sites import SITES, Site, site_named

NAMES = "harare bulawayo mutare gweru masvingo victoria_falls hwange kariba chinhoyi"


def test_nine_towns_are_known_in_a_fixed_order() -> None:
    assert " ".join(SITES) == NAMES
    assert site_named("victoria_falls").title == "Victoria Falls"


def test_an_unknown_site_is_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="harare, bulawayo"):
        site_named("gotham")


def test_harare_lies_366_km_from_bulawayo_as_the_crow_flies() -> None:
    harare, bulawayo = SITES["harare"], SITES["bulawayo"]
    assert harare.distance_km(bulawayo.latitude, bulawayo.longitude) == pytest.approx(366, abs=3)
    assert harare.distance_km(harare.latitude, harare.longitude) == 0


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_a_towns_figures_are_possible(site: Site) -> None:
    for ghi, clear, above in zip(
        site.ghi_kwh_per_m2,
        site.clear_ghi_kwh_per_m2,
        site.extraterrestrial_kwh_per_m2,
        strict=True,
    ):
        assert 4 < ghi < 1.05 * clear < above
    for least, mean, most in zip(
        site.temperature_min_c, site.temperature_mean_c, site.temperature_max_c, strict=True
    ):
        assert 5 < least < mean < most < 36
    for months in (site.clearness_sd, site.linke_turbidity):
        assert len(months) == 12


def test_looking_up_a_town_loads_nothing_heavy() -> None:
    code = "import sys, peergrid.simulation.sky.sites; print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not any(f"'{name}'" in loaded.stdout for name in ("numpy", "pandas", "pvlib", "scipy"))
