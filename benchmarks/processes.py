"""Programs started and timed from outside, imports and all."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rounds import DAYS_PER_YEAR

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
YEAR = Path(__file__).with_name("year.py")
PEERGRID = ("-c", "from peergrid.cli.main import app; app()")  # what the peergrid script holds
TIMEOUT_S = 3_600


@dataclass(frozen=True)
class Took:
    """Seconds a program took, by the clock on the wall and of all cores, and what it printed."""

    wall_s: float
    cpu_s: float
    printed: str


def timed(*arguments: str, environment: Mapping[str, str] | None = None) -> Took:
    """Run a Python program. Raises SystemExit with what it said if it fails."""
    wall_s, cpu_s = time.perf_counter(), _cpu_s_of_children()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    wall_s, cpu_s = time.perf_counter() - wall_s, _cpu_s_of_children() - cpu_s
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return Took(wall_s, cpu_s, done.stdout)


def simulated(scenario: str, folder: str, *options: str) -> Took:
    """What ``peergrid simulate`` took, imports and all, with its caches in ``folder``.

    Python's own cache is there too: modules are compiled from their source by whoever comes
    first, as after an installation, and by nobody after that, whatever this process was told.
    """
    caches = {
        "NUMBA_CACHE_DIR": f"{folder}/numba",
        "PEERGRID_CACHE_DIR": f"{folder}/peergrid",
        "PYTHONPYCACHEPREFIX": f"{folder}/python",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    path = str(SCENARIOS / f"{scenario}.toml")
    return timed(*PEERGRID, "simulate", path, "--json", *options, environment=caches)


def warm(scenario: str, runs: int) -> dict[str, float | None]:
    """The medians of so many runs, after one that fills the caches; None for no runs."""
    if not runs:
        return {"wall_s": None, "cpu_s": None}
    with tempfile.TemporaryDirectory() as folder:
        simulated(scenario, folder)
        took = [simulated(scenario, folder) for _ in range(runs)]
    return {
        "wall_s": median(each.wall_s for each in took),
        "cpu_s": median(each.cpu_s for each in took),
    }


def cold(scenario: str, *options: str) -> Took:
    """The first run there ever was: no sun computed, nothing compiled, nor Python's modules."""
    with tempfile.TemporaryDirectory() as folder:
        return simulated(scenario, folder, *options)


def year_of(scenario: str, homes: int | None, sample: int | None) -> dict[str, Any]:
    """A year in a process of its own, imports and all, with caches warm.

    Of a sample of days the mean stands for those not lived; what comes before and after the
    days is counted once.
    """
    options = [f"--homes={homes}"] if homes else []
    options += [f"--sample={sample}"] if sample else []
    outside = timed(str(YEAR), str(SCENARIOS / f"{scenario}.toml"), *options)
    took = json.loads(outside.printed)
    more = DAYS_PER_YEAR / took["days"] - 1
    return {
        "year_of_a_million_cpu_s": outside.cpu_s + more * took["days_cpu_s"],
        "year_of_a_million_wall_s": outside.wall_s + more * took["days_wall_s"],
        "year_is_measured": sample is None,
        "year_days_lived": took["days"],
        "year_besides_days_cpu_s": outside.cpu_s - took["days_cpu_s"],
        "year_besides_days_wall_s": outside.wall_s - took["days_wall_s"],
        "peak_rss_mib": took["peak_rss_mib"],
    }


def _cpu_s_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
