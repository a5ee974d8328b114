import copy
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.simulation.scenario import read_scenario, scenario_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"
TABLE = tomllib.loads((SCENARIOS / "load_shedding_12h.toml").read_text(encoding="utf-8"))

type Table = dict[str, Any] | list[Any]

LEAVES = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**63, 10**400, 16**9000, True]),
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


def tables_in(value: Any) -> Iterator[Table]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from tables_in(each)


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_a_mutated_table_is_read_or_refused_in_one_sentence(data: st.DataObject) -> None:
    table = copy.deepcopy(TABLE)
    for _ in range(data.draw(st.integers(1, 3))):
        within = data.draw(st.sampled_from(list(tables_in(table))))
        places = list(within) if isinstance(within, dict) else range(len(within))
        what = data.draw(st.sampled_from(["set", "remove", "add"]))
        if what == "add" and isinstance(within, dict):
            within[data.draw(KEYS)] = data.draw(VALUES)
        elif what == "add":
            within.append(data.draw(VALUES))
        elif places:
            place: Any = data.draw(st.sampled_from(places))
            if what == "remove":
                del within[place]  # type: ignore[arg-type]
            else:
                within[place] = data.draw(VALUES)
    try:
        scenario_of(table, SCENARIOS)
    except Invalid as refused:
        assert len(str(refused)) < 1_000
        assert "\n" not in str(refused)


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
    try:
        read_scenario(path)
    except Invalid as refused:
        assert str(refused).startswith(str(path))
