"""Live a year of a scenario, or some days of it, in a process of its own; one JSON object.

It is a program of its own so that its CPU-seconds and its memory are nobody else's.
"""

import argparse
import json
import os
import time
from pathlib import Path

from machine import peak_rss_mib
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.settings import read_cache_dir
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Scenario, read_scenario
from peergrid.simulation.summary import summary_of
from rounds import DAYS_PER_YEAR, spread_days


def year_of(scenario: Scenario, sample: int | None) -> dict[str, float]:
    """What it took [s], [MiB]; ``sample`` days after a first one, spread evenly, or all.

    Raises SystemExit if the books do not add up.
    """
    engine = Engine(scenario, cache=read_cache_dir(os.environ))
    days = range(DAYS_PER_YEAR) if sample is None else spread_days(sample)
    if sample is not None:
        engine.advance(INTERVALS_PER_DAY)  # what only the first day costs is not extrapolated
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    for day in days:
        engine.done = day * INTERVALS_PER_DAY
        engine.advance(INTERVALS_PER_DAY)
    cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
    if not summary_of(engine.run()).adds_up:
        raise SystemExit(f"the books of {scenario.name} do not add up: no figure of it counts")
    return {
        "days": len(days),
        "days_cpu_s": cpu_s,
        "days_wall_s": wall_s,
        "peak_rss_mib": peak_rss_mib(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--homes", type=int)
    parser.add_argument("--sample", type=int, help="So many days, spread evenly; default: all.")
    asked = parser.parse_args()
    scenario = read_scenario(asked.scenario).lasting(DAYS_PER_YEAR)
    if asked.homes:
        scenario = scenario.resized(asked.homes)
    print(json.dumps(year_of(scenario, asked.sample)))


if __name__ == "__main__":
    main()
