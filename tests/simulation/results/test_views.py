"""A run as its plots see it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.amounts import MINUS, scale_for
from peergrid.simulation.results.views import (
    duration,
    gains_of,
    mean_day,
    net_kw,
    outages_of,
    periods_of,
    price_of_day,
    prices_paid,
    whole,
)
from tests.simulation.results.made import made, street


def test_a_mean_day_is_the_mean_of_the_days_there_are() -> None:
    run = made(street(), intervals=50)  # a day, and the first two half hours of the next
    demand = whole(run, "demand_wh")

    day = mean_day(run, "demand_wh")
    assert day[0] == (demand[0] + demand[48]) / 2
    assert day[2] == demand[2]


def test_few_days_are_told_one_by_one_and_a_year_month_by_month() -> None:
    days = periods_of(made(street()))
    year = periods_of(made(replace(street(days=365), start=date(2027, 1, 1))))

    assert [each.label for each in days] == ["29 Sep", "30 Sep", "01 Oct"]
    assert [each.label for each in year][:2] == ["Jan 27", "Feb 27"]
    assert len(year) == 12


@pytest.mark.parametrize("days", [1, 3, 100])
def test_what_was_used_came_from_the_sun_from_neighbours_or_from_the_grid(days: int) -> None:
    run = made(street(days=days))

    periods = periods_of(run)
    used = sum(each.own_wh + each.neighbours_wh + each.grid_wh for each in periods)
    assert used == whole(run, "demand_wh").sum()


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50))
def test_a_duration_curve_falls_from_the_most_to_the_least(values: list[float]) -> None:
    shares, sorted_values = duration(np.array(values))

    assert (shares[0], shares[-1]) == (0, 100)
    assert (sorted_values[0], sorted_values[-1]) == (max(values), min(values))
    assert (np.diff(sorted_values) <= 1e-6 * (1 + np.abs(sorted_values[1:]))).all()


def test_a_price_is_money_over_energy_where_there_is_energy(run: Run) -> None:
    shared = price_of_day(run, ("paid_micros",), "shared_wh")
    paid = prices_paid(run)

    assert np.isnan(shared[0])  # at midnight nobody shares
    dearest = zetdc_tariff("mid_market").blocks[-1].price_micros_per_kwh / 10_000 * 1.06
    assert 6.4 < shared[26] < dearest  # more than the grid pays
    assert 6.4 < paid.min() <= paid.max() < dearest + 0.01
    assert net_kw(run).min() < 0 < net_kw(run).max()


def test_gains_are_the_bill_with_the_grid_alone_less_the_bill() -> None:
    run = made(street(days=1))

    gains = gains_of(run)
    assert sum(each.homes for each in gains) == 24
    chosen = (run.homes["household_class"] == list(CLASSES).index("medium_density")) & (
        run.homes["kwp"] > 0
    )
    gained = (run.homes["grid_only_micros"] - run.bills_micros)[chosen] / 1e6
    assert gains[0].label == "Medium-density suburb, with panels"
    assert gains[0].percentiles_usd[2] == pytest.approx(np.median(gained) * 365 / 12)


def test_towns_are_told_by_their_outages(run: Run) -> None:
    towns = outages_of(run)

    assert [town.site for town in towns] == ["harare", "bulawayo"]
    off = run.communities["outage_intervals"]
    assert off.tolist() == [48, 36, 41, 36]  # Harare, Bulawayo, and once more: shed, and faults
    assert [town.hours for town in towns] == [(48 + 41) / 4, (36 + 36) / 4]
    assert sum(town.lost_wh for town in towns) == run.homes["lost_wh"].sum()


@pytest.mark.parametrize(
    ("unit", "largest", "value", "text"),
    [
        ("Wh", 1_500, 1_500, "1.50 kWh"),
        ("Wh", 999, 5, "0.01 kWh"),
        ("Wh", 2e9, -2e9, f"{MINUS}2.00 GWh"),
        ("micros", 0, -1_234_560_000, f"{MINUS}1,234.56 US$"),
        ("micros/kWh", 0, 166_000, "16.60 US¢/kWh"),
        ("share", 0, 0.255, "25.5 %"),
        ("index", 0, -0.0001, "0.000 "),
    ],
)
def test_values_are_told_as_a_person_reads_them(
    unit: str, largest: float, value: float, text: str
) -> None:
    scale = scale_for(unit, largest)

    assert f"{scale.told(value)} {scale.label}" == text
