"""What a sweep runs: every combination of the values varied, each with the same seeds."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isfinite
from typing import Any

from peergrid import __version__
from peergrid.errors import Invalid
from peergrid.simulation.results.provenance import scenario_as_given
from peergrid.simulation.scenario import Scenario

MOST_RUNS = 1_000_000
EXAMPLE = "write it as panels.share=0.1:0.6:6 or scheme=mid_market,net_metering"

type Value = bool | int | float | str
type Figures = dict[str, float]  # of a run, by the names of figures.FIGURES
type Point = tuple[tuple[Value, ...], int]  # a value for each axis, and the seed


@dataclass(frozen=True)
class Axis:
    """A place in the scenario, and the values it takes."""

    path: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Sweep:
    """``seeds`` runs, from the scenario's own seed on, at each point of the grid of ``axes``."""

    scenario: Scenario
    axes: tuple[Axis, ...]
    seeds: int

    @property
    def runs(self) -> int:
        count = self.seeds
        for axis in self.axes:
            count *= len(axis.values)
        return count

    def points(self) -> Iterator[Point]:
        """Every run, the last axis turning fastest but for the seed."""
        first = self.scenario.seed
        for values in product(*(axis.values for axis in self.axes)):
            for seed in range(first, first + self.seeds):
                yield values, seed

    def scenario_at(self, point: Point) -> Scenario:
        """The scenario of one run. Raises Invalid where a value makes no sense."""
        values, seed = point
        scenario = self.scenario
        for axis, value in zip(self.axes, values, strict=True):
            scenario = scenario.varied(axis.path, value)
        return scenario.seeded(seed)

    def as_json(self) -> dict[str, Any]:
        """All that tells it from another sweep, as plain values."""
        plain: dict[str, Any] = json.loads(
            json.dumps(
                {
                    "peergrid_version": __version__,
                    "scenario": scenario_as_given(self.scenario),
                    "vary": {axis.path: axis.values for axis in self.axes},
                    "seeds": self.seeds,
                }
            )
        )
        return plain


def sweep_of(scenario: Scenario, varied: Sequence[str], seeds: int) -> Sweep:
    """The sweep asked for by texts such as "panels.share=0.1:0.6:6".

    Raises Invalid for a text that is none, a path given twice, or more than a million runs.
    """
    axes = tuple(axis_of(text) for text in varied)
    paths = [axis.path for axis in axes]
    if len(set(paths)) < len(paths):
        raise Invalid("the same place is varied twice: name each once")
    if "seed" in paths:
        raise Invalid("every point has the same seeds: say how many with --seeds")
    sweep = Sweep(scenario, axes, seeds)
    if sweep.runs > MOST_RUNS:
        raise Invalid(f"these are {sweep.runs:,} runs: at most {MOST_RUNS:,} make a sweep")
    return sweep


def axis_of(text: str) -> Axis:
    """An axis from "path=first:last:count", evenly spread, or "path=one,other,...".

    >>> axis_of("panels.share=0.1:0.3:3")
    Axis(path='panels.share', values=(0.1, 0.2, 0.3))
    """
    path, given, values = (part.strip() for part in text.partition("="))
    if not (path and given and values):
        raise Invalid(f"{text!r} varies nothing: {EXAMPLE}")
    listed = [part.strip() for part in values.split(",")]
    found = _spread(text, values) if ":" in values else tuple(map(_value, listed))
    if len(set(found)) < len(found) or "" in found:
        raise Invalid(f"{text!r} has a value twice or none: {EXAMPLE}")
    return Axis(path, found)


def _spread(text: str, values: str) -> tuple[Value, ...]:
    """Reckoned in fractions, so that 0.1:0.3:3 has 0.2 and not 0.20000000000000001."""
    try:
        first, last, number = values.split(":")
        low, high, count = Fraction(first), Fraction(last), int(number)
    except (ValueError, ZeroDivisionError) as error:
        raise Invalid(f"{text!r} is not first:last:count: {EXAMPLE}") from error
    if not 2 <= count <= MOST_RUNS:  # noqa: PLR2004 - both ends
        raise Invalid(f"{text!r} asks for {count} values: ask for 2 or more")
    between = [low + (high - low) * i / (count - 1) for i in range(count)]
    if all(end.strip("+-").isdecimal() for end in (first, last)) and all(
        one.denominator == 1 for one in between
    ):
        return tuple(map(int, between))
    return tuple(map(float, between))


def _value(text: str) -> Value:
    """A truth value, a whole number, a finite number, or text."""
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        with suppress(ValueError):
            number = kind(text)
            if isfinite(number):
                return number
    return text
