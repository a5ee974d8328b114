"""What runs is killed in the midst of its work: what was acknowledged is kept, and kept once."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_is_killed_nothing_acknowledged_is_lost_or_doubled() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/crash.py", "--rounds", "3", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    figures = json.loads(done.stdout)

    assert figures["kills"] == {"backend": 1, "connection": 1, "server": 1}
    assert (figures["lost"], figures["doubled"], figures["found"]) == (0, 0, [])
    assert figures["acknowledged"] > 0
    assert figures["seen"]["retries"] > 0
