"""What is slow to load is not loaded before somebody asks for it."""

import subprocess
import sys

LOADED = """
import sys
import peergrid.cli.studies
late = ("compare", "dask_pool", "leaving", "sweep_report")
print(*{"matplotlib", "distributed"} & sys.modules.keys())
print(*(name for name in sys.modules if name.endswith(late)))
"""


def test_the_commands_begin_without_matplotlib_and_dask_and_what_writes() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120
    )

    assert loaded.stdout.split() == []
