"""Steps that wait to be lived cannot be told from steps that were lived at once."""

import copy
import pickle
import signal
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mesa.datacollection import DataCollector

from peergrid.simulation.agents import ProducerAgent
from peergrid.simulation.engine.columns import Pool, Total
from peergrid.simulation.engine.kernels import run_interval
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Outages
from tests.simulation.agents.test_specification import differences
from tests.simulation.streets import START, WITH_EVERYTHING, street

SCENARIO = street(
    WITH_EVERYTHING,
    start=START.replace(day=30),  # a month ends in it
    days=3,
    outages=Outages(hours_per_day=8, faults_per_year=100),
    transformer_kva=5,
)


class Punctual(CommunityModel):
    """Lives every interval as it passes."""

    def step(self) -> None:
        super().step()
        self.engine.catch_up()


def halve_shiftable_load(model: CommunityModel) -> None:
    model.homes.shift_wh = model.homes.shift_wh // 2


def empty_a_battery(model: CommunityModel) -> None:
    model.agents_by_type[ProducerAgent][0].soc_wh = 0


def weaken_the_transformer(model: CommunityModel) -> None:
    model.grid.facts[Pool.TRANSFORMER_WH] -= 100


def set_a_price(model: CommunityModel) -> None:
    model.engine.communities.price[0, 20] = 1


def copy_it(model: CommunityModel) -> CommunityModel:
    return copy.deepcopy(model)


def pickle_it(model: CommunityModel) -> CommunityModel:
    return pickle.loads(pickle.dumps(model))  # type: ignore[no-any-return]


def take_out_a_column(model: CommunityModel) -> None:
    model.taken_out = model.table["connection_wh"]


def write_into_what_was_taken_out(model: CommunityModel) -> None:
    if hasattr(model, "taken_out"):
        model.taken_out[::2] = 700


CHANGES: list[Callable[[CommunityModel], CommunityModel | None]] = [
    *(halve_shiftable_load, empty_a_battery, weaken_the_transformer, set_a_price),
    *(copy_it, pickle_it, take_out_a_column, write_into_what_was_taken_out),
    *(lambda model: model.run_for(7), lambda model: model.run_for(60)),
    lambda model: model.skip(3),
]
READS: list[Callable[[CommunityModel], Any]] = [
    lambda model: model.readings,
    lambda model: model.homes.total_paid_micros.tolist(),
    lambda model: model.homes[3].soc_wh,
    lambda model: [grid.price_micros_per_kwh for grid in model.grids],
    lambda model: (model.grid.overload_wh, model.grid.is_on, model.grid.is_dear),
    lambda model: model.engine.series.sum(axis=2).tolist(),
    lambda model: {k: list(rows) for k, rows in model.datacollector.model_vars.items()},
    lambda model: model.agents_by_type[ProducerAgent].agg("total_sold_wh", sum),
    lambda model: model.engine.run().bills_micros.tolist(),
    lambda model: model.today.off.tolist(),
    lambda model: (model.time, model.steps, model.interval, model.engine.done),
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.sampled_from(CHANGES) | st.none(),
            st.sampled_from(READS) | st.none(),
        ),
        max_size=6,
    )
)
def test_whatever_is_read_and_written_between_steps_is_as_if_each_was_lived_at_once(
    deeds: list[tuple[int, Any, Any]],
) -> None:
    models = [CommunityModel(SCENARIO), Punctual(SCENARIO)]
    for steps, change, read in deeds:
        told = []
        for place, model in enumerate(models):
            for _ in range(steps):
                model.step()
            if change:
                models[place] = change(model) or model
            told.append(read(models[place]) if read else None)
        assert told[0] == told[1]
    for read in READS:
        assert read(models[0]) == read(models[1])
    assert differences(models[0], models[1]) == []


def test_a_day_nobody_looked_into_is_lived_when_it_is_over() -> None:
    model = CommunityModel(SCENARIO)
    for passed in range(1, 48):
        model.step()
        assert model.engine.waiting == passed
    assert (model.time, model.of_day, model.steps, model.engine.done) == (47, 46, 47, 47)
    assert model.engine.waiting == 47
    model.step()
    assert model.engine.waiting == 0


@pytest.mark.parametrize("read", READS[:-1])
def test_whoever_looks_finds_everything_lived(read: Callable[[CommunityModel], Any]) -> None:
    model = CommunityModel(SCENARIO)
    for _ in range(5):
        model.step()
    assert model.engine.waiting == 5
    read(model)
    assert model.engine.waiting == 0


@pytest.mark.parametrize(
    "take_out",
    [
        lambda model: model.table["gain"],
        lambda model: model.grid.facts,
        lambda model: model.engine.homes,
        lambda model: model.engine.homes.totals[Total.PAID_MICROS, 2:4],
        lambda model: model.engine.series[0],
        lambda model: model.engine.communities.price,
        lambda model: model.engine.run(),
    ],
)
def test_nothing_waits_while_somebody_holds_a_column(
    take_out: Callable[[CommunityModel], Any],
) -> None:
    model = CommunityModel(SCENARIO)
    model.step()
    held = take_out(model)
    model.step()
    assert held is not None
    assert model.engine.waiting == 0
    del held
    model.step()
    assert model.engine.waiting == 1


def test_what_is_scheduled_between_steps_happens_between_the_same_intervals() -> None:
    models = [CommunityModel(SCENARIO), Punctual(SCENARIO)]
    scheduled = [partial(halve_shiftable_load, model) for model in models]
    for model, act in zip(models, scheduled, strict=True):
        model.schedule_event(act, at=9.5)
        for _ in range(40):
            model.step()
    assert differences(*models) == []
    untouched = CommunityModel(SCENARIO)
    untouched.run_for(40)
    assert "DEMAND_WH" in differences(models[0], untouched)


def test_a_column_in_hand_shows_every_step() -> None:
    model, punctual = CommunityModel(SCENARIO), Punctual(SCENARIO)
    seen: list[list[Any]] = []
    for each in (model, punctual):
        totals = each.engine.homes.totals
        rows = each.datacollector.model_vars["demand_wh"]
        seen.append([])
        for _ in range(50):
            each.step()
            seen[-1].append((totals[Total.DEMAND_WH].tolist(), list(rows)))
    assert seen[0] == seen[1]
    assert len(rows) == 50


def test_a_method_in_hand_finds_every_interval_lived() -> None:
    model = CommunityModel(SCENARIO)
    run = model.engine.run
    for _ in range(3):
        model.step()
    assert run().intervals == 3


def test_a_collector_of_ones_own_sees_every_interval_as_it_is() -> None:
    tables = []
    for kind in (CommunityModel, Punctual):
        model = kind(SCENARIO)
        model.datacollector = DataCollector(
            model_reporters={"paid": lambda m: int(m.homes.total_retail_micros.sum())},
            agenttype_reporters={ProducerAgent: {"soc_wh": "soc_wh"}},
        )
        for _ in range(50):
            model.step()
        tables.append(model.datacollector.get_model_vars_dataframe()["paid"].tolist())
    assert tables[0] == tables[1]
    assert len(set(tables[0])) > 10


def test_a_column_added_to_the_models_own_collector_is_collected_at_once() -> None:
    model = CommunityModel(SCENARIO)
    model.step()
    model.datacollector.model_reporters["soc_wh"] = lambda m: int(m.homes.soc_wh.sum())
    model.datacollector.model_vars["soc_wh"] = []
    for _ in range(3):
        model.step()
    columns = model.datacollector.model_vars
    assert len(columns["demand_wh"]) == 4
    assert len(columns["soc_wh"]) == 3


def test_two_threads_that_look_at_once_live_a_day_once() -> None:
    model, punctual = CommunityModel(SCENARIO), Punctual(SCENARIO)
    for each in (model, punctual):
        for _ in range(40):
            each.step()
    looking = [Thread(target=lambda: model.readings) for _ in range(4)]
    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()
    assert differences(model, punctual) == []


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """A shell's & hands it down ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_while_a_day_is_lived_leaves_it_lived_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, punctual = CommunityModel(SCENARIO), Punctual(SCENARIO)

    def interrupted(*of: Any) -> None:
        run_interval(*of)
        signal.raise_signal(signal.SIGINT)

    for each in (model, punctual):
        for _ in range(40):
            each.step()
    monkeypatch.setattr("peergrid.simulation.engine.engine.run_interval", interrupted)
    for _ in range(40):
        with pytest.raises(KeyboardInterrupt):
            _ = model.readings
    monkeypatch.undo()
    assert model.engine.waiting == 0
    assert differences(model, punctual) == []
