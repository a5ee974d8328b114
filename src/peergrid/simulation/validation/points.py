"""A published figure, ours beside it, and whether the two agree."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("published.toml")  # the figures and their sources

type Figure = float | str


@dataclass(frozen=True)
class Published:
    """A figure that was printed somewhere, and what of ours would agree with it.

    Ours agrees within ``least`` and ``most``, both included; without them it must be
    ``published`` itself. ``decimals`` are those to which ours is rounded before it is compared,
    few enough that machines which differ in the last bits of a float come to the same.
    ``source`` is a name among the file's sources; ``confidence`` H, M or L. ``why`` is the reason
    of a disagreement, ``note`` what else must be known.
    """

    key: str
    what: str
    unit: str
    source: str
    confidence: str
    published: Figure | None = None
    least: float | None = None
    most: float | None = None
    decimals: int = 0
    why: str = ""
    note: str = ""

    def accepts(self, figure: Figure) -> bool:
        """Whether ``figure``, rounded already, agrees."""
        if isinstance(figure, str) or (self.least is None and self.most is None):
            return figure == self.published
        above = self.least is None or figure >= self.least
        return above and (self.most is None or figure <= self.most)


@dataclass(frozen=True)
class Point:
    """A published figure and ours, as it was computed."""

    of: Published
    exact: Figure

    def __post_init__(self) -> None:
        """Raises ValueError for a disagreement without a reason, and a reason without one."""
        if self.agrees == bool(self.of.why):
            says = "agrees, but has a reason not to" if self.agrees else "disagrees without reason"
            raise ValueError(f"{self.of.key} {says}: {self.exact} beside {self.of}")

    @property
    def ours(self) -> Figure:
        """Ours as it is shown and compared."""
        if isinstance(self.exact, str):
            return self.exact
        return round(self.exact, self.of.decimals) + 0.0  # never a negative zero

    @property
    def agrees(self) -> bool:
        return self.of.accepts(self.ours)

    @property
    def difference(self) -> float | None:
        """From the published figure, else from the nearer end of its range; None for words."""
        if isinstance(self.ours, str) or isinstance(self.of.published, str):
            return None
        if self.of.published is not None:
            nearest = self.of.published
        else:
            least = self.ours if self.of.least is None else max(self.ours, self.of.least)
            nearest = least if self.of.most is None else min(least, self.of.most)
        return round(self.ours - nearest, self.of.decimals) + 0.0


@dataclass(frozen=True)
class Section:
    title: str
    says: str
    points: tuple[Published, ...]


@dataclass(frozen=True)
class Book:
    """All that was published: sections, sources by name, and what nobody seems to know."""

    sections: tuple[Section, ...]
    sources: Mapping[str, str]
    missing: tuple[str, ...]

    def beside(self, figures: Mapping[str, Figure]) -> list[tuple[Section, list[Point]]]:
        """Each published figure with ours of the same key.

        Raises ValueError if either side has one that the other lacks.
        """
        keys = [each.key for section in self.sections for each in section.points]
        if sorted(keys) != sorted(figures):
            raise ValueError(f"figures without a partner: {sorted(set(keys) ^ set(figures))}")
        return [
            (section, [Point(each, figures[each.key]) for each in section.points])
            for section in self.sections
        ]


def read_book(path: Path = FILE) -> Book:
    """The published figures that ship with PeerGrid."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    sections = tuple(
        Section(row["title"], row["says"], tuple(Published(**point) for point in row["point"]))
        for row in table["section"]
    )
    return Book(sections, table["sources"], tuple(table["missing"]))
