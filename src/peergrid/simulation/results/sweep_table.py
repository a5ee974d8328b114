"""All runs of a sweep as one table, and what its figures come to at each point of the grid."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from peergrid.simulation.results.figures import FIGURES
from peergrid.simulation.results.grid import Figures, Point, Sweep, Value
from peergrid.simulation.results.schema import field, metadata_of

type Kept = Mapping[Point, Figures]


def write_table(directory: Path, sweep: Sweep, kept: Kept) -> None:
    """Write sweep.parquet and sweep.csv."""
    found = table_of_runs(sweep, kept)
    parquet.write_table(found, directory / "sweep.parquet", compression="zstd")
    with (directory / "sweep.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(found.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in found.columns), strict=True))


def table_of_runs(sweep: Sweep, kept: Kept) -> pa.Table:
    """One row a run, in the order of the grid: the values varied, the seed, the figures.

    A figure that a run does not have is null.
    """
    points = [point for point in sweep.points() if point in kept]
    columns: dict[str, list[Any]] = {
        axis.path: [values[i] for values, _ in points] for i, axis in enumerate(sweep.axes)
    }
    columns["seed"] = [seed for _, seed in points]
    for name in names_of(kept):
        columns[name] = [kept[point].get(name) for point in points]
    arrays = {name: _array(values) for name, values in columns.items()}
    varied = {"vary": json.dumps(sweep.as_json()["vary"])}
    schema = pa.schema(
        [field(name, array.type) for name, array in arrays.items()],
        metadata=metadata_of(sweep.scenario) | varied,
    )
    return pa.Table.from_arrays(list(arrays.values()), schema=schema)


def names_of(kept: Kept) -> list[str]:
    """The figures that at least one run has, in the order of FIGURES."""
    known = {name for figures in kept.values() for name in figures}
    return [name for name in FIGURES if name in known]


def by_point(sweep: Sweep, kept: Kept, name: str) -> dict[tuple[Value, ...], list[float]]:
    """One figure at each point of the grid, a value a seed; points without any are left out."""
    found: dict[tuple[Value, ...], list[float]] = defaultdict(list)
    for values, seed in sweep.points():
        figures = kept.get((values, seed), {})
        if name in figures:
            found[values].append(figures[name])
    return found


def _array(values: Sequence[Any]) -> pa.Array:
    """Whole numbers stay whole; values of several kinds become text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return pa.array([None if value is None else float(value) for value in values])
    return pa.array(values if len(kinds) <= 1 else [str(value) for value in values])
