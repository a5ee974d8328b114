"""The benchmark of replays runs, and what it replays is what was booked."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_prints_one_json_object() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/replay.py", "--smoke", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    figures = json.loads(done.stdout)

    assert figures["rows"] == 4 * 2 * 48
    assert figures["replay_s"].keys() == figures["rows_per_s"].keys()
    assert all(took > 0 for took in [figures["load_s"], *figures["replay_s"].values()])
