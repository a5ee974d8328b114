"""What stands in the tables that a run leaves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from peergrid import __version__
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.schema import unit_of
from peergrid.simulation.results.tables import communities_table, households_table, series_table


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("shared_wh", "Wh"),
        ("net_squared_wh2", "Wh2"),
        ("paid_micros", "1e-6 USD"),
        ("mean_price_micros_per_kwh", "1e-6 USD/kWh"),
        ("monthly_kwh", "kWh"),
        ("kwp", "kWp"),
        ("line_ohm", "ohm"),
        ("tilt_deg", "degrees"),
        ("outage_intervals", "half hours"),
        ("homes_off", "homes"),
        ("place", "1"),
    ],
)
def test_a_name_says_its_unit(name: str, unit: str) -> None:
    assert unit_of(name) == unit


def test_the_series_has_a_row_for_each_half_hour_and_town_in_utc(run: Run) -> None:
    table = series_table(run)

    first, second, third = table.slice(0, 3).to_pylist()
    midnight = datetime(2026, 9, 28, 22, tzinfo=UTC)
    assert [first["interval_start"], second["interval_start"]] == [midnight, midnight]
    assert third["interval_start"] == midnight + timedelta(minutes=30)
    assert [first["site"], second["site"], third["site"]] == ["harare", "bulawayo", "harare"]
    assert len(table) == 3 * 48 * 2


@pytest.mark.parametrize("name", SERIES)
def test_the_series_keeps_every_sum(run: Run, name: str) -> None:
    rows = series_table(run).to_pylist()

    for place, site in enumerate(run.sites):
        kept = [row[name] for row in rows if row["site"] == site]
        assert kept == run.series[place, SERIES.index(name)].tolist()


def test_a_household_is_a_row_of_its_columns_and_its_sums(run: Run) -> None:
    table = households_table(run)

    assert table.num_rows == 24
    assert set(table.column_names) == {*run.homes, "site"}
    for name, values in run.homes.items():
        if name != "household_class":
            assert table[name].to_pylist() == values.tolist()
    last = table.slice(23).to_pylist()[0]
    assert last["household_class"] == list(CLASSES)[run.homes["household_class"][23]]
    assert last["site"] == run.sites[run.communities["site"][3]]


def test_a_community_is_a_row_with_its_town(run: Run) -> None:
    table = communities_table(run)

    assert table["site"].to_pylist() == ["harare", "bulawayo", "harare", "bulawayo"]
    assert table["homes"].to_pylist() == [6, 6, 6, 6]
    assert table["outage_intervals"].to_pylist() == run.communities["outage_intervals"].tolist()


@pytest.mark.parametrize("make", [series_table, households_table, communities_table])
def test_every_table_says_its_units_and_where_it_comes_from(
    make: Callable[[Run], pa.Table], run: Run
) -> None:
    table = make(run)
    told = {key.decode(): text.decode() for key, text in table.schema.metadata.items()}

    assert all(field.metadata[b"unit"] for field in table.schema)
    assert (told["peergrid_version"], told["seed"], told["scheme"]) == (
        __version__,
        "1",
        "mid_market",
    )
    assert json.loads(told["scenario"])["start"] == "2026-09-29"
    assert json.loads(told["sources"])["tariff"]


def test_an_interrupted_first_day_is_told_too(run: Run) -> None:
    short = Run(run.scenario, 1, run.sites, run.series[:, :, :1], run.homes, run.communities)

    assert len(series_table(short)) == 2
    assert np.array_equal(series_table(short)["demand_wh"], run.series[:, 0, 0])
