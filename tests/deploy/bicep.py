"""A Bicep template as its parser has it, compared with what Azure takes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

from pycep import BicepParser

from tests.deploy.azure_models import (
    MODELS,
    Properties,
    Property,
    chosen_by,
    is_model,
    model_of,
    properties_of,
)

PARSER = BicepParser()
LANGUAGE = {"name", "parent", "scope", "dependsOn"}  # every resource may have them
KNOWN_BEFORE = {"id", "name", "type", "apiVersion"}  # of a resource that is not there yet
LOCKS = "Microsoft.Authorization/locks"  # in no SDK that is maintained


@cache
def parsed(text: str) -> dict[str, Any]:
    return dict(PARSER.parse(text=text))


def is_expression(value: Any) -> bool:
    """Whether the parser found an operator or a function there, not an object of that name."""
    marked = isinstance(value, dict) and value.keys() in ({"operator"}, {"function"})
    return marked and isinstance(next(iter(value.values())), dict)


@dataclass
class Template:
    """One file. ``faults`` gathers what is wrong with it."""

    path: Path
    text: str
    tree: dict[str, Any] = field(init=False)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = parsed(self.text)

    def part(self, name: str) -> dict[str, Any]:
        """Its parameters, variables, resources, modules or outputs, by name."""
        found: dict[str, Any] = self.tree.get(name, {})
        return found

    @property
    def resources(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Name, type, API version and what is set, of those it makes."""
        for name, told in self.part("resources").items():
            if not told["existing"]:
                config = told["config"]
                while "loop_type" in config:
                    config = config["config"]
                yield name, told["type"], told["api_version"], config

    def is_name(self, value: Any) -> bool:
        """Whether something is only known when the template runs."""
        parts = ("parameters", "variables", "resources", "modules")
        names = {name for part in parts for name in self.part(part)}
        is_word = isinstance(value, str) and (value in names or "${" in value)
        return is_word or is_expression(value)

    def found(self, value: Any) -> Any:
        """A variable's value in place of its name."""
        variables = self.part("variables")
        return variables[value]["value"] if isinstance(value, str) and value in variables else value

    def check(self) -> list[str]:
        """What is wrong, each with its place."""
        for name, kind, version, config in self.resources:
            if kind == LOCKS:
                continue
            if kind not in MODELS:
                self.faults.append(f"{name}: {kind} is not known")
                continue
            if version != MODELS[kind][2]:
                self.faults.append(f"{name}: {kind} is compared as of {MODELS[kind][2]}")
            given = {key: value for key, value in config.items() if key not in LANGUAGE}
            self._object(properties_of(model_of(kind)), given, name)
            for key in ("name", "parent", "scope"):
                self._early(config.get(key), f"{name}.{key}")
        return self.faults + list(self._unused())

    def _object(self, known: Properties, given: Any, where: str) -> None:
        if not isinstance(given, dict) or is_expression(given):
            return
        named = {key.strip("'"): value for key, value in given.items()}
        for key, value in named.items():
            told = known.get(key)
            if told is None:
                self.faults.append(f"{where}.{key}: no such property")
            elif not isinstance(told, Property):
                self._object(told, value, f"{where}.{key}")
            elif told.is_readonly:
                self.faults.append(f"{where}.{key}: only Azure says that")
            else:
                self._value(told.kind, value, f"{where}.{key}")
        for key, told in known.items():
            if isinstance(told, Property) and told.is_required and key not in named:
                self.faults.append(f"{where}: {key} is missing")

    def _value(self, kind: Any, given: Any, where: str) -> None:
        given, shape = self.found(given), get_origin(kind)
        if is_expression(given):
            operands = given.get("operator", {}).get("operands", {})
            for branch in operands.keys() & {"true_value", "false_value"}:
                self._value(kind, operands[branch], where)
            function = given.get("function", {})
            if function.get("type") == "concat":
                for part in function["parameters"].values():
                    self._value(kind, part, where)
        elif shape in (list, Sequence):
            self._list(get_args(kind)[0], given, where)
        elif shape in (dict, Mapping):
            for key, one in given.items() if isinstance(given, dict) else ():
                self._value(get_args(kind)[1], one, f"{where}.{key}")
        elif is_model(kind):
            self._model(kind, given, where)
        elif not self.is_name(given):
            self._plain(kind, given, where)

    def _list(self, kind: Any, given: Any, where: str) -> None:
        if isinstance(given, list):
            for number, one in enumerate(given):
                self._value(kind, one, f"{where}[{number}]")
        elif not self.is_name(given):
            self.faults.append(f"{where}: a list is wanted")

    def _model(self, kind: Any, given: Any, where: str) -> None:
        if isinstance(given, dict):
            named = {key.strip("'"): value for key, value in given.items()}
            self._object(properties_of(chosen_by(kind, named)), given, where)
        elif not self.is_name(given):
            self.faults.append(f"{where}: an object is wanted")

    def _plain(self, kind: Any, given: Any, where: str) -> None:
        if isinstance(kind, type) and issubclass(kind, Enum):
            words = {str(one.value) for one in kind}
            if given not in words:
                self.faults.append(f"{where}: {given!r} is none of {sorted(words)}")
        elif kind in (str, int, bool, float):
            fits = (int, float) if kind is float else kind
            if not isinstance(given, fits) or (isinstance(given, bool) and kind is not bool):
                self.faults.append(f"{where}: {given!r} is no {kind.__name__}")

    def _early(self, value: Any, where: str) -> None:
        """A name that only exists once another resource is made cannot be planned with."""
        if not isinstance(value, str):
            return
        for name, part in re.findall(r"\$\{(\w+)\.(\w+)", value):
            if name in self.part("resources") and part not in KNOWN_BEFORE:
                self.faults.append(f"{where}: {name}.{part} is not known before {name} is made")

    def _unused(self) -> Iterator[str]:
        for part in ("parameters", "variables"):
            for name in self.part(part):
                if len(re.findall(rf"\b{name}\b", self.text)) == 1:
                    yield f"{name}: nothing uses it"


def of_file(path: Path) -> Template:
    return Template(path, path.read_text())


def check_modules(main: Template) -> list[str]:
    """What a template hands to its modules and takes from them is what they have."""
    faults = []
    for name, told in main.part("modules").items():
        source = of_file(main.path.parent / told["detail"]["path"])
        wanted, given = source.part("parameters"), told["config"].get("params", {})
        faults += [f"{name}: it has no parameter {key}" for key in given.keys() - wanted.keys()]
        faults += [
            f"{name}: parameter {key} is missing"
            for key, one in wanted.items()
            if key not in given and one["default"] is None
        ]
        taken = set(re.findall(rf"\b{name}\.outputs\.(\w+)", main.text))
        faults += [f"{name}: no output {key}" for key in taken - source.part("outputs").keys()]
    return faults
