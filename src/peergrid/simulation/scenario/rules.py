"""What a key of a scenario takes: one rule checks a value, and tells an editor about it too."""

from dataclasses import fields
from typing import Any, Protocol, cast

MOST_SHOWN = 60  # characters of a wrong value in a sentence
MOST_BITS = 64  # of a whole number that is shown in digits
SHORT = 2  # things in a list that is shown


class Rule(Protocol):
    """``taken`` gives the value as it is kept, or raises Invalid that names the key."""

    @property
    def says(self) -> str: ...

    def taken(self, name: str, value: object) -> Any: ...

    def schema(self) -> dict[str, Any]: ...


def key(rule: Rule, written: str = "", *, varies: bool = True) -> dict[str, Any]:
    """The metadata of a dataclass field; ``written`` is its name in the file, if another.

    ``varies`` is whether a sweep may set this number.
    """
    return {"rule": rule, "written": written, "varies": varies}


def rules_of(table: type[Any]) -> dict[str, tuple[str, Rule, bool]]:
    """Each key as written in the file: its field's name, its rule, and whether it varies."""
    return {
        each.metadata["written"] or each.name: (
            each.name,
            cast("Rule", each.metadata["rule"]),
            each.metadata["varies"],
        )
        for each in fields(table)
        if "rule" in each.metadata
    }


def check(table: Any) -> None:
    """Hold every field of a frozen dataclass to its rule. Raises Invalid."""
    for written, (name, rule, _) in rules_of(type(table)).items():
        value = getattr(table, name)
        if value is not None:
            object.__setattr__(table, name, rule.taken(written, value))


def shown(value: object) -> str:
    """A wrong value, as much of it as fits into a sentence."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "a number of very many digits"
    if isinstance(value, list | dict | tuple) and len(value) > SHORT:
        return f"a {type(value).__name__} of {len(value)}"
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return f"a {type(value).__name__}"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
