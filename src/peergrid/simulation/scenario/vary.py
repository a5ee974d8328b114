"""One number of a scenario, changed: what a sweep does."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.scenario.amounts import Number, Whole
from peergrid.simulation.scenario.rules import rules_of, shown
from peergrid.simulation.scenario.tables import Table, Tables


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
    paths = list(numeric_paths(type(table)))
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
