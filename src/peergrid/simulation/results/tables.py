"""A run as tables: by town and half hour, by household, by community."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from peergrid.energy import INTERVAL, day_start
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.schema import table_of

MS = 1_000


def series_table(run: Run) -> pa.Table:
    """One row a town and half hour, all towns of the first half hour first; times are UTC.

    ``interval_start`` (UTC), ``site``, and the columns of SERIES in their own units.
    """
    towns = len(run.sites)
    starts = np.repeat(_starts_ms(run), towns)
    by_interval = run.series.transpose(1, 2, 0).reshape(len(SERIES), -1)
    columns = {
        "interval_start": pa.array(starts, pa.timestamp("ms", tz="UTC")),
        "site": _words(np.tile(np.arange(towns), run.intervals), run.sites),
        **dict(zip(SERIES, by_interval, strict=True)),
    }
    return table_of(columns, run.scenario)


def households_table(run: Run) -> pa.Table:
    """One row a household, in the order of the readings: its columns and its sums over the run."""
    homes = run.homes
    sites = np.asarray(run.communities["site"])[homes["community"]]
    columns = {
        **_renamed(homes, "household_class", list(CLASSES)),
        "site": _words(sites, run.sites),
    }
    return table_of(columns, run.scenario)


def communities_table(run: Run) -> pa.Table:
    """One row a community: its columns, and its half hours of outage and of overload."""
    return table_of(_renamed(run.communities, "site", run.sites), run.scenario)


def _starts_ms(run: Run) -> NDArray[np.int64]:
    first_ms = int(day_start(run.scenario.start).timestamp()) * MS
    return first_ms + np.arange(run.intervals) * int(INTERVAL.total_seconds()) * MS


def _renamed(columns: Mapping[str, Any], name: str, words: Sequence[str]) -> dict[str, Any]:
    """The columns, of which ``name`` holds numbers that are told as ``words``."""
    return dict(columns) | {name: _words(columns[name], words)}


def _words(codes: Any, words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.asarray(codes, np.int32), pa.array(words))
