"""Rules for what is not a number: words, names to choose from, days, files."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.scenario.rules import MOST_SHOWN, shown


@dataclass(frozen=True)
class Day:
    """A local day within ``years``."""

    says: str
    years: tuple[int, int]

    def taken(self, name: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise Invalid(
                f"{name} is {shown(value)}: write a day without quotes, such as 2026-09-01"
            )
        first, last = self.years
        if not first <= value.year <= last:
            raise Invalid(f"{name} is {value}: it must lie in the years {first}-{last}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Text:
    """Some words; ``right`` says so if ``pattern`` does not match."""

    says: str
    pattern: str
    right: str

    def taken(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise Invalid(f"{name} is {shown(value)}: {self.right}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern}$"}


@dataclass(frozen=True)
class Choice:
    """One of several names; ``named`` raises Invalid that lists them for any other."""

    says: str
    names: Sequence[str]
    named: Callable[[str], object]

    def taken(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise Invalid(f"{name} is {shown(value)}: write one of {', '.join(self.names)}")
        if value not in self.names:
            self.named(value if len(value) <= MOST_SHOWN else f"{value[:MOST_SHOWN]}…")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.names)}


@dataclass(frozen=True)
class File:
    """A file, written as text; relative to the scenario's own folder."""

    says: str

    def taken(self, name: str, value: object) -> Path:
        if isinstance(value, Path):
            return value
        if not isinstance(value, str) or not value.strip():
            raise Invalid(f'{name} is {shown(value)}: write a file\'s name, such as "harare.csv"')
        return Path(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}
