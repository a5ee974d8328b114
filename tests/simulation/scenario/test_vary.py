import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.scenario.vary import numeric_paths
from tests.simulation.scenario.streets import scenarios, street

PATHS = list(numeric_paths(Scenario))


def test_a_number_is_set_wherever_it_stands() -> None:
    assert street().varied("days", 3.0) == street().lasting(3)
    assert street().varied("outages.hours_per_day", 12).outages.hours_per_day == 12
    assert street().varied("demand.growth_per_year", 0.03).demand.growth_per_year == 0.03
    far = street().varied("community.length_m", 900)
    assert [each.length_m for each in far.communities] == [900]
    reacting = street().varied("community.group.reacting_share", 0.5)
    assert {group.reacting_share for group in reacting.communities[0].groups} == {0.5}


def test_a_path_that_leads_to_no_number_tells_those_that_do() -> None:
    for path in ("panels", "panels.shares", "title", "community.group.homes", "days.share", ""):
        with pytest.raises(Invalid, match=r"is no number of a scenario: use days, seed, .*panels"):
            street().varied(path, 1)


def test_a_value_is_checked_as_in_the_file() -> None:
    with pytest.raises(Invalid, match=r"write 0.2 for 20 %"):
        street().varied("panels.share", 20)
    with pytest.raises(Invalid, match=r"days is 2.5: write a whole number"):
        street().varied("days", 2.5)


@given(scenarios(), st.sampled_from(PATHS), st.floats())
def test_any_number_is_taken_or_refused(one: Scenario, path: str, value: float) -> None:
    try:
        other = one.varied(path, value)
    except Invalid:
        return
    assert other.households == one.households
