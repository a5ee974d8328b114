"""The engine computes what the agents say in plain Python, to the last Wh and micro."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.columns import Fact, Series, Total
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Outages, Scenario
from tests.simulation.agents.plainly import PlainConsumer, PlainProducer
from tests.simulation.streets import START, WITH_EVERYTHING, street

SHEDDING = Outages(hours_per_day=8, faults_per_year=100)


def differences(one: CommunityModel, other: CommunityModel) -> list[str]:
    """The names of all columns in which two models differ."""
    pairs: list[tuple[Any, Any, Any]] = [
        (Total, one.engine.homes.totals, other.engine.homes.totals),
        (Fact, one.engine.homes.facts, other.engine.homes.facts),
        (Series, one.engine.series.swapaxes(0, 1), other.engine.series.swapaxes(0, 1)),
    ]
    differing = [
        name.name
        for names, left, right in pairs
        for name in names
        if not np.array_equal(left[name], right[name])
    ]
    communities = np.array_equal(one.engine.communities.facts, other.engine.communities.facts)
    prices = np.array_equal(one.engine.communities.price, other.engine.communities.price)
    return differing + ([] if communities else ["communities"]) + ([] if prices else ["prices"])


def lived(scenario: Scenario, *, compiled: bool) -> CommunityModel:
    """All of a scenario by the engine, or home by home in plain Python."""
    model = (
        CommunityModel(scenario)
        if compiled
        else CommunityModel(scenario, consumer=PlainConsumer, producer=PlainProducer)
    )
    model.run_for(scenario.days * 48)
    return model


def lived_in_numpy(scenario: Scenario) -> CommunityModel:
    """All of a scenario by the bodies for populations."""
    model = CommunityModel(scenario, compiled=False)
    model.run_for(scenario.days * 48)
    return model


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_batteries_geysers_outages_and_a_month_s_end_come_out_the_same(scheme: str) -> None:
    scenario = street(
        WITH_EVERYTHING, scheme=scheme, days=3, start=START.replace(day=29), outages=SHEDDING
    )
    compiled, plain = lived(scenario, compiled=True), lived(scenario, compiled=False)
    assert differences(compiled, plain) == []
    assert differences(compiled, lived_in_numpy(scenario)) == []
    homes = compiled.homes
    assert min(homes.total_lost_wh.sum(), homes.total_unserved_wh.sum()) > 0
    assert homes.total_bought_wh.sum() > 0


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from(sorted(SCHEMES)),
    st.integers(0, 2**63 - 1),
    st.sampled_from([None, 2.0, 5.0]),
    st.sampled_from([0.0, 12.0]),
)
def test_any_seed_transformer_and_timetable_come_out_the_same(
    scheme: str, seed: int, transformer_kva: float | None, hours: float
) -> None:
    scenario = street(
        WITH_EVERYTHING,
        scheme=scheme,
        seed=seed,
        transformer_kva=transformer_kva,
        outages=Outages(hours_per_day=hours),
    )
    compiled = lived(scenario, compiled=True)
    assert differences(compiled, lived(scenario, compiled=False)) == []
    assert differences(compiled, lived_in_numpy(scenario)) == []


def test_a_small_transformer_holds_back_what_it_cannot_carry_and_tells_its_overload() -> None:
    free = lived(street(WITH_EVERYTHING), compiled=True)
    tight = lived(street(WITH_EVERYTHING, transformer_kva=2), compiled=True)
    assert tight.homes.total_curtailed_wh.sum() > free.homes.total_curtailed_wh.sum()
    exported = tight.engine.series[0, Series.EXPORT_WH] - tight.engine.series[0, Series.IMPORT_WH]
    assert exported.max() == 900  # 2 kVA at a power factor of 0.9, half an hour
    assert tight.engine.series[0, Series.OVERLOAD_WH].sum() > 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("demand_factor", 0.5), ("gain", 1.5), ("kind", 0), ("shift_wh", 0)),
        *(("reserve_wh", 0), ("connection_wh", 1_000), ("reacts", True), ("islands", False)),
    ],
)
def test_what_is_set_on_an_agent_changes_its_next_interval_compiled_or_not(
    column: str, value: float
) -> None:
    scenario = street(WITH_EVERYTHING, outages=SHEDDING)
    models = [CommunityModel(scenario, compiled=compiled) for compiled in (True, False)]
    for model in models:
        model.run_for(24)
        for home in model.homes.select(lambda home: home.kwp > 0):
            setattr(home, column, value)
        model.run_for(48)
    assert differences(*models) == []
    untouched = CommunityModel(scenario)
    untouched.run_for(72)
    assert "DEMAND_WH" in differences(models[0], untouched)


@pytest.mark.parametrize(
    ("column", "instead"),
    [
        ("kwp", "gain .* and inverter_wh"),
        ("monthly_kwh", "demand_factor"),
        ("place", "another scenario"),
    ],
)
def test_what_would_change_nothing_is_not_set_and_what_would_is_named(
    column: str, instead: str
) -> None:
    model = CommunityModel(street(WITH_EVERYTHING))
    before = model.table[column].copy()
    with pytest.raises(AttributeError, match=f"{column} is what the scenario drew.*set {instead}"):
        setattr(model.homes, column, 2)
    if column != "place":  # which agents do not show
        with pytest.raises(AttributeError, match=instead):
            setattr(model.home(0), column, 2)
    assert np.array_equal(model.table[column], before)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_credit_left_is_used_by_who_may_no_longer_export_and_by_who_never_could(
    scheme: str,
) -> None:
    scenario = street(WITH_EVERYTHING, scheme=scheme, days=3)
    models = [CommunityModel(scenario, compiled=compiled) for compiled in (True, False)]
    for model in models:
        model.run_for(30)
        model.homes.can_export = 0
        model.homes.credit_wh = 3_000
        model.run_for(10)
        model.run_for(80)
        assert (model.homes.total_credit_used_wh >= 3_000).all()
    assert differences(*models) == []


def test_a_grid_tells_its_last_overload_compiled_or_not() -> None:
    models = [
        CommunityModel(street(WITH_EVERYTHING, transformer_kva=1), compiled=compiled)
        for compiled in (True, False)
    ]
    for model in models:
        model.run_for(39)
    told = [model.grid.overload_wh for model in models]
    assert told[0] == told[1] == models[0].engine.series[0, Series.OVERLOAD_WH, -1] > 0


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1, 10, 10.5, 48, 60, 72]), max_size=4))
def test_what_is_scheduled_happens_between_the_same_intervals_compiled_or_not(
    times: list[float],
) -> None:
    models, told = [], []
    for compiled in (True, False):
        model = CommunityModel(street(WITH_EVERYTHING), compiled=compiled)
        seen: list[tuple[float, int]] = []

        def act(model: CommunityModel = model, seen: list[tuple[float, int]] = seen) -> None:
            seen.append((model.time, model.engine.done))
            model.homes.shift_wh = model.homes.shift_wh // 2

        for time in times:
            model.schedule_event(act, at=time)
        model.run_for(50)
        model.run_for(22)
        models.append(model)
        told.append(seen)
    assert told[0] == told[1]
    assert len(told[0]) == len(times)
    assert differences(*models) == []
