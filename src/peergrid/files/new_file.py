"""A new file: whole and on disk under its name, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from peergrid.errors import Conflict, NotFound


@contextmanager
def new_file(file: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone to write: under its name once the block ends well, else gone.

    Raises Conflict if there is one of that name, and NotFound for a folder that is not there.
    """
    if file.exists():
        raise Conflict(f"{file} is there already: nothing is overwritten; name another file.")
    if not file.parent.is_dir():
        raise NotFound(f"There is no folder {file.parent}: make it first.")
    partial = file.with_name(f"{file.name}.unfinished")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(
            f"{partial} is there: somebody writes it, or was cut off; then remove it."
        ) from None
    try:
        with os.fdopen(descriptor, "w+b") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        if file.exists():
            raise Conflict(f"{file} has come meanwhile: nothing is overwritten.")
        partial.rename(file)
        _fsync(file.parent)
    finally:
        partial.unlink(missing_ok=True)


def _fsync(folder: Path) -> None:
    """A name lasts through a power cut once its folder is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
