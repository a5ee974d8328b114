"""The benchmark of the engine runs, and compares what is alike: it is not timed here."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from mesa_objects import ConsumerAgent, ObjectsModel, ProducerAgent
from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.columns import Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import read_scenario

ROOT = Path(__file__).parents[2]
NATION = ROOT / "scenarios" / "national_2026.toml"
STANDING = {"billed_wh", "sent_wh", "credit_wh"}
ALWAYS_0 = {"paid_micros", "earned_micros", "feed_in_micros"}  # under net metering
TOTALS = [name for total in Total if (name := total.name.lower()) not in ALWAYS_0]
FIGURES = {
    *("ratio_to_mesa", "year_of_a_million_cpu_s", "year_of_a_million_wall_s", "peak_rss_mib"),
    *("household_steps_per_cpu_s", "step_household_steps_per_cpu_s"),
    *("step_ratio_to_mesa", "step_read_ratio_to_mesa", "step_read_household_steps_per_cpu_s"),
    *("mesa_household_steps_per_cpu_s", "homes", "mesa_homes", "scheme_homes"),
    *("threads", "python", "numba"),
    *("machine", "load_average_before", "load_average_after"),
}
MAY_BE_NONE = {
    *("ratio_to_floor", "floor_household_steps_per_cpu_s"),  # without a C compiler
    *(
        "week_of_200_homes_s",
        "cold_first_run_s",
        "cold_compiled_run_s",
    ),  # they take too long for a test
}


def test_the_benchmark_prints_one_json_object_with_every_figure() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/engine.py", "--smoke", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    figures = json.loads(done.stdout)

    assert figures.keys() >= FIGURES | MAY_BE_NONE
    assert all(figures[name] for name in FIGURES)
    assert figures["household_steps_per_cpu_s"].keys() == {"net_metering", "mid_market"}
    assert figures["by_scheme"].keys() == SCHEMES.keys()
    assert figures["year_is_measured"] is False


def test_the_mesa_objects_come_to_the_engine_s_whole_numbers_home_by_home(tmp_path: Path) -> None:
    nation = read_scenario(NATION).resized(800).lasting(40)
    engine, model = Engine(nation, cache=tmp_path), ObjectsModel(nation, tmp_path)
    for day in (0, 30, 31):  # the last begins a month
        engine.done = model.done = day * 48
        engine.advance(48)
        for _ in range(48):
            model.step()

    agents = [*model.agents_by_type[ConsumerAgent], *model.agents_by_type[ProducerAgent]]
    homes = sorted(agents, key=lambda home: int(home.unique_id))
    run = engine.run()
    for name in TOTALS:
        ours = [getattr(home, name if name in STANDING else f"total_{name}") for home in homes]
        np.testing.assert_array_equal(ours, run.homes[name], name)
    soc_wh = [getattr(home, "soc_wh", 0) for home in homes]
    np.testing.assert_array_equal(soc_wh, run.homes["soc_wh"])
    prices = [grid.price_micros_per_kwh for grid in model.grids]
    assert [-1 if price is None else price for price in prices] == (
        engine.communities.price[:, 47].tolist()
    )
    assert run.homes["export_wh"].sum() > 0
    assert run.homes["credit_used_wh"].sum() > 0
