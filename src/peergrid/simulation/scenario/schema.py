"""The JSON Schema of a scenario, from which editors complete and check the keys of its TOML.

Write it anew with: uv run python -m peergrid.simulation.scenario.schema
"""

import json
from pathlib import Path

from peergrid.simulation.scenario.model import Scenario
from peergrid.simulation.scenario.tables import schema_of

PLACE = Path("scenarios/scenario.schema.json")  # from the repository's root


def schema_text() -> str:
    """The schema as it is written."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",  # the newest that Taplo knows
        "title": "A PeerGrid scenario",
        **schema_of(Scenario),
    }
    return f"{json.dumps(schema, indent=1)}\n"


if __name__ == "__main__":
    PLACE.write_text(schema_text(), encoding="utf-8")
