"""One number of a scenario, changed: what a sweep and a laboratory do."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.scenario.amounts import Number, Whole
from peergrid.simulation.scenario.rules import rules_of, shown
from peergrid.simulation.scenario.tables import Table, Tables

FACTOR = Number("So many times as large as the groups say.", 0.1, 10)
SCALED = {  # numbers of their own, that make ranges of every group larger or smaller
    "panels.size_factor": ("kwp",),
    "batteries.size_factor": ("battery_kwh", "battery_kw"),
}


def scaled[T](groups: tuple[T, ...], path: str, value: object) -> tuple[T, ...]:
    """``groups`` of homes with the ranges behind ``path``, one of SCALED, times ``value``.

    Raises Invalid where a range comes to lie beyond its own bounds.
    """
    factor = FACTOR.taken(path, value)

    def grown(group: T) -> T:
        for name in SCALED[path]:
            group = _replaced(group, name, [end * factor for end in getattr(group, name)])
        return group

    return tuple(map(grown, groups))


def numeric_paths(of: type[Any]) -> Iterator[str]:
    """What ``changed`` can set in a table: "days", "panels.share", "community.length_m", ..."""
    for key, (_, rule, varies) in rules_of(of).items():
        if isinstance(rule, Table | Tables):
            yield from (f"{key}.{path}" for path in numeric_paths(rule.of))
        elif isinstance(rule, Whole | Number) and varies:
            yield key


def changed[T](table: T, path: str, value: object) -> T:
    """``table`` with the number at ``path`` set; in a list of tables, in every one of them.

    Raises Invalid for a path that leads to no number, and for a value out of bounds.
    """
    paths = [*numeric_paths(type(table)), *SCALED]
    if path not in paths:
        raise Invalid(f"{shown(path)} is no number of a scenario: use {', '.join(paths)}")
    return _set(table, path, value)


def _set[T](table: T, path: str, value: object) -> T:
    key, _, inner = path.partition(".")
    name, rule, _ = rules_of(type(table))[key]
    if not inner:
        if isinstance(rule, Whole) and isinstance(value, float) and value.is_integer():
            value = int(value)
        return _replaced(table, name, value)
    held = getattr(table, name)
    if held is None:
        raise Invalid(f"{key} is not set: write [{key}] in the scenario first")
    if isinstance(rule, Tables):
        return _replaced(table, name, tuple(_set(each, inner, value) for each in held))
    return _replaced(table, name, _set(held, inner, value))


def _replaced[T](table: T, name: str, value: object) -> T:
    return replace(table, **{name: value})  # type: ignore[type-var]
