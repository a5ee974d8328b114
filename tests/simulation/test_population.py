import subprocess
import sys
from dataclasses import replace
from datetime import date
from math import ceil
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.demand import CLASSES
from peergrid.simulation.dice import Purpose, keys, uniform
from peergrid.simulation.households import households_of
from peergrid.simulation.population import NO_LIMIT_WH, Population, groups_in, population_of
from peergrid.simulation.scenario import Community, Group, Scenario, homes_of, read_scenario
from peergrid.simulation.sky.orientation import angles_of
from tests.simulation.scenario.streets import GROUPS, scenario, scenarios, street

SCENARIOS = Path(__file__).parents[2] / "scenarios"

HOMES = {
    "community": np.int32,
    "place": np.int32,
    "household_class": np.uint8,
    "households": np.uint8,
    "kind": np.uint8,
    "key": np.uint64,
    "monthly_kwh": np.float32,
    "demand_factor": np.float32,
    "shift_wh": np.int32,
    "shift_power_wh": np.int32,
    "tank_wh": np.int32,
    "reacts": np.bool_,
    "kwp": np.float32,
    "tilt_deg": np.float32,
    "azimuth_deg": np.float32,
    "orientation": np.int32,
    "gain": np.float32,
    "inverter_wh": np.int32,
    "can_export": np.bool_,
    "islands": np.bool_,
    "battery_wh": np.int32,
    "battery_power_wh": np.int32,
    "reserve_wh": np.int32,
    "efficiency_ppm": np.int32,
    "connection_wh": np.int32,
    "line_ohm": np.float32,
    "bid_micros_per_kwh": np.int32,
    "ask_micros_per_kwh": np.int32,
    "coefficient_weight": np.int32,
    "adopted_day": np.int32,
}
COMMUNITIES = {
    "number": np.int64,
    "site": np.uint8,
    "first": np.int64,
    "homes": np.int32,
    "transformer_wh": np.int64,
    "shedding_group": np.uint8,
}
RICH = Group(
    "low_density",
    1,
    1,
    kwp=(6, 6),
    tilt_deg=(20, 20),
    azimuth_deg=(-30, -30),
    soiling=(0.04, 0.04),
    with_batteries=1,
    with_geysers=1,
    geyser_kwh_per_day=(4, 4),
    with_evs=1,
    ev_kwh_per_day=(7, 7),
    reacting_share=1,
)


def rows(population: Population, start: int, stop: int) -> dict[str, list[object]]:
    return {name: column[start:stop].tolist() for name, column in population.homes.items()}


def test_a_home_without_dice_has_the_numbers_of_its_group() -> None:
    home = population_of(scenario(Community("harare", (RICH,), transformer_kva=100))).homes
    expected = {
        "place": 1,
        "household_class": 3,
        "kwp": 6.0,
        "gain": 5.76,  # 6 kWp less 4 % of dust
        "inverter_wh": 2_500,  # 6 kWp / 1.2 for half an hour
        "tilt_deg": 20.0,
        "azimuth_deg": 330.0,
        "shift_wh": 11_000,
        "shift_power_wh": 2_500,  # 2 and 3 kW for half an hour
        "battery_wh": 5_000,
        "battery_power_wh": 1_250,
        "reserve_wh": 1_000,
        "efficiency_ppm": 900_000,
        "connection_wh": 6_900,
        "islands": True,
        "can_export": True,
        "reacts": True,
    }
    assert {name: home[name][0] for name in expected} == pytest.approx(expected)
    assert 400 <= home["monthly_kwh"][0] <= 800
    assert 0 < home["line_ohm"][0] < 2 * 0.641 * 0.4  # at most 400 m of 0.641 ohm/km, both ways


def test_a_geyser_and_a_car_are_taken_off_the_month_that_the_library_gives() -> None:
    one = replace(RICH, with_evs=0)
    home = population_of(scenario(Community("harare", (one, Group("lodger", 1))))).homes
    in_geyser_kwh = 4 * 365 / 12  # a month
    rich, lodger = home["monthly_kwh"].tolist()
    assert home["demand_factor"][0] == pytest.approx((rich - in_geyser_kwh) / 360)
    assert home["demand_factor"][1] == pytest.approx(lodger / 90)


def test_drawing_homes_and_outages_loads_nothing_heavy() -> None:
    code = (
        "import sys, peergrid.simulation.outages, peergrid.simulation.households\n"
        "heavy = ('numba', 'pandas', 'pvlib', 'scipy')\n"
        "print([each for each in (*heavy, 'numpy') if each in sys.modules])\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "['numpy']"


def test_a_community_has_its_limit_and_its_turn() -> None:
    limited = Community("bulawayo", (Group("lodger", 3),), copies=3, transformer_kva=100)
    unlimited = Community("harare", (Group("lodger", 2),))
    found = population_of(scenario(limited, unlimited))
    columns = {name: column.tolist() for name, column in found.communities.items()}
    assert found.sites == ("bulawayo", "harare")
    assert columns == {
        "number": [0, 1, 2, 3],
        "site": [0, 0, 1, 0],
        "first": [0, 3, 6, 8],
        "homes": [3, 3, 2, 3],
        "transformer_wh": [45_000, 45_000, NO_LIMIT_WH, 45_000],  # 100 kVA x 0.9 / 2
        "shedding_group": [0, 1, 1, 2],
    }


@settings(deadline=None)
@given(scenarios())
def test_every_column_is_there_and_within_bounds(any_scenario: Scenario) -> None:
    found = population_of(any_scenario)
    assert {name: column.dtype for name, column in found.homes.items()} == HOMES
    assert {name: column.dtype for name, column in found.communities.items()} == COMMUNITIES
    assert {len(column) for column in found.homes.values()} == {any_scenario.households}
    home = found.homes
    of = groups_in(any_scenario)
    owned = homes_of(any_scenario)
    classes = list(CLASSES)
    for row, number in enumerate(owned.group):
        group, has_panels = of[number], owned.has_panels[row]
        assert classes[home["household_class"][row]] == group.household_class
        least, most = CLASSES[group.household_class].monthly_kwh
        households = home["households"][row]
        assert households in {int(group.households_per_meter), ceil(group.households_per_meter)}
        assert least <= home["monthly_kwh"][row] / households <= most
        assert not has_panels or group.kwp[0] <= home["kwp"][row] <= group.kwp[1]
        assert (home["kwp"][row] > 0) == has_panels
        assert not home["can_export"][row] or (has_panels and group.exporting_share)
        assert not home["reacts"][row] or group.reacting_share
        assert (home["battery_wh"][row] > 0) == home["islands"][row] == owned.has_battery[row]
        assert (home["shift_wh"][row] > 0) == (owned.has_geyser[row] or owned.has_car[row])
        roof = home["orientation"][row]
        site = found.communities["site"][home["community"][row]]
        assert found.orientations.site[roof] == site
        lies = angles_of(found.orientations.number[roof])
        assert lies == (home["tilt_deg"][row], home["azimuth_deg"][row])
        first = int(np.searchsorted(found.orientations.site, site))
        assert found.orientations.at(site)[roof - first] == lies
    assert (home["azimuth_deg"] < 360).all()
    assert (home["adopted_day"] == -1).all()


@settings(deadline=None)
@given(scenarios(), st.data())
def test_a_range_of_communities_is_those_rows_of_the_whole(
    any_scenario: Scenario, data: st.DataObject
) -> None:
    whole = population_of(any_scenario)
    count = len(whole.communities["first"])
    start = data.draw(st.integers(0, count - 1))
    stop = data.draw(st.integers(start + 1, count))
    part = population_of(any_scenario, range(start, stop))
    first = int(whole.communities["first"][start])
    end = int(whole.communities["first"][stop - 1] + whole.communities["homes"][stop - 1])
    assert rows(part, 0, end - first) == rows(whole, first, end)
    assert (part.orientations.site == whole.orientations.site).all()
    for name, column in whole.communities.items():
        assert part.communities[name].tolist() == column[start:stop].tolist()


@settings(deadline=None)
@given(scenarios(), st.integers(1, 200), st.integers(0, 100))
def test_new_neighbours_change_nobody(any_scenario: Scenario, size: int, more: int) -> None:
    smaller = population_of(any_scenario.resized(size))
    larger = population_of(any_scenario.resized(size + more))
    assert rows(larger, 0, size) == rows(smaller, 0, size)


def test_another_seed_gives_other_homes_and_panels_change_no_demand() -> None:
    one, other = population_of(street()).homes, population_of(street(seed=2)).homes
    assert (one["monthly_kwh"] != other["monthly_kwh"]).all()
    sunny = population_of(street().varied("panels.share", 1)).homes
    assert (one["monthly_kwh"] == sunny["monthly_kwh"]).all()
    assert (one["key"] == sunny["key"]).all()


def test_a_key_is_a_homes_own() -> None:
    found = population_of(street(5_000))
    assert len(set(found.homes["key"].tolist())) == 5_000
    assert keys(1, 0, 7) == found.homes["key"][6]
    assert keys(1, 7, 0) != keys(1, 0, 7)
    drawn = keys(1, 0, np.arange(20_000)) / 2.0**64
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)


def test_shares_are_met_among_many() -> None:
    group = replace(RICH, homes=10, exporting_share=0.1, reacting_share=0.3)
    many = scenario(Community("harare", (group,), copies=2_000))
    home = population_of(many).homes
    assert home["can_export"][home["kwp"] > 0].mean() == pytest.approx(0.1, abs=0.02)
    choosing = home["islands"] | (home["shift_wh"] > 0)
    assert home["reacts"][choosing].mean() == pytest.approx(0.3, abs=0.03)


def test_the_platforms_households_are_the_rows_of_the_population() -> None:
    home = population_of(street()).homes
    households = households_of(street())
    assert [each.number for each in households] == list(range(1, 13))
    for row, each in enumerate(households):
        assert each.serial == f"street-{row + 1:03d}"
        assert each.name == f"Home {row + 1:03d}"
        assert each.kwp == pytest.approx(home["kwp"][row])
        assert each.has_panels == (home["kwp"][row] > 0)
        assert each.monthly_kwh == home["monthly_kwh"][row]
        assert each.orientation == (home["tilt_deg"][row], home["azimuth_deg"][row])
        assert each.connection_w == 13_800  # 60 A at 230 V


def test_a_drawn_number_can_be_checked_by_hand() -> None:
    part = float(uniform(1, Purpose.PANELS, 0, 1))  # the first home of the first community
    home = population_of(street()).homes
    assert home["kwp"][0] == pytest.approx(round(3 + 2 * part, 1))


def test_a_million_homes_are_drawn_in_two_seconds() -> None:
    many = scenario(replace(Community("harare", (*GROUPS, RICH)), copies=77_000))
    began = process_time()
    found = population_of(many)
    assert process_time() - began < 4  # 2 s alone; a machine may be busy
    assert len(found.homes["key"]) == 1_001_000


def test_the_nine_towns_hold_a_million_meters() -> None:
    national = read_scenario(SCENARIOS / "national_2026.toml")
    assert (national.households, len(national.sites)) == (1_000_000, 9)
    assert national.start == date(2026, 1, 1)
    homes = homes_of(national)
    groups = groups_in(national)
    behind = np.array([each.households_per_meter for each in groups])[homes.group]
    assert behind.mean() == pytest.approx(1.5, abs=0.005)
    lodgers = np.array([each.household_class == "lodger" for each in groups])[homes.group]
    assert behind[lodgers].sum() / behind.sum() == pytest.approx(0.427, abs=0.001)
    assert homes.has_panels.mean() == pytest.approx(0.46 * 0.45, abs=0.005)
