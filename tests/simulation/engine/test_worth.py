"""What a battery that heeds prices does where neighbours have no price together."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.engine.columns import Fact, Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Group, Outages, Scenario
from tests.simulation.streets import street

OWNERS = Group(
    "medium_density",
    8,
    with_panels=8,
    kwp=(1.0, 5.0),
    with_batteries=8,
    battery_kwh=(2.0, 8.0),
    reacting_share=1.0,
)
OWED = [Total.RETAIL_MICROS, Total.LEVY_MICROS]
A_WH_MICROS = 276  # the dearest block with its levy


def bills_micros(scenario: Scenario) -> np.ndarray:
    """What each home owes for the run (homes,)."""
    engine = Engine(scenario)
    engine.advance(scenario.days * 48)
    totals = engine.homes.totals
    return np.asarray(totals[OWED].sum(axis=0), np.int64)


def greedy(scenario: Scenario) -> Scenario:
    (community,) = scenario.communities
    groups = tuple(replace(group, reacting_share=0.0) for group in community.groups)
    return replace(scenario, communities=(replace(community, groups=groups),))


def test_batteries_that_give_back_more_than_the_credit_are_used_greedily() -> None:
    aware = street((OWNERS,), scheme="net_metering", days=20)
    assert np.array_equal(bills_micros(aware), bills_micros(greedy(aware)))


def test_a_battery_that_gives_back_less_than_the_credit_is_left_at_its_reserve() -> None:
    # a kWh sent out is 0.8 kWh taken off the bill, a kWh stored in lead is 0.7 kWh
    lead = replace(OWNERS, battery_efficiency=0.7)
    aware = street((lead,), scheme="net_metering", days=20)
    engine = Engine(aware)
    engine.advance(20 * 48)
    facts = engine.homes.facts
    assert np.array_equal(facts[Fact.SOC_WH], facts[Fact.RESERVE_WH])
    assert bills_micros(aware).sum() < bills_micros(greedy(aware)).sum()


def test_a_home_that_cannot_send_out_stores_whatever_its_battery_gives_back() -> None:
    alone = replace(OWNERS, battery_efficiency=0.7, exporting_share=0.0)
    aware = street((alone,), scheme="net_metering", days=20)
    assert np.array_equal(bills_micros(aware), bills_micros(greedy(aware)))


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**63 - 1),
    scheme=st.sampled_from(["net_metering", "feed_in"]),
    efficiency=st.sampled_from([0.5, 0.7, 0.79, 0.8, 0.95]),
    exporting=st.sampled_from([0.0, 0.5, 1.0]),
    geysers=st.sampled_from([0, 8]),
)
def test_heeding_worth_is_never_worse_for_its_owner_within_a_month_without_outages(
    seed: int, scheme: str, efficiency: float, exporting: float, geysers: int
) -> None:
    group = replace(
        OWNERS,
        battery_efficiency=efficiency,
        exporting_share=exporting,
        with_geysers=geysers,
    )
    aware = street((group,), seed=seed, scheme=scheme, days=28)
    spare = 1_000 * A_WH_MICROS  # a geyser's last night may fall on either side of the end
    assert (bills_micros(aware) <= bills_micros(greedy(aware)) + spare).all()


def test_with_outages_the_reserve_is_kept_as_ever() -> None:
    lead = replace(OWNERS, battery_efficiency=0.7)
    aware = street((lead,), scheme="net_metering", days=8, outages=Outages(hours_per_day=8))
    engine = Engine(aware)
    engine.advance(8 * 48)
    careless = Engine(greedy(aware))
    careless.advance(8 * 48)
    missing = [each.homes.totals[Total.UNSERVED_WH].sum() for each in (engine, careless)]
    assert missing[0] >= missing[1] > 0  # who sells the sun has no more of it in the dark
