from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.energy import Reading
from peergrid.simulation.agents import ConsumerAgent, ProducerAgent
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Community, Group, Scenario

GROUPS = (Group("medium_density", 4, 2), Group("lodger", 2))


def street(
    groups: tuple[Group, ...] = GROUPS, seed: int = 1, scheme: str = "mid_market"
) -> Scenario:
    start = date(2026, 9, 1)
    communities = (Community("harare", groups),)
    return Scenario("street", "A street", start, 2, seed, scheme, communities)


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
    assert model.grid.clearing.interval == model.interval


def test_it_is_a_mesa_model_with_its_agents_by_type() -> None:
    model = CommunityModel(street())
    model.run(days=1)
    assert model.time == 48
    assert len(model.agents_by_type[ProducerAgent]) == 2
    assert len(model.agents_by_type[ConsumerAgent]) == 4
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == 48
    assert (table["supply_wh"] == table["shared_wh"] + table["grid_export_wh"]).all()
    assert (table["demand_wh"] == table["shared_wh"] + table["grid_import_wh"]).all()
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
    one, same, other = (CommunityModel(street(seed=seed)) for seed in (1, 1, 2))
    for model in (one, same, other):
        model.run(days=1)
    assert one.grid.books == same.grid.books
    assert one.grid.books != other.grid.books


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


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="time runs forward"):
        CommunityModel(street()).skip(-1)


def test_a_community_can_do_without_producers_or_without_consumers() -> None:
    for group in (Group("lodger", 3), Group("lodger", 3, 3)):
        model = CommunityModel(street((group,)))
        model.run(days=1)
        assert len(model.readings) == 3


def test_a_new_neighbour_changes_nobody_elses_readings(two_days: list[tuple[Reading, ...]]) -> None:
    model = CommunityModel(street().resized(9))
    model.skip(24)
    model.step()
    assert model.readings[:6] == two_days[24]
