import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.energy import Reading
from peergrid.simulation.agents import ConsumerAgent, GridAgent, ProducerAgent
from peergrid.simulation.engine.columns import Series
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Group
from tests.simulation.streets import street


@pytest.fixture(scope="module")
def two_days() -> list[tuple[Reading, ...]]:
    """The readings of two days, interval by interval."""
    model = CommunityModel(street())
    days = []
    for _ in range(96):
        model.step()
        days.append(model.readings)
    return days


def test_the_first_step_is_the_first_half_hour_of_the_local_day() -> None:
    assert CommunityModel(street()).readings == ()
    model = CommunityModel(street())
    model.step()
    assert model.interval.start == datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert {reading.interval for reading in model.readings} == {model.interval}
    assert [reading.meter_id for reading in model.readings] == [1, 2, 3, 4, 5, 6]


def test_it_is_a_mesa_model_with_its_agents_by_type() -> None:
    model = CommunityModel(street())
    model.run_for(48)
    assert model.time == 48
    assert len(model.agents_by_type[ProducerAgent]) == 2
    assert len(model.agents_by_type[ConsumerAgent]) == 4
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == 48
    assert (table["shared_wh"] <= table["export_wh"]).all()
    assert (
        table["demand_wh"] == table["import_wh"] + table["generation_wh"] - table["export_wh"]
    ).all()
    assert table["shared_wh"].sum() > 0
    assert table["price_micros_per_kwh"].min() > 0


def test_panels_share_by_day_and_nobody_shares_by_night(
    two_days: list[tuple[Reading, ...]],
) -> None:
    exports = [sum(reading.export_wh for reading in readings) for readings in two_days]
    assert sum(exports[:11]) == 0
    assert exports[24] > 0
    assert sum(exports[38:48]) == 0


def test_the_same_seed_gives_the_same_books_and_another_one_others() -> None:
    one, same, other = (CommunityModel(street(), rng=seed) for seed in (1, 1, 2))
    for model in (one, same, other):
        model.run_for(48)
    assert one.homes.total_paid_micros.tolist() == same.homes.total_paid_micros.tolist()
    assert one.homes.total_paid_micros.tolist() != other.homes.total_paid_micros.tolist()


def test_agents_are_selected_grouped_and_summed_as_in_any_mesa_model() -> None:
    model = CommunityModel(street())
    model.run_for(48)
    producers = model.agents_by_type[ProducerAgent]
    sold_wh = producers.agg("total_sold_wh", sum)
    assert sold_wh == sum(home.total_sold_wh for home in producers) > 0
    assert sum(producers.groupby("community").agg("total_sold_wh", sum).values()) == sold_wh
    assert len(producers.select(lambda home: home.total_sold_wh > 0)) == 2
    best = producers.sort("total_sold_wh")[0]
    assert best.total_sold_wh == max(producers.total_sold_wh)
    assert best is model.home(best.row)
    assert best in model.agents
    assert len(model.agents) == 7  # six homes and their grid
    assert len(model.agents.select(agent_type=GridAgent)) == 1
    assert model.agent_types == [ConsumerAgent, ProducerAgent, GridAgent]


def test_a_pickled_model_goes_on_as_the_one_it_was() -> None:
    model = CommunityModel(street())
    model.run_for(60)
    other = pickle.loads(pickle.dumps(model))
    for each in (model, other):
        each.step()
    assert other.time == model.time == 61
    assert other.readings == model.readings
    assert other.homes.total_paid_micros.tolist() == model.homes.total_paid_micros.tolist()


def test_stepping_and_running_for_give_the_same_table() -> None:
    one, other = CommunityModel(street()), CommunityModel(street())
    one.run_for(50)
    for _ in range(50):
        other.step()
    left, right = (each.datacollector.get_model_vars_dataframe() for each in (one, other))
    assert left.equals(right)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=4))
def test_a_run_that_skips_gives_the_same_readings_as_one_that_does_not(
    two_days: list[tuple[Reading, ...]], skips: list[int]
) -> None:
    model = CommunityModel(street())
    done = 0
    for skipped in skips:
        model.skip(skipped)
        done += skipped
        if done >= len(two_days):
            break
        model.step()
        assert model.readings == two_days[done]
        done += 1


def test_running_for_counts_steps_as_stepping_does() -> None:
    model = CommunityModel(street())
    model.step()
    model.run_for(50)
    assert (model.steps, model.time, model.engine.done) == (51, 51, 51)


def test_homes_come_and_go_with_their_scenario_alone() -> None:
    model = CommunityModel(street())
    home = model.homes[0]
    for refused in (home.remove, lambda: model.homes.add(home), lambda: model.agents.remove(home)):
        with pytest.raises(TypeError, match="neither added nor removed"):
            refused()
    assert len(model.homes) == 6


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="time runs forward"):
        CommunityModel(street()).skip(-1)


def test_a_community_can_do_without_producers_or_without_consumers() -> None:
    for group in (Group("lodger", 3), Group("lodger", 3, 3)):
        model = CommunityModel(street((group,)))
        model.run_for(48)
        assert len(model.readings) == 3


def test_a_new_neighbour_changes_nobody_elses_readings(two_days: list[tuple[Reading, ...]]) -> None:
    model = CommunityModel(street().resized(9))
    model.skip(24)
    model.step()
    assert model.readings[:6] == two_days[24]


def test_a_row_that_is_no_home_is_refused_and_before_the_first_step_nothing_was_used() -> None:
    model = CommunityModel(street())

    with pytest.raises(IndexError, match="there is no home -1: rows are 0 to"):
        model.home(-1)
    assert model.sum_of(Series.DEMAND_WH) == 0
