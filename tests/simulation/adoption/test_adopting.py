"""Homes of a run buy panels, and the run is still the same for everybody who asks."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.adoption.uptake import uptake_of, varied_by
from peergrid.simulation.agents import ConsumerAgent, ProducerAgent
from peergrid.simulation.engine.columns import Fact
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.tables import FACTS
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Adoption, Group, Outages, Scenario
from peergrid.simulation.summary import run_of, summary_of
from tests.simulation.streets import street

EAGER = Adoption(
    payback_years_at_half=20,
    innovation_per_year=5,
    can_pay_lodger=1,
    can_pay_low_density=1,
    exporting_share=1,
)
GROUPS = (
    Group("low_density", 6, 1, with_batteries=1, reacting_share=0.5, with_geysers=3),
    Group("lodger", 3),
)
MANY = replace(
    street(GROUPS, days=65, copies=4, start=date(2026, 9, 3), outages=Outages(hours_per_day=6)),
    adoption=EAGER,
)


def lived(scenario: Scenario, *, threads: int = 1, part: range | None = None) -> Engine:
    engine = Engine(scenario, threads=threads, communities=part)
    engine.advance(scenario.days * 48)
    return engine


@pytest.fixture(scope="module")
def whole() -> Engine:
    return lived(MANY)


def test_homes_adopt_on_the_first_of_a_month_once_they_know_a_month_s_bill(whole: Engine) -> None:
    homes = whole.population.homes
    days = homes["adopted_day"]
    assert set(days.tolist()) == {-1, 28, 59}  # 1 October and 1 November
    assert (homes["kwp"][days >= 0] > 0).all()
    before = Engine(MANY).population.homes
    had = before["kwp"] > 0
    for name in ("kwp", "gain", "can_export", "battery_wh", "adopted_day"):
        assert np.array_equal(homes[name][had], before[name][had])  # nobody loses panels


def test_what_was_bought_stands_in_every_column_and_the_books_add_up(whole: Engine) -> None:
    run = whole.run()
    assert summary_of(run).adds_up
    for fact, name in FACTS.items():
        assert np.array_equal(whole.homes.facts[fact], whole.population.homes[name]), name
    assert np.array_equal(whole.homes.reals[1], whole.population.homes["gain"])
    new = run.homes["adopted_day"] == 28
    assert (run.homes["generation_wh"][new] > 0).all()
    assert (run.homes["export_wh"][new & ~run.homes["can_export"]] == 0).all()


@pytest.mark.parametrize("cut", [1, 3])
def test_the_same_for_any_threads_and_parts(whole: Engine, cut: int) -> None:
    spread = lived(MANY, threads=2)
    parts = [lived(MANY, part=part) for part in (range(cut), range(cut, 4))]
    for name, column in whole.population.homes.items():
        assert np.array_equal(spread.population.homes[name], column)
        pieces = [part.population.homes[name] for part in parts]
        assert np.array_equal(np.concatenate(pieces), column)
    assert np.array_equal(spread.homes.totals, whole.homes.totals)
    assert np.array_equal(
        np.concatenate([part.homes.totals for part in parts], axis=1), whole.homes.totals
    )


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(1, 1_500), min_size=1, max_size=3))
def test_the_same_however_it_is_cut(whole: Engine, cuts: list[int]) -> None:
    engine = Engine(MANY)
    for intervals in cuts:
        engine.advance(min(intervals, whole.done - engine.done))
    engine.advance(whole.done - engine.done)
    assert np.array_equal(engine.homes.totals, whole.homes.totals)


def test_a_shorter_run_begins_as_the_longer_one(whole: Engine) -> None:
    short = lived(MANY.lasting(40))
    was = whole.population.homes["adopted_day"]
    assert np.array_equal(short.population.homes["adopted_day"], np.where(was < 40, was, -1))


def test_where_nobody_can_pay_a_run_is_what_it_was_without_adoption() -> None:
    nobody = replace(
        EAGER,
        can_pay_lodger=0,
        can_pay_low_density=0,
        can_pay_high_density=0,
        can_pay_medium_density=0,
    )
    with_terms, without = (
        lived(replace(MANY, adoption=terms).lasting(33)) for terms in (nobody, None)
    )
    assert np.array_equal(with_terms.homes.totals, without.homes.totals)
    assert np.array_equal(with_terms.homes.facts, without.homes.facts)
    assert np.array_equal(with_terms.series, without.series)


def test_a_consumer_of_the_model_becomes_a_producer_in_plain_python_too() -> None:
    one = replace(
        street(GROUPS, days=31, start=date(2026, 9, 3), outages=Outages(hours_per_day=6)),
        adoption=EAGER,
    )
    compiled, plain = CommunityModel(one), CommunityModel(one, compiled=False)
    consumers = list(plain.agents_by_type[ConsumerAgent])
    for model in (compiled, plain):
        model.run_for(31 * 48)
    assert len(plain.agents_by_type[ProducerAgent]) > 1
    assert all(type(agent) is ConsumerAgent for agent in consumers)  # as they were handed out
    assert np.array_equal(compiled.engine.homes.totals, plain.engine.homes.totals)
    new = np.flatnonzero(plain.engine.population.homes["adopted_day"] >= 0)
    assert type(plain.home(int(new[0]))) is ProducerAgent
    assert plain.table["battery_wh"][new].any()
    assert (plain.engine.homes.facts[Fact.SOC_WH, new] >= 0).all()


def test_a_scheme_that_gives_more_for_exports_brings_no_fewer_panels() -> None:
    homes = Group("low_density", 24, 4, kwp=(3, 3))
    terms = Adoption(
        battery_share=0, exporting_share=1, export_ready_usd=100, can_pay_low_density=1
    )
    one = replace(street((homes,), days=730), adoption=terms)
    # A credited kWh saves 0.8 of 26 cents; a neighbour pays at most half of 26 and 6.4 cents.
    credited, shared = (
        uptake_of(run_of(one.under(scheme))) for scheme in ("net_metering", "mid_market")
    )
    assert (shared[0].year, shared[0].owners) == (0, 4)
    assert all(a.owners >= b.owners for a, b in zip(credited, shared, strict=True))
    assert credited[-1].owners > 4


def test_terms_are_varied_one_by_one_within_their_bounds() -> None:
    found = dict(varied_by(replace(MANY, adoption=Adoption(battery_share=0.9)), 0.2))
    low, high = found["battery_share"]
    assert low.adoption == Adoption(battery_share=0.9 * (1 - 0.2))
    assert high.adoption == Adoption(battery_share=1)
    assert len(found) == len(Adoption.__dataclass_fields__)
    with pytest.raises(Invalid, match=r"nobody adopts in street: write \[adoption\]"):
        next(varied_by(street(), 0.2))
    with pytest.raises(Invalid, match=r"adoption is not set"):
        street().varied("adoption.battery_share", 0.5)
