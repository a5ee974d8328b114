import tomllib
from datetime import date
from pathlib import Path

import pytest

from peergrid.errors import Invalid
from peergrid.simulation.scenario import (
    Community,
    Group,
    Outages,
    Panels,
    Scenario,
    read_scenario,
)
from tests.simulation.scenario.streets import producers_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"

GOOD = """
name = "street"
title = "A street"
start = 2026-09-01
days = 7
seed = 1
scheme = "mid_market"

[panels]
share = 0.5
[outages]
hours_per_day = 12

[[community]]
site = "harare"
copies = 3
transformer_kva = 200

[[community.group]]
class = "medium_density"
homes = 4
with_panels = 2
kwp = [2, 4.5]
battery_kwh = [5, 10]
"""


def read(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "street.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_a_file_becomes_a_scenario(tmp_path: Path) -> None:
    group = Group("medium_density", 4, 2, kwp=(2.0, 4.5), battery_kwh=(5.0, 10.0))
    assert read(tmp_path, GOOD) == Scenario(
        "street",
        "A street",
        date(2026, 9, 1),
        7,
        1,
        "mid_market",
        (Community("harare", (group,), copies=3, transformer_kva=200.0),),
        panels=Panels(share=0.5),
        outages=Outages(hours_per_day=12.0),
        households=12,
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("days = 7", "days = 0", "days is 0: it must be 1 to 3,660"),
        ("days = 7", 'days = "7"', "days is '7': write a whole number"),
        ("days = 7", "days = true", "days is True: write a whole number"),
        ("days = 7", "", "days is missing: write days = 7"),
        ("days = 7", "dayz = 7", "there is no key 'dayz': did you mean 'days'?"),
        ("days = 7", "days = 7\ncolour = 1", "there is no key 'colour': Use "),
        ("seed = 1", "seed = -1", "seed is -1: it must be 0 to"),
        ("seed = 1", f"seed = 0x{'f' * 9000}", "seed is a number of very many digits"),
        ("seed = 1", f"seed = {'9' * 5000}", "this is not TOML"),
        ("2026-09-01", '"2026-09-01"', "write a day without quotes, such as 2026-09-01"),
        ("2026-09-01", "2026-09-01T00:00:00Z", "write a day without quotes"),
        ("2026-09-01", "1870-09-01", "it must lie in the years 2001-2099"),
        ("start = 2026-09-01", "", "start is missing: write start = 2026-09-01"),
        ('"harare"', '"gotham"', "community 1: no site is called 'gotham': choose one of harare"),
        ('"harare"', "3", "site is 3: write one of harare"),
        (
            '"mid_market"',
            '"barter"',
            "no scheme is called 'barter': choose one of net_metering",
        ),
        ('"medium_density"', '"palace"', "community 1: group 1: no class is called 'palace'"),
        ('"street"', '"A Street"', "name is 'A Street': write 1 to 48 small letters"),
        ('title = "A street"', 'title = ""', "title is '': write some text in quotes"),
        ('title = "A street"', 'title = "A \\u001b street"', "write some text in quotes"),
        ("homes = 4", "homes = 0", "group 1: homes is 0: it must be 1 to"),
        ("homes = 4", "homes = -4", "group 1: homes is -4: it must be 1 to"),
        ("homes = 4", "homes = 4_000_000", "hold 12,000,000 homes: write at most 10,000,000"),
        ("with_panels = 2", "with_panels = 5", "with_panels is 5: it must be 0 to 4"),
        ("with_panels = 2", "with_panels = -1", "with_panels is -1: it must be 0 to"),
        ("with_panels = 2", "with_panels = 2\nwith_batteries = 3", "0 to 2, the number of homes w"),
        ("with_panels = 2", "with_geysers = 5", "with_geysers is 5: it must be 0 to 4, the number"),
        ("[2, 4.5]", "[-2, 4]", r"kwp is \[-2, 4\]: write the least and the most"),
        ("[2, 4.5]", "[4, 2]", "write the least and the most"),
        ("[2, 4.5]", "3", "kwp is 3: write the least and the most"),
        ("[2, 4.5]", "[nan, nan]", "write the least and the most"),
        ("[2, 4.5]", "[2000, 4000]", "did you write W[?] 2000 W are 2 kWp"),
        ("[5, 10]", "[5000, 10000]", "did you write Wh[?] 5000 Wh are 5 kWh"),
        ("[5, 10]", "[5, 10]\nbattery_kw = [2500, 2500]", "2500 W are 2.5 kW"),
        ("[5, 10]", "[5, 10]\ngeyser_kw = 2000", "2000 W are 2 kW"),
        ("[5, 10]", "[5, 10]\ngeyser_kw = 0.1", "makes only 2.4 kWh a day: raise geyser_kw"),
        ("[5, 10]", "[5, 10]\nbreaker_a = 300", "5 to 284 .more than 65 kW overflows"),
        ("[5, 10]", "[5, 10]\nsoiling = [0, 5]", "5 is above 1: write 0.05 for 5 %"),
        ("[5, 10]", "[5, 10]\nbattery_efficiency = 90", "write 0.9 for 90 %"),
        ("kva = 200", "kva = 200_000", "did you write VA[?] 200000 VA are 200 kVA"),
        ("share = 0.5", "share = 20", r"\[panels\] share is 20: 20 is above 1: write 0.2 for 20 %"),
        ("share = 0.5", "share = -0.5", "it must be a share, 0 to 1"),
        ("share = 0.5", "share = nan", "it must be a share, 0 to 1"),
        ("hours_per_day = 12", "hours_per_day = 25", "it must be 0 to 24 hours"),
        ("hours_per_day = 12", 'season = "July"', "there is no key 'season': Use "),
        ("[outages]", "[outage]", "there is no key 'outage': did you mean 'outages'?"),
        ("[panels]\nshare = 0.5", "panels = 0.5", r"panels is 0.5: write \[panels\] and its keys"),
        ("[panels]", '[sky]\nvariability = "calm"\n[panels]', "choose one of random, mean"),
        ("[panels]", '[sky]\nweather_file = "h.csv"\n[panels]', "but there is no file .*h.csv"),
        ("[panels]", '[sky]\nweather_file = "a\\u0000"\n[panels]', "but there is no file"),
        ("kwp =", "watts =", "group 1: there is no key 'watts'"),
        ("[[community.group]]", "[community.group]", "\\[\\[community.group\\]\\] above each"),
        ("[[community]]", "[community]", "write \\[\\[community\\]\\] above each one"),
        ("days = 7", "days =", "this is not TOML"),
        ("days = 7", f"days = {'[' * 5000}", "this is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in GOOD
    with pytest.raises(Invalid, match=sentence) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert "street.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_format_before_communities_is_told_how_to_become_this_one(tmp_path: Path) -> None:
    site, group = 'site = "harare"', '[[group]]\nclass = "lodger"\nhomes = 1'
    for old in (f"{site}\n{group}", group):
        with pytest.raises(Invalid, match=r"write \[\[community\]\] with its site and, below it"):
            read(tmp_path, f'name = "street"\n{old}')


def test_a_weather_file_lies_beside_the_scenario_and_is_of_one_place(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("")
    measured = GOOD.replace("[panels]", '[sky]\nweather_file = "h.csv"\n[panels]')
    assert read(tmp_path, measured).sky.weather_file == tmp_path / "h.csv"
    other = GOOD[GOOD.index("[[community]]") :].replace("harare", "bulawayo")
    with pytest.raises(Invalid, match=r"weather_file is of one place, but .* in harare, bulawayo"):
        read(tmp_path, measured + other)


@pytest.mark.parametrize("section", ["[[community]]", "[[community.group]]"])
def test_a_scenario_without_homes_is_refused(tmp_path: Path, section: str) -> None:
    with pytest.raises(Invalid, match="at least one"):
        read(tmp_path, GOOD.split(section, maxsplit=1)[0])


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere\.toml: there is no such file"):
        read_scenario(tmp_path / "nowhere.toml")
    with pytest.raises(Invalid, match="cannot be read"):
        read_scenario(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "street.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match=r"street\.toml: it cannot be read"):
        read_scenario(tmp_path / "street.toml")


@pytest.mark.parametrize(
    ("name", "households", "producers", "scheme"),
    [("harare_street", 12, 5, "mid_market"), ("mbare_to_borrowdale", 200, 60, "net_metering")],
)
def test_the_shipped_scenarios_are_what_they_say(
    name: str, households: int, producers: int, scheme: str
) -> None:
    scenario = read_scenario(SCENARIOS / f"{name}.toml")
    assert (scenario.name, scenario.scheme, scenario.days) == (name, scheme, 7)
    assert (scenario.households, producers_of(scenario)) == (households, producers)
    assert scenario.start == date(2026, 9, 1)


def test_every_shipped_scenario_is_named_as_its_file_and_points_editors_to_the_schema() -> None:
    paths = sorted(SCENARIOS.glob("*.toml"))
    assert len(paths) > 1
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#:schema ./scenario.schema.json\n")
        assert tomllib.loads(text)["name"] == path.stem
        assert read_scenario(path).name == path.stem
