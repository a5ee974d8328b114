import pytest

from peergrid.simulation.demand.appliances.kitchen import cooker
from peergrid.simulation.demand.appliances.rooms import heater, lights
from peergrid.simulation.demand.baskets import BASKETS
from peergrid.simulation.demand.build import days_by_cell
from peergrid.simulation.demand.classes import CLASSES
from peergrid.simulation.demand.seasons import DayType, Season
from peergrid.simulation.demand.uses import Appliance, Cycle, Since, Use

KINDS_OF_DAY = [(season, day_type) for season in Season for day_type in DayType]


def monthly_kwh(*appliances: Appliance) -> float:
    """What homes that have all of them use in a mean month."""
    a_year_wh: float = sum(
        days * appliance.mean_wh(*kind)
        for days, kind in zip(days_by_cell().tolist(), KINDS_OF_DAY, strict=True)
        for appliance in appliances
    )
    return a_year_wh / 12 / 1000


def test_five_leds_and_a_two_plate_cooker_use_about_50_kwh_a_month() -> None:
    assert monthly_kwh(lights(5), *cooker(1.0, 1000, meals=1.0)) == pytest.approx(50, rel=0.1)


@pytest.mark.parametrize("name", ["medium_density", "low_density"])
def test_cooking_is_about_a_fifth_of_the_bill_of_a_home_with_a_stove(name: str) -> None:
    stove = [each for each in BASKETS[name] if each.name.startswith("cooker")]
    assert monthly_kwh(*stove) / (sum(CLASSES[name].monthly_kwh) / 2) == pytest.approx(0.2, abs=0.1)


@pytest.mark.parametrize("name", list(CLASSES))
def test_appliances_come_to_the_class_s_month_by_themselves(name: str) -> None:
    of_class = sum(each.owned * monthly_kwh(each) for each in BASKETS[name])
    assert of_class == pytest.approx(CLASSES[name].library_kwh, rel=0.05)


def test_a_kettle_of_1800_w_for_ten_minutes_on_half_the_days_uses_150_wh() -> None:
    kettle = Appliance("kettle", 1800, 1.0, (Use(5.0, 7.0, 10, chance=0.5, weekend=1.0),))
    assert kettle.mean_wh(Season.HOT_WET, DayType.WEEKDAY) == pytest.approx(150)
    assert kettle.mean_wh(Season.HOT_WET, DayType.WEEKEND) == pytest.approx(300)


def test_a_compressor_of_100_w_that_runs_10_minutes_in_40_uses_600_wh() -> None:
    fridge = Appliance("fridge", 100, 1.0, Cycle(10, 30), (1.0, 0.0, 3.0))
    of_seasons = [fridge.mean_wh(season, DayType.WEEKDAY) for season in Season]
    assert of_seasons == pytest.approx([600, 0, 1200])


def test_mornings_come_an_hour_later_on_weekends_and_evenings_do_not() -> None:
    assert Use(5.0, 7.0, 10).window_h(Season.HOT_DRY, DayType.WEEKEND) == (6.0, 8.0)
    assert Use(17.0, 20.0, 10).window_h(Season.HOT_DRY, DayType.WEEKEND) == (17.0, 20.0)


def test_light_follows_the_sun_through_the_seasons() -> None:
    dusk = Use(-0.5, 0.5, 60, since=Since.SUNSET)
    assert dusk.window_h(Season.COOL_DRY, DayType.WEEKEND) == pytest.approx((17.05, 18.05))
    evenings_wh = [lights(5).mean_wh(season, DayType.WEEKDAY) for season in Season]
    assert evenings_wh[Season.COOL_DRY] == max(evenings_wh)


def test_nobody_heats_in_the_hot_months() -> None:
    of_seasons = [heater(1.0, 60).mean_wh(season, DayType.WEEKDAY) for season in Season]
    assert [wh > 0 for wh in of_seasons] == [False, True, False]


def test_ownership_is_in_twentieths_so_that_twenty_homes_can_have_it() -> None:
    for each in (appliance for basket in BASKETS.values() for appliance in basket):
        assert each.owned * 20 == pytest.approx(round(each.owned * 20)), each
        assert 0 < each.owned <= 1
