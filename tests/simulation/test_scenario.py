from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.households import households_of
from peergrid.simulation.scenario import Group, Scenario, places_of, read_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"

GOOD = """
name = "street"
title = "A street"
site = "harare"
start = 2026-09-01
days = 7
seed = 1
scheme = "mid_market"

[[group]]
class = "medium_density"
homes = 4
with_panels = 2
kwp = [2, 4.5]
"""


def street(households: int = 12, seed: int = 1) -> Scenario:
    groups = (
        Group("medium_density", 6, 3),
        Group("low_density", 3, 2, azimuth_deg=(-180, 180)),
        Group("high_density", 3),
    )
    start = date(2026, 9, 1)
    return Scenario(
        "street", "A street", "harare", start, 7, seed, "mid_market", groups, households
    )


def read(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "street.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_a_file_becomes_a_scenario(tmp_path: Path) -> None:
    groups = (Group("medium_density", 4, 2, kwp=(2.0, 4.5)),)
    start = date(2026, 9, 1)
    assert read(tmp_path, GOOD) == Scenario(
        "street", "A street", "harare", start, 7, 1, "mid_market", groups, 4
    )


@pytest.mark.parametrize(
    ("name", "households", "producers", "scheme"),
    [("harare_street", 12, 5, "mid_market"), ("mbare_to_borrowdale", 200, 60, "net_metering")],
)
def test_the_shipped_scenarios_are_what_they_say(
    name: str, households: int, producers: int, scheme: str
) -> None:
    scenario = read_scenario(SCENARIOS / f"{name}.toml")
    assert (scenario.name, scenario.scheme, scenario.days) == (name, scheme, 7)
    assert (scenario.households, scenario.producers) == (households, producers)
    assert scenario.start == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("days = 7", "days = 0", "days is 0: it must be 1 to 3,660"),
        ("days = 7", 'days = "7"', "days is '7': write a whole number"),
        ("days = 7", "days = true", "days is True: write a whole number"),
        ("days = 7", "", "days is missing: write days = 7"),
        ("days = 7", "days = 7\ncolour = 1", "there is no key 'colour'"),
        ("seed = 1", "seed = -1", "seed is -1: it must be 0 to"),
        ("2026-09-01", '"2026-09-01"', "write a day without quotes, such as 2026-09-01"),
        ("2026-09-01", "2026-09-01T00:00:00Z", "write a day without quotes"),
        ("2026-09-01", "1870-09-01", "it must lie in the years 2001-2099"),
        ('"harare"', '"gotham"', "no site is called 'gotham': choose one of harare"),
        ('"mid_market"', '"barter"', "no scheme is called 'barter': choose one of net_metering"),
        ('"medium_density"', '"palace"', "group 1: no class is called 'palace'"),
        ('"street"', '"A Street"', "name is 'A Street': write 1 to 48 small letters"),
        ('title = "A street"', 'title = ""', "title is '': write some text in quotes"),
        ("homes = 4", "homes = 0", "group 1: homes is 0: it must be 1 to"),
        ("with_panels = 2", "with_panels = 5", "with_panels is 5: it must be 0 to 4"),
        ("with_panels = 2", "with_panels = -1", "with_panels is -1: it must be 0 to 4"),
        ("[2, 4.5]", "[-2, 4]", r"kwp is \[-2.0, 4.0\]: write the least and the most"),
        ("[2, 4.5]", "[4, 2]", "write the least and the most"),
        ("[2, 4.5]", "3", "kwp is 3: write the least and the most"),
        ("[2, 4.5]", "[nan, nan]", "write the least and the most"),
        ("kwp =", "watts =", "group 1: there is no key 'watts'"),
        ("[[group]]", "[group]", "write \\[\\[group\\]\\] above each one"),
        ("days = 7", "days =", "this is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert "street.toml: " in str(caught.value)


def test_a_scenario_without_homes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least one"):
        read(tmp_path, GOOD.split("[[group]]", maxsplit=1)[0])


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere\.toml: there is no such file"):
        read_scenario(tmp_path / "nowhere.toml")
    with pytest.raises(Invalid, match="cannot be read"):
        read_scenario(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "street.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match=r"street\.toml: it cannot be read"):
        read_scenario(tmp_path / "street.toml")


def test_twice_the_size_is_twice_of_every_kind() -> None:
    def kinds(scenario: Scenario) -> Counter[tuple[str, bool]]:
        return Counter((group.household_class, panels) for group, panels in places_of(scenario))

    once, twice = kinds(street()), kinds(street().resized(24))
    assert {kind: 2 * count for kind, count in once.items()} == twice
    assert once == {
        ("medium_density", True): 3,
        ("medium_density", False): 3,
        ("low_density", True): 2,
        ("low_density", False): 1,
        ("high_density", False): 3,
    }


@settings(deadline=None)
@given(st.integers(2, 100))
def test_a_larger_community_begins_with_the_homes_of_the_smaller_one(households: int) -> None:
    smaller = households_of(street().resized(households))
    assert households_of(street().resized(households + 7))[:households] == smaller


@settings(deadline=None)
@given(st.integers(2, 200))
def test_from_two_homes_on_there_is_a_producer_and_a_consumer(households: int) -> None:
    scenario = street().resized(households)
    assert 1 <= scenario.producers < households
    assert scenario.producers == pytest.approx(households * 5 / 12, abs=1.5)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_every_home_lies_within_its_groups_bounds(seed: int) -> None:
    homes = households_of(street(seed=seed))
    assert [home.number for home in homes] == list(range(1, 13))
    for home, (group, has_panels) in zip(homes, places_of(street(seed=seed)), strict=True):
        assert home.household_class == group.household_class
        assert home.has_panels == has_panels
        assert not has_panels or group.kwp[0] <= home.kwp <= group.kwp[1]
        assert group.tilt_deg[0] <= home.orientation.tilt_deg <= group.tilt_deg[1]
        assert 0 <= home.orientation.azimuth_deg < 360


def test_the_first_home_has_a_serial_a_name_and_a_60_a_breaker() -> None:
    home = households_of(street())[0]
    assert (home.serial, home.name, home.connection_w) == ("street-001", "Home 001", 13_800)


def test_changes_are_checked_like_the_file() -> None:
    with pytest.raises(Invalid, match="households is 0"):
        street().resized(0)
    with pytest.raises(Invalid, match="days is 0"):
        street().lasting(0)
    assert street().lasting(3).days == 3
    assert street().seeded(9).seed == 9
    assert street().under("net_metering").scheme == "net_metering"
