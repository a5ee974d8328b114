"""A folder that appears whole: written beside its place, and renamed when all is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peergrid.errors import Invalid


@contextmanager
def unfinished(directory: Path) -> Iterator[Path]:
    """A new folder, DIRECTORY.unfinished, that takes its name when the block ends well.

    If it does not, what was written stays under the name that says so; nothing written, nothing
    left. Raises Invalid if there is something at ``directory`` already, or at that name.
    """
    directory = directory.resolve()
    _check_free(directory)
    beside = directory.with_name(f"{directory.name}.unfinished")
    _check_free(beside)
    beside.mkdir(parents=True, exist_ok=True)
    try:
        yield beside
        beside.rename(directory)
    finally:
        if beside.exists() and not any(beside.iterdir()):
            beside.rmdir()


def _check_free(place: Path) -> None:
    """Nothing there, or an empty folder."""
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise Invalid(f"{place} exists: choose another name or delete it")
