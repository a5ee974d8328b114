"""One run split over worker processes: time and memory of each, and the same result as the whole.

    uv run benchmarks/shards.py --homes 10_000_000 --days 2 --workers 2 --shards 20

prints, with a digest of a smaller run in one and in two shards:
homes, days, shards, workers, wall [s], CPU [s] of the workers, peak memory of the largest [MiB].
"""

import multiprocessing
import os
import resource
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from hashlib import blake2b
from pathlib import Path

from peergrid.settings import read_cache_dir
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Scenario, read_scenario
from peergrid.simulation.shards import run_in_shards, shards_of, summary_in_shards
from peergrid.simulation.summary import run_of

NATIONAL = Path(__file__).parents[1] / "scenarios" / "national_2026.toml"
SMALLER_HOMES = 20_000
KIB_PER_MIB = 1024
DIGEST_BYTES = 8


def main() -> None:
    asked = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--scenario", type=Path, default=NATIONAL)
    asked.add_argument("--homes", type=int, default=1_000_000)
    asked.add_argument("--days", type=int, default=2)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--shards", type=int, default=2)
    asked.add_argument("--keep-homes", action="store_true", help="hand over every home's columns")
    options = asked.parse_args()
    scenario = read_scenario(options.scenario).lasting(options.days)
    measure(
        scenario.resized(options.homes), options.workers, options.shards, keep=options.keep_homes
    )
    compare(scenario.resized(min(options.homes, SMALLER_HOMES)), options.workers)


def measure(scenario: Scenario, workers: int, shards: int, *, keep: bool) -> None:
    """Print what a run takes. The workers compile before the clock starts."""
    cache = read_cache_dir(os.environ)
    compiled = scenario.resized(1_000)
    run_of(compiled, cache=cache, threads=1)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        summary_in_shards(compiled, pool, workers, cache=cache)
        begun, own_begun = time.perf_counter(), time.process_time()
        if keep:
            left = len(run_in_shards(scenario, pool, shards, told, cache=cache).homes["key"])
        else:
            summary = summary_in_shards(scenario, pool, shards, told, cache=cache)
            left = summary.households
            print(f"digest {digest(repr(astuple(summary)).encode())}, adds up: {summary.adds_up}")
        wall_s, own_s = time.perf_counter() - begun, time.process_time() - own_begun
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    steps = scenario.households * scenario.days * 48
    print(
        f"homes {left:,}, days {scenario.days}, shards {len(shards_of(scenario, shards))},"
        f" workers {workers}: {wall_s:.1f} s wall, {steps / wall_s / 1e6:.0f} M home steps/s;"
        f" CPU {ended.ru_utime + ended.ru_stime:.1f} s in the workers with their start and"
        f" {own_s:.1f} s here; peak {ended.ru_maxrss / KIB_PER_MIB:,.0f} MiB in the largest worker,"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB:,.0f} MiB here"
    )


def compare(scenario: Scenario, workers: int) -> None:
    """Print the digests of all that a run leaves, whole and in 1, 2 and 5 shards."""
    cache = read_cache_dir(os.environ)
    found = {"whole": digest_of(run_of(scenario, cache=cache))}
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for shards in (1, 2, 5):
            run = run_in_shards(scenario, pool, shards, cache=cache)
            found[f"{shards} shards"] = digest_of(run)
    same = "the same" if len(set(found.values())) == 1 else "NOT THE SAME"
    print(f"{scenario.households:,} homes: {same}: {found}")


def digest_of(run: Run) -> str:
    """Of every byte that a run leaves."""
    columns = [*run.homes.values(), *run.communities.values()]
    return digest(run.series.tobytes(), *(column.tobytes() for column in columns))


def digest(*parts: bytes) -> str:
    told_of = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        told_of.update(part)
    return told_of.hexdigest()


def told(day: int) -> None:
    print(f"  {day} days at {time.strftime('%H:%M:%S')}", flush=True)


if __name__ == "__main__":
    main()
