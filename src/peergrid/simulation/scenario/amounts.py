"""Rules for numbers: how much, in which unit, and which slips people make."""

from dataclasses import dataclass
from typing import Any, cast

from peergrid.errors import Invalid
from peergrid.simulation.scenario.rules import is_number, shown

RANGE_ENDS = 2
PERCENT = 100
THOUSAND = 1_000


@dataclass(frozen=True)
class Whole:
    """A whole number from ``least`` to ``most``; ``because`` is said of one above."""

    says: str
    least: int
    most: int
    because: str = ""

    def taken(self, name: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Invalid(f"{name} is {shown(value)}: write a whole number, such as 7")
        if not self.least <= value <= self.most:
            why = f" ({self.because})" if self.because and value > self.most else ""
            raise Invalid(
                f"{name} is {shown(value)}: it must be {self.least} to {self.most:,}{why}"
            )
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Number:
    """A number from ``least`` to ``most`` in ``unit``.

    ``thousandth`` is the unit that people write by mistake, a thousand times as many.
    """

    says: str
    least: float
    most: float
    unit: str = ""
    thousandth: str = ""

    def taken(self, name: str, value: object) -> float:
        if not is_number(value):
            raise Invalid(f"{name} is {shown(value)}: write a number, such as {self.least:g}")
        number = cast("float", value)
        if not self.least <= number <= self.most:
            raise Invalid(f"{name} is {shown(value)}: {self.right(number)}")
        return float(number)

    def right(self, number: float) -> str:
        """What would be right instead of a ``number`` out of bounds."""
        if (
            self.thousandth
            and max(self.most, self.least * THOUSAND) < number <= self.most * THOUSAND
        ):
            kilo = f"{number / THOUSAND:g} {self.unit}"
            return (
                f"it must be {self.least:g} to {self.most:,g} {self.unit};"
                f" did you write {self.thousandth}? {number:g} {self.thousandth} are {kilo}"
            )
        bounds = f"it must be {self.least:g} to {self.most:,g}"
        return f"{bounds} {self.unit}" if self.unit else bounds

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Share(Number):
    """A part of a whole, 0 to 1; somebody will write it in percent."""

    least: float = 0.0
    most: float = 1.0

    def right(self, number: float) -> str:
        if 1 < number <= PERCENT:
            share = f"{number:g} is above 1: write {number / PERCENT:g} for {number:g} %"
            return share if self.most == 1 else f"{share}, at most {self.most:g}"
        return f"it must be a share, {self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Between:
    """The least and the most of what homes draw, each within ``of``."""

    says: str
    of: Number

    def taken(self, name: str, value: object) -> tuple[float, float]:
        example = f"[{self.of.least:g}, {self.of.most:g}]"
        wrong = Invalid(f"{name} is {shown(value)}: write the least and the most, within {example}")
        if not isinstance(value, list | tuple) or len(value) != RANGE_ENDS:
            raise wrong
        low, high = value
        if not is_number(low) or not is_number(high):
            raise wrong
        for end in (low, high):
            if not self.of.least <= end <= self.of.most:
                raise Invalid(
                    f"{name} is [{shown(low)}, {shown(high)}]: write the least and the most;"
                    f" {shown(end)} is wrong: {self.of.right(end)}"
                )
        if low > high:
            raise wrong
        return float(low), float(high)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": RANGE_ENDS,
            "maxItems": RANGE_ENDS,
        }
