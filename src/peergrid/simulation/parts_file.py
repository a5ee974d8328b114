"""The finished parts of a run on disk: each a line, safe once written, so that a crash loses few.

What a shard is in the midst of, columns of all its homes, is too large to write down again and
again: a part is kept when it is whole.
"""

import fcntl
import json
import os
from collections import UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import peergrid
from peergrid.errors import Conflict, Invalid
from peergrid.simulation.results.provenance import scenario_as_given
from peergrid.simulation.scenario import Scenario
from peergrid.simulation.summary import Summary

PARTS = "parts.jsonl"
RUNS_ON = ("energy.py", "money.py", "market", "simulation")  # what a result can depend on
TELLING = {".py", ".toml", ".npz"}


class Parts(UserDict[int, Summary]):
    """The summaries of the parts done so far, by number; one that is set is on the disk."""

    def __init__(self, file: BinaryIO, kept: dict[int, Summary]) -> None:
        self._file = file
        super().__init__()
        self.data = kept

    def __setitem__(self, number: int, summary: Summary) -> None:
        write(self._file, {"part": number, "summary": asdict(summary)})
        self.data[number] = summary


@contextmanager
def parts_in(directory: Path, scenario: Scenario, shards: int) -> Iterator[Parts]:
    """The parts of ``scenario`` in ``shards`` in ``directory``, which is made if need be.

    A last line that was cut off is dropped. Raises Invalid if the folder holds anything else
    than this very run by this very code or a damaged line, Conflict if another process works on
    it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / PARTS
    if not path.exists() and any(directory.iterdir()):
        raise Invalid(f"{directory} exists and holds no run in shards: choose another folder")
    asked = {"scenario": scenario_as_given(scenario), "shards": shards, "code": code()}
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"A run goes on in {directory} already: wait until it ends.") from error
        first, *lines = whole_lines(file) or [b""]
        if first:
            check_same(path, first, asked)
        else:
            write(file, asked)
        yield Parts(file, dict(part_of(path, line) for line in lines))


def code() -> str:
    """SHA-256 of all of PeerGrid that a result can depend on: its version alone is too coarse."""
    told = sha256()
    root = Path(peergrid.__file__).parent
    for name in RUNS_ON:
        for file in sorted([root / name, *(root / name).rglob("*")]):
            if file.suffix in TELLING:
                told.update(f"{file.relative_to(root)}\n".encode())
                told.update(sha256(file.read_bytes()).digest())
    return told.hexdigest()


def write(file: BinaryIO, row: dict[str, Any]) -> None:
    """Add a line; it is on the disk when this returns."""
    file.write(f"{json.dumps(row)}\n".encode())
    file.flush()
    os.fsync(file.fileno())


def whole_lines(file: BinaryIO) -> list[bytes]:
    """All lines; one that a crash cut off is taken away."""
    file.seek(0)
    text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    file.truncate(len(whole))
    return whole.splitlines()


def check_same(path: Path, first: bytes, asked: dict[str, Any]) -> None:
    """Raises Invalid if the first line of ``path`` tells of another run than the one asked for."""
    try:
        there = json.loads(first)
    except ValueError as error:
        raise Invalid(f"{path} is damaged: choose another folder") from error
    for name, value in asked.items():
        if not isinstance(there, dict) or there.get(name) != value:
            raise Invalid(
                f"{path.parent} holds another run (its {name} differs): choose another folder"
            )


def part_of(path: Path, line: bytes) -> tuple[int, Summary]:
    """A part and its number. Raises Invalid for a damaged line."""
    try:
        row = json.loads(line)
        return int(row["part"]), Summary(**row["summary"])
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(f"{path} has a damaged line: delete that line") from error
