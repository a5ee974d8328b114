import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from peergrid.errors import Invalid
from peergrid.simulation.sky.files import read_weather
from peergrid.simulation.sky.hours import file_sky
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.solar import sun_wh_per_kwp
from peergrid.simulation.sky.sun_path import days_from
from tests.simulation.sky.weather_files import (
    AIR_C,
    DIFFUSE,
    SHARE,
    write_epw,
    write_power,
    write_pvgis_hours,
    write_pvgis_typical,
    write_tmy3,
)

HARARE = SITES["harare"]


def changed(path: Path, pattern: str, new: str, count: int = 1) -> Path:
    before = path.read_text()
    after = re.sub(pattern, new, before, count=count, flags=re.MULTILINE)
    assert after != before
    path.write_text(after)
    return path


@pytest.mark.parametrize(
    ("write", "name", "first"),
    [
        (write_epw, "a.epw", None),
        (write_tmy3, "a.csv", None),
        (write_pvgis_typical, "a.csv", None),
        (write_pvgis_hours, "a.csv", date(2020, 1, 1)),
        (write_power, "a.csv", date(2021, 1, 1)),
    ],
)
def test_every_kind_of_file_gives_back_the_sky_it_was_made_of(
    tmp_path: Path, write: Callable[[Path], Path], name: str, first: date | None
) -> None:
    hours = read_weather(write(tmp_path / name), HARARE)
    days = days_from(first or date(2026, 1, 1), 365)
    sky = file_sky(HARARE, days, hours)

    high = sky.path.zenith < 80
    index = sky.ghi_w_per_m2 / sky.path.clear_ghi_w_per_m2
    assert index[high] == pytest.approx(SHARE, abs=0.03)
    clear_sum = sky.path.clear_ghi_w_per_m2.sum()
    assert sky.ghi_w_per_m2.sum() == pytest.approx(SHARE * clear_sum, rel=0.005)
    assert hours.first == first
    assert sky.temperature_c == pytest.approx(AIR_C)
    if sky.dhi_w_per_m2 is not None:
        assert sky.dhi_w_per_m2[high] == pytest.approx(DIFFUSE * sky.ghi_w_per_m2[high])


def test_local_solar_time_is_read_as_such(tmp_path: Path) -> None:
    utc = read_weather(write_power(tmp_path / "utc.csv"), HARARE)
    local = read_weather(write_power(tmp_path / "lst.csv", standard="LST"), HARARE)
    assert local.ghi_w_per_m2 == pytest.approx(utc.ghi_w_per_m2)


def test_a_typical_year_fits_any_year_and_its_29_february_is_its_28th(tmp_path: Path) -> None:
    hours = read_weather(write_epw(tmp_path / "a.epw"), HARARE)
    rows = hours.rows([date(2028, 2, 28), date(2028, 2, 29), date(2027, 3, 1), date(2028, 3, 1)])
    assert rows.tolist() == [58, 59, 60, 60]
    assert hours.ghi_w_per_m2[58].tolist() == hours.ghi_w_per_m2[59].tolist()
    hours.require(date(2031, 12, 1), 400)


def test_panels_under_a_weather_file_ignore_the_seed_and_make_what_it_lets_them(
    tmp_path: Path,
) -> None:
    path = write_epw(tmp_path / "a.epw")
    one, other = (
        sun_wh_per_kwp(
            HARARE, [Orientation(20, 0)], date(2027, 12, 30), 5, seed=s, weather_file=path
        )
        for s in (1, 2)
    )
    assert one.tolist() == other.tolist()
    assert 3_000 < one.sum() / 5 < 5_500
    assert one.reshape(5, 48)[:, [0, 10, 38, 47]].max() == 0


def test_a_dated_file_is_for_its_own_years(tmp_path: Path) -> None:
    path = write_pvgis_hours(tmp_path / "a.csv")
    with pytest.raises(Invalid, match="holds 2020-01-01 to 2020-12-31, not 2026-09-01"):
        sun_wh_per_kwp(HARARE, [Orientation(20, 0)], date(2026, 9, 1), 7, seed=1, weather_file=path)
    last = date(2020, 12, 31)
    wh = sun_wh_per_kwp(
        HARARE, [Orientation(20, 0)], last - timedelta(days=1), 2, seed=1, weather_file=path
    )
    assert (wh.reshape(2, 48).sum(axis=1) > 2_000).all()


def test_a_lacking_row_is_named(tmp_path: Path) -> None:
    path = changed(write_epw(tmp_path / "a.epw"), r"^1990,3,4,14,.*\n", "")
    with pytest.raises(Invalid, match=r"lacks the irradiance of 1 hours, first 03-04 13:00 local"):
        read_weather(path, HARARE)


@pytest.mark.parametrize(
    ("write", "pattern", "new"),
    [
        (write_epw, r"^(1990,3,4,14,0,x),21.0", r"\1,99.9"),
        (write_tmy3, r"^(03/04/1990,14:00,.*),21.0", r"\1,-9900"),
    ],
)
def test_air_with_a_missing_value_is_the_climates(
    tmp_path: Path, write: Callable[[Path], Path], pattern: str, new: str
) -> None:
    name = "a.epw" if write is write_epw else "a.csv"
    hours = read_weather(changed(write(tmp_path / name), pattern, new), HARARE)
    sky = file_sky(HARARE, [date(2026, 3, 4)], hours)
    assert sky.temperature_c.max() == pytest.approx(26.7, abs=0.1)


def test_a_value_marked_as_missing_is_a_gap(tmp_path: Path) -> None:
    path = changed(write_power(tmp_path / "a.csv"), r"^(2021,6,7,8),[^,]*", r"\1,-999")
    with pytest.raises(Invalid, match=r"first 2021-06-07 10:00 local time"):
        read_weather(path, HARARE)


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r"^(2021,6,7,8),[^,]*", r"\1,-5", "negative irradiance at 2021-06-07 10:00"),
        (r"^(2021,6,7,8),[^,]*", r"\1,1400", "1400 W/m2 at 06-07 10:30 local time"),
        (r"in UTC", "in LST", "are its times UTC where they should be local"),
        (r"^2021,(8|9|10|11|12),.*\n", "", "it must hold whole years"),
        (r"ALLSKY_SFC_SW_DWN", "CLRSKY_SFC_SW_DWN", "lacks a column: .*horizontal irradiance"),
        (r"Longitude 31.05", "Longitude 28.05", r"of a place 318 km from Harare"),
        (r"Location: .*", "Location: here", "names no latitude"),
        (r"-BEGIN HEADER-", "-BEGIN-", "no weather file known here"),
        (r"^2021,6,7,9,.*\n", "2021,6,7,8,1,1\n", "2021-06-07 10:00 twice"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(
    tmp_path: Path, pattern: str, new: str, complaint: str
) -> None:
    path = changed(write_power(tmp_path / "a.csv"), pattern, new, count=0)
    with pytest.raises(Invalid, match=complaint):
        read_weather(path, HARARE)


def test_light_in_another_unit_is_found_by_its_darkness(tmp_path: Path) -> None:
    path = changed(write_power(tmp_path / "a.csv"), r"^(2021,\d+,\d+,\d+),[^,]*", r"\1,1.2", 0)
    with pytest.raises(Invalid, match="is its irradiance in W/m2"):
        read_weather(path, HARARE)


def test_a_file_of_tilted_panels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="tilted by 35"):
        read_weather(write_pvgis_hours(tmp_path / "a.csv", slope=35), HARARE)


def test_a_file_with_its_zone_left_out_is_found_by_its_light(tmp_path: Path) -> None:
    path = changed(write_epw(tmp_path / "a.epw"), r",2\.0,1500", ",0.0,1500")
    with pytest.raises(Invalid, match="is the most"):
        read_weather(path, HARARE)


def test_a_folder_is_no_weather_file(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_weather(tmp_path, HARARE)


@pytest.mark.parametrize("lines", [1, 8, 9])
def test_a_file_cut_off_early_is_told(tmp_path: Path, lines: int) -> None:
    path = write_epw(tmp_path / "a.epw")
    path.write_text("\n".join(path.read_text().splitlines()[:lines]))
    with pytest.raises(Invalid):
        read_weather(path, HARARE)


def test_every_figure_of_a_read_year_is_a_number(tmp_path: Path) -> None:
    hours = read_weather(write_tmy3(tmp_path / "a.csv"), HARARE)
    assert hours.ghi_w_per_m2.shape == (366, 24)
    assert np.isfinite(hours.dhi_w_per_m2).all()
    assert np.isfinite(hours.temperature_c).all()


def test_summer_in_july_is_refused(tmp_path: Path) -> None:
    path = write_tmy3(tmp_path / "north.csv")
    head, hours = path.read_text().splitlines()[:2], path.read_text().splitlines()[2:]
    cells = [line.split(",") for line in hours]
    half_a_year = [cells[(number + 181 * 24) % len(cells)] for number in range(len(cells))]
    turned = [
        ",".join([*when[:2], *light[2:]]) for when, light in zip(cells, half_a_year, strict=True)
    ]
    path.write_text("\n".join([*head, *turned]) + "\n")
    with pytest.raises(Invalid, match=r"brightest in (June|July), which is winter .* south of the"):
        read_weather(path, HARARE)
