"""Rules for tables within tables: a frozen dataclass each, read from what TOML gives."""

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from peergrid.errors import Invalid
from peergrid.simulation.scenario.rules import rules_of, shown


@dataclass(frozen=True)
class Table:
    """A table written [name]."""

    says: str
    of: type[Any]

    def taken(self, name: str, value: object) -> Any:
        if isinstance(value, self.of):
            return value
        if not isinstance(value, dict):
            raise Invalid(f"{name} is {shown(value)}: write [{name}] and its keys below")
        return _told(f"[{name}]", self.of, value)

    def schema(self) -> dict[str, Any]:
        return schema_of(self.of)


@dataclass(frozen=True)
class Tables:
    """One table or more, each written [[``written``]]."""

    says: str
    of: type[Any]
    written: str

    def taken(self, name: str, value: object) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or not all(
            isinstance(each, dict | self.of) for each in value
        ):
            raise Invalid(
                f"{name} must be a list of tables: write [[{self.written}]] above each one"
            )
        if not value:
            raise Invalid(f"there are no homes: add at least one [[{self.written}]]")
        return tuple(
            each if isinstance(each, self.of) else _told(f"{name} {number}:", self.of, each)
            for number, each in enumerate(value, start=1)
        )

    def schema(self) -> dict[str, Any]:
        items = schema_of(self.of)
        return {"type": "array", "title": self.written, "items": items, "minItems": 1}


def made(of: type[Any], table: Mapping[str, Any]) -> Any:
    """An ``of`` with the keys of ``table``. Raises Invalid for an unknown or a missing one."""
    rules = rules_of(of)
    for key in table:
        if key not in rules:
            raise Invalid(_unknown(key, list(rules)))
    required = {each.name for each in fields(of) if each.default is MISSING}
    for key, (name, rule, _) in rules.items():
        if name in required and key not in table:
            raise Invalid(_missing(key, rule.schema()))
    return of(**{rules[key][0]: value for key, value in table.items()})


def schema_of(of: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a table: its keys, what each takes, and which there must be."""
    defaults = {each.name: each.default for each in fields(of)}
    properties = {}
    required = []
    for key, (name, rule, _) in rules_of(of).items():
        properties[key] = {"description": rule.says, **rule.schema()}
        if defaults[name] is MISSING:
            required.append(key)
        elif isinstance(defaults[name], str | int | float | tuple):
            properties[key]["default"] = defaults[name]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _told(where: str, of: type[Any], table: Mapping[str, Any]) -> Any:
    try:
        return made(of, table)
    except Invalid as error:
        raise Invalid(f"{where} {error}") from error


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    instead = f"did you mean {near[0]!r}? " if near else ""
    return f"there is no key {shown(key)}: {instead}Use {', '.join(sorted(known))}"


def _missing(key: str, schema: Mapping[str, Any]) -> str:
    kind = schema["type"]
    if kind == "array":
        return f"there are no homes: add at least one [[{schema['title']}]]"
    if schema.get("format") == "date":
        return f"{key} is missing: write {key} = 2026-09-01"
    example = "7" if kind == "integer" else f'"{schema.get("enum", ["..."])[0]}"'
    return f"{key} is missing: write {key} = {example}"
