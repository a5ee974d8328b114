"""Which runs make a sweep."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.results.grid import Axis, Sweep, Value, axis_of, sweep_of
from tests.simulation.results.made import street

ENDS = st.floats(-1e6, 1e6).map(lambda end: round(end, 6))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("panels.share=0.1:0.6:6", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
        ("households=4:12:3", (4, 8, 12)),
        ("households=1:2:3", (1.0, 1.5, 2.0)),
        ("x=6:0:3", (6, 3, 0)),
        ("x=-1:1.0:3", (-1.0, 0.0, 1.0)),
        ("scheme=mid_market, net_metering", ("mid_market", "net_metering")),
        ("x=0.5", (0.5,)),
        ("x=true,false", (True, False)),
        ("x=1,2.5,high", (1, 2.5, "high")),
    ],
)
def test_an_axis_is_a_range_or_a_list(text: str, values: tuple[Value, ...]) -> None:
    axis = axis_of(text)

    assert axis == Axis(text.partition("=")[0], values)
    assert [type(one) for one in axis.values] == [type(one) for one in values]


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "x=", "=1", "x=1:2", "x=1:2:1", "x=1:2:0", "x=1:2:-3", "x=1:2:3:4"),
        *("x=a:b:3", "x=1:2:2.5", "x=1:inf:3", "x=nan:1:3", "x=1,,2", "x=1,1", "x=1:1:2"),
        *("x=1,true", "x=1:2:99999999"),
    ],
)
def test_what_is_no_axis_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        axis_of(text)

    assert "\n" not in str(refused.value)


@given(low=ENDS, high=ENDS, count=st.integers(2, 50))
def test_a_range_has_both_its_ends(low: float, high: float, count: int) -> None:
    assume(low != high)
    values = axis_of(f"x={low!r}:{high!r}:{count}").values

    assert len(values) == count
    assert (values[0], values[-1]) == (low, high)


def test_a_sweep_is_every_combination_with_every_seed() -> None:
    sweep = sweep_of(street(seed=7), ["households=4,6", "scheme=mid_market,net_metering"], 2)

    points = list(sweep.points())
    assert len(points) == sweep.runs == 8
    assert points[:3] == [((4, "mid_market"), 7), ((4, "mid_market"), 8), ((4, "net_metering"), 7)]
    scenario = sweep.scenario_at(points[2])
    assert (scenario.households, scenario.scheme, scenario.seed) == (4, "net_metering", 7)


def test_a_sweep_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(Invalid, match="twice"):
        sweep_of(street(), ["x=1", "x=2"], 1)
    with pytest.raises(Invalid, match="at most 1,000,000"):
        sweep_of(street(), ["x=1:1000:1000", "y=1:1001:1001"], 1)
    with pytest.raises(Invalid, match="say how many with --seeds"):
        sweep_of(street(), ["seed=1,2"], 1)
    with pytest.raises(Invalid, match="'colour' is no number of a scenario"):
        Sweep(street(), (Axis("colour", (1,)),), 1).scenario_at(((1,), 1))
