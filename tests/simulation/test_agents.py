from datetime import UTC, datetime

import mesa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import Interval, Reading
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import Unit
from peergrid.simulation.agents import ConsumerAgent, GridAgent, ProducerAgent
from peergrid.simulation.households import Household
from peergrid.simulation.sky.orientation import Orientation

NOON = Interval(datetime(2026, 9, 1, 10, tzinfo=UTC))
WH = st.integers(0, 20_000)


def household(kwp: float = 3.0, connection_w: int = 13_800) -> Household:
    return Household(
        1, "street-001", "Home 001", "low_density", 500, kwp, Orientation(20, 0), connection_w
    )


def producer_at(demand_wh: int, sun_wh: int, connection_w: int = 13_800) -> ProducerAgent:
    home = ProducerAgent(mesa.Model(rng=1), household(connection_w=connection_w))
    home.plan_demand([demand_wh])
    home.plan_sun([sun_wh])
    home.consume(0)
    home.share(0)
    return home


def test_a_home_uses_its_own_sun_first_and_shares_the_rest() -> None:
    home = producer_at(demand_wh=300, sun_wh=1_300)
    assert home.reading(NOON) == Reading(1, NOON, 0, 1_000, 1_300)


def test_a_home_draws_what_its_sun_does_not_cover() -> None:
    home = producer_at(demand_wh=1_300, sun_wh=300)
    assert home.reading(NOON) == Reading(1, NOON, 1_000, 0, 300)


def test_a_breaker_of_10_a_exports_1150_wh_in_half_an_hour_and_curtails_the_rest() -> None:
    home = producer_at(demand_wh=100, sun_wh=2_000, connection_w=2_300)
    assert (home.export_wh, home.generation_wh, home.curtailed_wh) == (1_150, 1_250, 750)


def test_a_home_without_panels_never_exports() -> None:
    home = ConsumerAgent(mesa.Model(rng=1), household(kwp=0))
    home.plan_demand([400])
    home.consume(0)
    assert home.reading(NOON) == Reading(1, NOON, 400, 0, 0)


@given(WH, WH, st.integers(1_000, 20_000))
def test_every_wh_of_a_producer_is_accounted_for(
    demand_wh: int, sun_wh: int, connection_w: int
) -> None:
    home = producer_at(demand_wh, sun_wh, connection_w)
    assert home.generation_wh + home.curtailed_wh == sun_wh
    assert home.generation_wh == home.self_consumed_wh + home.export_wh
    assert home.demand_wh == home.self_consumed_wh + home.import_wh
    assert home.import_wh == 0 or home.export_wh == 0
    assert max(home.import_wh, home.export_wh) <= connection_w // 2
    reading = home.reading(NOON)
    assert (reading.self_consumed_wh, reading.demand_wh) == (home.self_consumed_wh, home.demand_wh)


def test_the_grid_pools_what_homes_share_and_supplies_the_rest() -> None:
    grid = GridAgent(mesa.Model(rng=1), zetdc_tariff("mid_market"), NOON.later(-1))
    assert (grid.price_micros_per_kwh, grid.payout_micros_per_kwh) == (None, None)

    grid.clear(NOON, [Reading(1, NOON, 0, 1_000, 1_300), Reading(2, NOON, 1_500, 0)])

    assert (grid.clearing.shared_wh, grid.clearing.grid_import_wh) == (1_000, 500)
    # A kWh costs 0.0848 with levy in the first block, 0.0744 from the neighbour.
    assert grid.payout_micros_per_kwh == 74_400
    assert grid.price_micros_per_kwh == pytest.approx((74_400 + 42_400) / 1.5, abs=1)
    assert grid.standings[2].billed_wh == 500
    assert sum(grid.books.values()) == 0
    assert {unit for _, unit in grid.books} == {Unit.USD}
