"""What the figures were measured on, and with."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from floor import COMPILER

CPU_INFO = Path("/proc/cpuinfo")
WIDEST_FIRST = ("avx512f", "avx2", "asimd")
GIB = 2**30
TIMEOUT_S = 10


def cores() -> int:
    """The cores this process may use: as many threads has the engine with many homes."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def facts() -> dict[str, Any]:
    """Processor, memory, system and versions."""
    return {
        "threads": cores(),
        "python": platform.python_version(),
        "numba": version("numba"),
        "numpy": version("numpy"),
        "mesa": version("mesa"),
        "machine": {
            "processor": _told("model name") or platform.processor() or platform.machine(),
            "vectors": next((it for it in WIDEST_FIRST if it in _told("flags", "Features")), None),
            "cores": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB, 1),
            "system": platform.platform(),
            "compiler": _compiler(),
        },
    }


def load_average() -> list[float]:
    """How many processes ran or waited, on the mean of 1, 5 and 15 minutes."""
    return [round(load, 2) for load in os.getloadavg()]


def _told(*keys: str) -> str:
    """What Linux says of the first processor under one of the keys; nothing elsewhere."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() in keys:
                return value.strip()
    return ""


def _compiler() -> str | None:
    try:
        done = subprocess.run(
            [COMPILER, "-dumpfullversion"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{COMPILER} {done.stdout.strip()}"
