"""What the figures were measured on, and with."""

import os
import platform
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from floor import COMPILER

CPU_INFO = Path("/proc/cpuinfo")
WIDEST_FIRST = ("avx512f", "avx2", "asimd")
GIB = 2**30
TIMEOUT_S = 10
KIB_PER_MIB = 1_024


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


def peak_rss_mib() -> float:
    """The most memory this process had [MiB].

    getrusage(2) will not do on Linux: what it says of a child begins with its parent's peak.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        units = KIB_PER_MIB * (KIB_PER_MIB if sys.platform == "darwin" else 1)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units
    lines = status.read_text().splitlines()
    return next(int(line.split()[1]) / KIB_PER_MIB for line in lines if line.startswith("VmHWM:"))
