import copy
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.scenario import Scenario, read_scenario, scenario_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"
TABLE = tomllib.loads((SCENARIOS / "load_shedding_12h.toml").read_text(encoding="utf-8"))

LEAVES = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**63, 10**400, True]),
    st.just(9_000).map(lambda exponent: 16**exponent),  # too long to be shown
    st.floats(),
    st.text(max_size=300),
    st.sampled_from(["harare", "bulawayo", "lodger", "\0", "../.."]),
    st.dates(),
    st.sampled_from([date(2026, 9, 1), datetime(2026, 9, 1, tzinfo=UTC), time(9)]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["sky", "panels", "demand", "outages", "site", "group", "weather_file", "kwp"]),
)


def tables_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from tables_in(each)


def mutate(table: Any, data: st.DataObject) -> None:
    """Set, remove or add one thing in a table or a list."""
    places = list(table) if isinstance(table, dict) else list(range(len(table)))
    what = data.draw(st.sampled_from(["set", "remove", "add"]))
    if what == "add" and isinstance(table, list):
        table.append(data.draw(VALUES))
    elif what == "add" or not places:
        place = data.draw(KEYS) if isinstance(table, dict) else slice(0, 0)
        table[place] = data.draw(VALUES) if isinstance(table, dict) else []
    elif what == "remove":
        del table[data.draw(st.sampled_from(places))]
    else:
        table[data.draw(st.sampled_from(places))] = data.draw(VALUES)


def refusal(read: Callable[[], Scenario]) -> str:
    """The sentence of what was refused; empty if it was read."""
    try:
        read()
    except Invalid as refused:
        return str(refused)
    return ""


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_a_mutated_table_is_read_or_refused_in_one_sentence(data: st.DataObject) -> None:
    table = copy.deepcopy(TABLE)
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(data.draw(st.sampled_from(list(tables_in(table)))), data)
    sentence = refusal(lambda: scenario_of(table, SCENARIOS))
    assert len(sentence) < 1_000
    assert "\n" not in sentence


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_file_with_any_bytes_in_it_is_read_or_refused(
    tmp_path_factory: Any, data: st.DataObject
) -> None:
    good = (SCENARIOS / "harare_street.toml").read_bytes()
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, min(start + 40, len(good))))
    path = tmp_path_factory.getbasetemp() / "mutated.toml"
    path.write_bytes(good[:start] + data.draw(st.binary(max_size=20)) + good[stop:])
    sentence = refusal(lambda: read_scenario(path))
    assert not sentence or sentence.startswith(str(path))
