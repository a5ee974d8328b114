"""What people do with a Mesa model they can do with this one."""

import copy
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.datacollection import DataCollector

from peergrid.simulation.agents import Column, ConsumerAgent, ProducerAgent, vectorized
from peergrid.simulation.model import CommunityModel
from tests.simulation.streets import street

HALF_DAY = 24


class Thrifty(ConsumerAgent):
    """Overrides what the body for populations of ``step`` relies on."""

    spared_wh = Column(np.int64)

    def asks_wh(self) -> int:
        asked_wh = int(super().asks_wh())
        self.spared_wh += asked_wh // 2
        return asked_wh - asked_wh // 2


class Counting(ProducerAgent):
    steps_seen = Column(np.int32)

    @vectorized
    def step(self) -> None:
        super().step()
        self.steps_seen += 1


def totals(model: CommunityModel) -> Any:
    return model.engine.homes.totals.tolist()


def test_the_stock_data_collector_asks_agents_and_types_of_agents() -> None:
    model = CommunityModel(street())
    model.datacollector = DataCollector(
        agent_reporters={"drawn_wh": lambda agent: getattr(agent, "total_import_wh", None)},
        agenttype_reporters={ProducerAgent: {"sold_wh": "total_sold_wh"}},
    )
    for _ in range(HALF_DAY):
        model.step()
    of_agents = model.datacollector.get_agent_vars_dataframe()
    of_producers = model.datacollector.get_agenttype_vars_dataframe(ProducerAgent)
    assert len(of_agents) == HALF_DAY * len(model.agents)
    assert len(of_producers) == HALF_DAY * 2
    homes = model.homes.total_import_wh
    assert of_agents["drawn_wh"].tolist()[-len(homes) - 1 : -1] == homes.tolist()
    last = of_producers["sold_wh"].tolist()[-2:]
    assert last == model.agents_by_type[ProducerAgent].total_sold_wh.tolist()


@pytest.mark.parametrize("compiled", [True, False])
def test_a_copy_goes_on_by_itself(compiled: bool) -> None:  # noqa: FBT001
    model = CommunityModel(street(), compiled=compiled)
    model.run_for(30)
    before = totals(model)
    other = copy.deepcopy(model)
    other.run_for(10)
    assert totals(model) == before != totals(other)
    model.run_for(10)
    assert totals(model) == totals(other)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="Mesa 4 has none")
def test_a_batch_runs_every_scenario_with_every_seed() -> None:
    results = mesa.batch_run(
        CommunityModel,
        {"community": [street(), street(scheme="net_metering")]},
        rng=[1, 2],
        max_steps=HALF_DAY,
        display_progress=False,
    )
    assert len(results) == 4
    assert len({result["demand_wh"] for result in results}) == 2  # by seed, whatever the scheme


def test_homes_do_the_same_in_any_order() -> None:
    straight, shuffled = (CommunityModel(street(), compiled=False) for _ in range(2))
    for model in (straight, shuffled):
        model.run_for(HALF_DAY)
    straight.agents_by_type[ConsumerAgent].do("step")
    straight.agents_by_type[ProducerAgent].do("step")
    shuffled.agents.shuffle_do("step")
    assert totals(straight) == totals(shuffled)
    producers = shuffled.agents_by_type[ProducerAgent].shuffle_do("step")
    assert len(producers) == 2


def test_rng_replaces_the_scenarios_seed() -> None:
    by_rng, by_scenario = CommunityModel(street(), rng=7), CommunityModel(street(seed=7))
    for model in (by_rng, by_scenario):
        model.run_for(48)
    assert totals(by_rng) == totals(by_scenario)


def test_an_override_in_plain_python_is_not_passed_over() -> None:
    stock = CommunityModel(street())
    thrifty = CommunityModel(street(), consumer=Thrifty)
    for model in (stock, thrifty):
        model.run_for(48)
    homes = thrifty.agents_by_type[Thrifty]
    whole = stock.agents_by_type[ConsumerAgent].total_demand_wh
    assert homes.spared_wh.min() > 0
    assert (homes.total_demand_wh + homes.spared_wh).tolist() == whole.tolist()


def test_a_set_asks_home_after_home_where_there_is_no_body_for_all() -> None:
    model = CommunityModel(street(), consumer=Thrifty)
    model.step()
    homes = model.agents_by_type[Thrifty]
    before = homes.spared_wh
    asked = homes.asks_wh()
    assert asked.tolist() == homes.demand_wh.tolist()
    assert homes.spared_wh.tolist() == (2 * before).tolist()
    assert homes.feeder_is_on.all()
    with pytest.raises(AttributeError):
        _ = homes.no_such_thing


def test_a_vectorized_method_without_a_body_for_all_is_a_loop() -> None:
    stock, counting = CommunityModel(street()), CommunityModel(street(), producer=Counting)
    for model in (stock, counting):
        model.run_for(HALF_DAY)
    assert counting.agents_by_type[Counting].steps_seen.tolist() == [HALF_DAY] * 2
    assert totals(stock) == totals(counting)
