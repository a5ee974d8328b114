"""How fast the engine lives: against Mesa objects, against C, and a year of a million homes.

All rates are household-steps (a home's half hour: demand, sun, battery, outage, clearing, money)
per CPU-second on one thread, measured in one run and in turns; ratios are medians of the rounds'
ratios. README.md beside it says how, and what the figures do not say.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from contestants import FLOOR, STEP, STEP_READ, contestants_of, objects, under
from machine import facts, load_average
from peergrid.market.schemes import SCHEMES
from peergrid.settings import read_cache_dir
from peergrid.simulation.engine.columns import SCHEME_NAMES
from peergrid.simulation.scenario import read_scenario
from processes import SCENARIOS, cold, warm, year_of
from rounds import DAYS_PER_YEAR, rates_of, ratio, spread_days

NATION, SUBURBS, STREET = "national_2026", "mbare_to_borrowdale", "harare_street"
TOWN = "load_shedding_12h"
TOWN_DAYS = 365  # long enough to be compiled for


@dataclass(frozen=True)
class Size:
    """How much to measure.

    ``homes`` None means all that the nation has, ``sample`` None every day of its year; with 0
    ``weeks``, or without a ``cold`` run, that figure is None.
    """

    homes: int | None
    mesa_homes: tuple[int, ...]
    scheme_homes: int
    rounds: int
    sample: int | None
    weeks: int
    cold: bool


SIZES = {
    "quick": Size(None, (1_000, 20_000), 20_000, 3, 12, 3, cold=True),
    "full": Size(None, (1_000, 20_000), 20_000, 7, None, 3, cold=True),
    "smoke": Size(2_000, (100, 200), 400, 1, 2, 0, cold=False),
}


def measure(size: Size) -> dict[str, Any]:
    """All figures, by name."""
    load_before = load_average()
    scenario = read_scenario(SCENARIOS / f"{NATION}.toml").lasting(DAYS_PER_YEAR)
    if size.homes:
        scenario = scenario.resized(size.homes)
    say(f"drawing {scenario.households:,} homes")
    with tempfile.TemporaryDirectory() as folder:
        cache = read_cache_dir(os.environ)
        contestants = contestants_of(
            scenario, size.mesa_homes, size.scheme_homes, cache, Path(folder)
        )
        rates = rates_of(contestants, spread_days(size.rounds), say)
        del contestants  # their memory, before the year needs its own
    figures = figures_of(rates, scenario.scheme, size.mesa_homes)
    say("a year of the nation")
    figures |= year_of(NATION, size.homes, size.sample)
    say("a week of 200 homes")
    week = warm(SUBURBS, size.weeks)
    figures["week_of_200_homes_s"] = week["wall_s"]
    figures["week_of_200_homes_cpu_s"] = week["cpu_s"]
    say("a first run, with nothing compiled")
    first = cold(STREET) if size.cold else None
    figures["cold_first_run_s"] = first and first.wall_s
    figures["cold_first_run_cpu_s"] = first and first.cpu_s
    compiled = cold(TOWN, f"--days={TOWN_DAYS}") if size.cold else None
    figures["cold_compiled_run_s"] = compiled and compiled.wall_s
    figures["cold_compiled_run_cpu_s"] = compiled and compiled.cpu_s
    about = {
        "homes": scenario.households,
        "mesa_homes": max(size.mesa_homes),
        "scheme_homes": size.scheme_homes,
    }
    loads = {"load_average_before": load_before, "load_average_after": load_average()}
    return {**figures, **about, **facts(), **loads, "household_steps_per_cpu_s_by_round": rates}


def figures_of(
    rates: dict[str, list[float]], scheme: str, mesa_homes: tuple[int, ...]
) -> dict[str, Any]:
    """Medians and ratios; against Mesa and C runs the nation's own ``scheme``."""
    middle = {name: median(by_round) for name, by_round in rates.items()}
    most = objects(max(mesa_homes))
    return {
        "ratio_to_mesa": ratio(rates, scheme, most),
        "ratio_to_floor": ratio(rates, scheme, FLOOR) if FLOOR in rates else None,
        "step_ratio_to_mesa": ratio(rates, STEP, most),
        "step_read_ratio_to_mesa": ratio(rates, STEP_READ, most),
        "household_steps_per_cpu_s": {name: middle[name] for name in SCHEME_NAMES},
        "by_scheme": {name: middle[under(name)] for name in SCHEMES},
        "step_household_steps_per_cpu_s": middle[STEP],
        "step_read_household_steps_per_cpu_s": middle[STEP_READ],
        "mesa_household_steps_per_cpu_s": middle[most],
        "mesa_household_steps_per_cpu_s_by_homes": {
            str(homes): middle[objects(homes)] for homes in mesa_homes
        },
        "floor_household_steps_per_cpu_s": middle.get(FLOOR),
    }


def report_of(figures: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    named = {
        **{f"engine, {name}": rate for name, rate in figures["household_steps_per_cpu_s"].items()},
        "step by step": figures["step_household_steps_per_cpu_s"],
        "and read at each": figures["step_read_household_steps_per_cpu_s"],
        f"{figures['mesa_homes']:,} Mesa objects": figures["mesa_household_steps_per_cpu_s"],
        "the floor, in C": figures["floor_household_steps_per_cpu_s"],
    }
    by_scheme = {f"  {name:28}": rate / 1e6 for name, rate in figures["by_scheme"].items()}
    lived = figures["year_days_lived"]
    how = "measured" if figures["year_is_measured"] else f"extrapolated from {lived} days of it"
    return "\n".join(
        (
            f"{figures['homes']:,} homes, {NATION}; million household-steps a CPU-second:",
            *(f"  {name:24}{shown(rate and rate / 1e6, 3):>12}" for name, rate in named.items()),
            f"the same of {figures['scheme_homes']:,} homes, by scheme:",
            *(f"{name}{shown(rate, 2):>8}" for name, rate in by_scheme.items()),
            f"the engine lives {shown(figures['ratio_to_mesa'])} times as fast as Mesa objects"
            f" ({shown(figures['step_ratio_to_mesa'])} times step by step,"
            f" {shown(figures['step_read_ratio_to_mesa'])} read at each),"
            f" and {shown(figures['ratio_to_floor'], 3)} as fast as the floor",
            f"a year, {figures['threads']} threads: {shown(figures['year_of_a_million_cpu_s'], 1)}"
            f" CPU-s, {shown(figures['year_of_a_million_wall_s'], 1)} s,"
            f" {shown(figures['peak_rss_mib'])} MiB ({how})",
            f"a week of 200 homes: {shown(figures['week_of_200_homes_s'], 2)} s,"
            f" {shown(figures['week_of_200_homes_cpu_s'], 2)} CPU-s, imports and all",
            f"a first run, nothing compiled: {shown(figures['cold_first_run_s'], 1)} s,"
            f" {shown(figures['cold_first_run_cpu_s'], 1)} CPU-s; one that compiles:"
            f" {shown(figures['cold_compiled_run_s'], 1)} s,"
            f" {shown(figures['cold_compiled_run_cpu_s'], 1)} CPU-s",
            f"load {figures['load_average_before'][0]} before, {figures['load_average_after'][0]}"
            f" after; {figures['machine']['cores']} x {figures['machine']['processor']}",
        )
    )


def shown(figure: float | None, digits: int = 0) -> str:
    """A figure to so many decimals; what there is to read if there is none."""
    return "not measured" if figure is None else f"{figure:,.{digits}f}"


def say(sentence: str) -> None:
    """Tell on stderr what is being done, one line over the other."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{sentence}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_const", const="quick", dest="size", help="default")
    sizes.add_argument("--full", action="store_const", const="full", dest="size")
    sizes.add_argument("--smoke", action="store_const", const="smoke", dest="size")
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    figures = measure(SIZES[asked.size or "quick"])
    say("")
    print(json.dumps(figures) if asked.json else report_of(figures))


if __name__ == "__main__":
    main()
