"""Compile ``floor.c`` for this machine and run it: no household-step can cost less than it does."""

import shutil
import subprocess
import sys
from ctypes import CDLL, c_int64, c_uint64
from pathlib import Path

from peergrid.energy import INTERVALS_PER_DAY

SOURCE = Path(__file__).with_name("floor.c")
COMPILER = "gcc"
OPTIONS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
TIMEOUT_S = 60
DAYS = 2_000  # a second or less of what is over in no time


class Floor:
    """The compiled floor, built in ``folder``; every ``live`` goes on where the last one ended."""

    def __init__(self, folder: Path) -> None:
        library = folder / "floor.so"
        command = [COMPILER, *OPTIONS, "-o", str(library), str(SOURCE)]
        subprocess.run(command, check=True, timeout=TIMEOUT_S)
        self._library = CDLL(str(library))
        self._library.floor_live.argtypes = [c_uint64, c_uint64]
        self._library.floor_live.restype = c_int64
        self._library.floor_begin()
        self._done = 0

    def live(self, day: int) -> int:
        """Live ``DAYS`` days, whatever ``day`` it is; household-steps."""
        del day  # one costs as much as another
        steps = DAYS * INTERVALS_PER_DAY
        self._library.floor_live(self._done, steps)
        self._done += steps
        return steps * int(self._library.floor_homes())


def floor_in(folder: Path) -> Floor | None:
    """The floor, or None, and a sentence that says why."""
    if shutil.which(COMPILER) is None:
        sys.stderr.write(f"there is no {COMPILER}: the floor and the ratio to it are left out\n")
        return None
    return Floor(folder)
