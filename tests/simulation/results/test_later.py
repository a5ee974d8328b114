"""What is slow to load is not loaded before somebody asks for it."""

import subprocess
import sys

LOADED = """
import sys
import peergrid.simulation.results.later
import peergrid.simulation.results.study
print(*{name.partition(".")[0] for name in sys.modules} & {"matplotlib", "distributed"})
print(*(name for name in sys.modules if name.startswith("peergrid.simulation.results.lea")))
"""


def test_a_run_and_a_worker_load_neither_matplotlib_nor_dask_nor_what_writes() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120
    )

    assert loaded.stdout.split() == []
