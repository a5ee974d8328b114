import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from peergrid.simulation.scenario.schema import PLACE, schema_text

ROOT = Path(__file__).parents[3]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))


def as_json(value: Any) -> Any:
    """What an editor makes of TOML: its days become text."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def test_the_schema_is_fresh() -> None:
    assert (ROOT / PLACE).read_text(encoding="utf-8") == schema_text(), (
        "run: uv run python -m peergrid.simulation.scenario.schema"
    )


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_fits_the_schema(path: Path) -> None:
    table = as_json(tomllib.loads(path.read_text(encoding="utf-8")))
    jsonschema.validate(table, json.loads(schema_text()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days = 7", "days = 0"),
        ("days = 7", "dayz = 7"),
        ('"harare"', '"gotham"'),
        ("homes = 6", ""),
        ("[2.0, 4.0]", "[2.0]"),
    ],
)
def test_an_editor_marks_what_is_wrong(old: str, new: str) -> None:
    text = (ROOT / "scenarios" / "harare_street.toml").read_text(encoding="utf-8")
    assert old in text
    table = as_json(tomllib.loads(text.replace(old, new, 1)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, json.loads(schema_text()))


def test_the_schema_describes_every_key() -> None:
    def described(schema: dict[str, Any]) -> None:
        for key, each in schema.get("properties", {}).items():
            assert each["description"].endswith("."), key
            described(each)
            described(each.get("items", {}))

    described(json.loads(schema_text()))
