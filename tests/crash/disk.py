"""A disk that can be filled."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DISK = "192m"


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system with an end, in memory; skips where none can be mounted."""
    place.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(place)]
    done = mount and subprocess.run(command, capture_output=True, text=True, check=False)
    if not done or done.returncode:
        pytest.skip("no small disk can be mounted here: that takes root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is; remove the file to give it back."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            pass
    return ballast
