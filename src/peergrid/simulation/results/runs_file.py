"""The runs of a sweep on disk: each a line, safe once written, so that a crash loses little."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from peergrid.errors import Conflict, Invalid
from peergrid.simulation.results.grid import Figures, Point, Sweep

WHAT, WHAT_BEGUN, RUNS = "sweep.json", "sweep.json.begun", "runs.jsonl"


class RunsFile:
    """``kept`` are the runs done so far, by point; ``add`` keeps one more."""

    def __init__(self, file: BinaryIO, sweep: Sweep, kept: dict[Point, Figures]) -> None:
        self._file = file
        self._paths = [axis.path for axis in sweep.axes]
        self.kept = kept

    def add(self, point: Point, figures: Figures) -> None:
        """Write a run's figures down; they are on the disk when this returns."""
        values, seed = point
        vary = dict(zip(self._paths, values, strict=True))
        line = json.dumps({"vary": vary, "seed": seed, "figures": figures})
        self._file.write(f"{line}\n".encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self.kept[point] = figures


@contextmanager
def runs_in(directory: Path, sweep: Sweep) -> Iterator[RunsFile]:
    """The runs of ``sweep`` in ``directory``, which is made if need be.

    A last line that was cut off is dropped. Raises Invalid if the folder holds anything else
    than this very sweep or a damaged line, Conflict if another process works on it.
    """
    _claim(directory, sweep)
    with (directory / RUNS).open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"A sweep runs in {directory} already: wait until it ends.") from error
        yield RunsFile(file, sweep, _kept(file, sweep, directory / RUNS))


def _claim(directory: Path, sweep: Sweep) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    asked = sweep.as_json()
    try:
        there = json.loads((directory / WHAT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if any(path.name != WHAT_BEGUN for path in directory.iterdir()):
            raise Invalid(f"{directory} exists and holds no sweep: choose another folder") from None
        begun = directory / WHAT_BEGUN
        with begun.open("w", encoding="utf-8") as file:
            json.dump(asked, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        begun.rename(directory / WHAT)
        return
    except ValueError as error:
        raise Invalid(f"{directory / WHAT} is damaged: choose another folder") from error
    for name, value in asked.items():
        if not isinstance(there, dict) or there.get(name) != value:
            raise Invalid(
                f"{directory} holds another sweep (its {name} differs): choose another folder"
            )


def _kept(file: BinaryIO, sweep: Sweep, path: Path) -> dict[Point, Figures]:
    file.seek(0)
    text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    file.truncate(len(whole))
    kept: dict[Point, Figures] = {}
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            told = json.loads(line)
            values = tuple(told["vary"][axis.path] for axis in sweep.axes)
            kept[values, told["seed"]] = told["figures"]
        except (ValueError, TypeError, KeyError) as error:
            raise Invalid(f"{path}: line {number} is damaged: delete that line") from error
    return kept
