"""A table on its way into a file: columns with units, rows a block at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # the same four as East Asian letters
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)

type Block = Sequence[Sequence[Any]]


class Kind(StrEnum):
    """What a column holds; each may be empty. An instant is UTC, a day local."""

    TEXT = "text"
    WHOLE = "whole"
    INSTANT = "instant"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True)
class Table:
    """``columns`` by their names, which carry units; ``blocks`` of rows, read once.

    ``about`` says where it comes from, for files that have a place for it.
    """

    name: str
    columns: Mapping[str, Kind]
    blocks: Iterator[Block]
    about: Mapping[str, str] = field(default_factory=dict)

    def then(self, done: Callable[[], object]) -> "Table":
        """The same table; ``done`` is called as soon as its last row is read."""

        def blocks() -> Iterator[Block]:
            yield from self.blocks
            done()

        return replace(self, blocks=blocks())


def calm(text: str) -> str:
    """A text that no spreadsheet runs as a formula.

    It gets an apostrophe in front if it would (OWASP, CSV Injection).
    """
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
