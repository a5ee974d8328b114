"""What the columns of a result hold: a unit and a meaning for each, and who made the table."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from peergrid.simulation.results.provenance import provenance_of
from peergrid.simulation.scenario import Scenario

UNIT_OF_SUFFIX = {  # names carry their unit last; the longer suffix comes first
    "_micros_per_kwh": "1e-6 USD/kWh",
    "_micros": "1e-6 USD",
    "_wh2": "Wh2",
    "_kwh": "kWh",
    "_wh": "Wh",
    "kwp": "kWp",
    "_deg": "degrees",
    "_ohm": "ohm",
    "_ppm": "1e-6",
    "_intervals": "half hours",
    "homes_off": "homes",
    "homes": "homes",
    "interval_start": "UTC",
}
NO_UNIT = "1"

MEANING = {
    "interval_start": "when the half hour begins",
    "site": "town",
    "household_class": "kind of household",
    "demand_wh": "used in homes, from wherever",
    "unserved_wh": "would have been used, but the feeder was off",
    "generation_wh": "made by panels and used, stored or sent out",
    "curtailed_wh": "could have been made, but nothing could take it",
    "lost_wh": "could have been shared, but the feeder was off",
    "self_consumed_wh": "made by a home's panels and used by the same home",
    "line_losses_wh": "heat in the home's line, at least",
    "import_wh": "drawn through the meter",
    "export_wh": "sent out through the meter",
    "shared_wh": "passed from neighbour to neighbour",
    "bought_wh": "drawn from neighbours",
    "sold_wh": "sent to neighbours",
    "paid_micros": "paid to neighbours",
    "earned_micros": "received from neighbours",
    "retail_micros": "paid to the grid for energy, without the levy",
    "levy_micros": "rural electrification levy on the grid's energy",
    "feed_in_micros": "received from the grid",
    "grid_only_micros": "owed for the same imports had all been the grid's, with levy",
    "credit_earned_wh": "energy credit earned",
    "credit_used_wh": "energy credit used",
    "homes_off": "homes whose feeder was off",
    "overload_wh": "beyond what the transformer carries",
    "outage_intervals": "half hours in which the feeder was off",
    "overload_intervals": "half hours in which the transformer carried too much",
}


def unit_of(name: str) -> str:
    """The unit that a column's name ends in; "1" for a count, a code or a name.

    >>> unit_of("shared_wh"), unit_of("place")
    ('Wh', '1')
    """
    return next((unit for suffix, unit in UNIT_OF_SUFFIX.items() if name.endswith(suffix)), NO_UNIT)


def field(name: str, kind: pa.DataType, **told: str) -> pa.Field:
    """A column with its unit and its meaning; ``told`` is added to its metadata."""
    meaning = {"description": MEANING[name]} if name in MEANING else {}
    return pa.field(name, kind, metadata={"unit": unit_of(name)} | meaning | told)


def metadata_of(scenario: Scenario) -> dict[str, str]:
    """The provenance as Arrow keeps it: text by key, JSON where it is more than one value."""
    return {key: _text(value) for key, value in provenance_of(scenario).items()}


def table_of(columns: Mapping[str, Any], scenario: Scenario) -> pa.Table:
    """A table of ``columns`` (name to Arrow or NumPy array, all of one length)."""
    arrays = {name: _arrow(values) for name, values in columns.items()}
    fields = [field(name, array.type) for name, array in arrays.items()]
    return pa.Table.from_arrays(
        list(arrays.values()), schema=pa.schema(fields, metadata=metadata_of(scenario))
    )


def _arrow(values: Any) -> Any:
    return values if isinstance(values, pa.Array) else pa.array(values)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
