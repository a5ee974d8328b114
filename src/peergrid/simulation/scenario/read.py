"""Read a scenario from its TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from peergrid.errors import Invalid
from peergrid.simulation.scenario.model import Scenario
from peergrid.simulation.scenario.tables import made

OLD_KEYS = ("site", "group")


def read_scenario(path: Path) -> Scenario:
    """The scenario written in the TOML file at ``path``.

    Raises Invalid with one sentence that names the file, the key and what would be right.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(f"{path}: there is no such file; give the path of a scenario") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: it cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:  # also for numbers and nests without end
        raise Invalid(f"{path}: this is not TOML: {error}") from error
    try:
        return scenario_of(table, path.parent)
    except Invalid as error:
        raise Invalid(f"{path}: {error}") from error


def scenario_of(table: Mapping[str, Any], folder: Path) -> Scenario:
    """The scenario of a TOML table; files it names lie in ``folder``. Raises Invalid."""
    for old in OLD_KEYS:
        if old in table:
            raise Invalid(
                f"{old} now belongs to a community: write [[community]] with its site and, below"
                " it, [[community.group]] instead of [[group]]"
            )
    scenario = cast("Scenario", made(Scenario, table))
    named = scenario.sky.weather_file
    if named is None:
        return scenario
    weather_file = folder / named
    if not _is_there(weather_file):
        raise Invalid(
            f"[sky] weather_file is {str(named)!r}, but there is no file {weather_file}:"
            " write its place as seen from the scenario's folder"
        )
    return replace(scenario, sky=replace(scenario.sky, weather_file=weather_file))


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
