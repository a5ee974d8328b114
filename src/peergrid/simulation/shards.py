"""One run split over workers: the processes of this machine, or machines behind Dask.

A community is a market of its own and its homes live by their own dice, so those who live a part
of the communities, a shard, need to know nothing of the others: shards exchange nothing but what
they come to in the end. The whole is the same to the last bit however many there are.
"""

import os
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.errors import Unavailable
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Scenario, layout_of
from peergrid.simulation.summary import Summary, summary_of

LOOKS_EVERY_S = 0.2
OF_ALL = {"scenario", "scheme", "intervals"}  # what all parts of a summary have in common

type OnDay = Callable[[int], None]
type Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Shard:
    """Some ``communities`` of ``scenario``, for one worker.

    ``diary`` is a file that grows by a byte a day on the machine that asked; elsewhere there is
    none. ``cache`` is a folder for tables of the sun.
    """

    scenario: Scenario
    communities: range
    diary: Path
    cache: Path | None


def run_in_shards(
    scenario: Scenario,
    workers: Executor,
    shards: int,
    on_day: OnDay | None = None,
    *,
    cache: Path | None = None,
) -> Run:
    """``summary.run_of`` in ``shards`` >= 1 parts, done by ``workers``; the same Run.

    ``on_day`` hears 1, 2, ... as that many days are done, taking the mean of the shards; those on
    other machines count when they are over. There may be more shards than workers: a worker then
    needs memory for a small part at a time. If ``on_day`` raises, nothing of the run is left and
    the workers stop at the end of their day. Raises Unavailable if a worker goes away.
    """
    parts = _done(live, scenario, workers, shards, on_day, cache, {})
    intervals, sites = parts[0].intervals, parts[0].sites
    series = np.sum([part.series for part in parts], axis=0)
    homes = [dict(part.homes) for part in parts]
    communities = [dict(part.communities) for part in parts]
    parts.clear()  # so that a column goes once it is joined
    return Run(scenario, intervals, sites, series, _joined(homes), _joined(communities))


def summary_in_shards(
    scenario: Scenario,
    workers: Executor,
    shards: int,
    on_day: OnDay | None = None,
    *,
    cache: Path | None = None,
    kept: MutableMapping[int, Summary] | None = None,
) -> Summary:
    """The summary of ``run_in_shards``, for which workers hand over a few numbers and no home.

    ``kept`` are the parts done before, by number; what is done is added to it, at once.
    """
    parts = _done(sum_up, scenario, workers, shards, on_day, cache, {} if kept is None else kept)
    sums: dict[str, Any] = {
        field.name: sum(getattr(part, field.name) for part in parts)
        for field in fields(Summary)
        if field.name not in OF_ALL
    }
    return replace(parts[0], **sums)


def shards_of(scenario: Scenario, shards: int) -> list[range]:
    """The communities in at most ``shards`` >= 1 ranges of about equally many homes, none empty.

    A community belongs to the shard in which its middle lies.
    """
    homes = layout_of(scenario).homes
    ends = np.cumsum(homes)
    shares = ends[-1] * np.arange(shards + 1) / shards
    cuts = np.unique(np.searchsorted(ends - homes / 2, shares)).tolist()
    return [range(*pair) for pair in pairwise(cuts)]


def live(shard: Shard) -> Run:
    """What a worker does: the whole period of a shard, in one thread.

    Raises FileNotFoundError when nobody waits for it any more.
    """
    told = shard.diary.exists()
    engine = Engine(shard.scenario, communities=shard.communities, cache=shard.cache, threads=1)
    for _ in range(shard.scenario.days):
        engine.advance(INTERVALS_PER_DAY)
        if told:
            with shard.diary.open("r+b") as diary:  # does not come back once it is deleted
                diary.seek(0, os.SEEK_END)
                diary.write(b".")
    return engine.run()


def sum_up(shard: Shard) -> Summary:
    """What a worker does for a summary; raises as ``live``."""
    return summary_of(live(shard))


def _done[T](
    task: Callable[[Shard], T],
    scenario: Scenario,
    workers: Executor,
    shards: int,
    on_day: OnDay | None,
    cache: Path | None,
    kept: MutableMapping[int, T],
) -> list[T]:
    """What ``task`` makes of each shard, in order; those in ``kept`` are not done again."""
    ranges = shards_of(scenario, shards)
    futures: dict[int, Future[T]] = {}
    with TemporaryDirectory(prefix="peergrid-") as folder:
        parts = {
            number: Shard(scenario, communities, Path(folder) / str(number), cache)
            for number, communities in enumerate(ranges)
            if number not in kept
        }
        try:
            for number, part in parts.items():
                part.diary.touch()
                futures[number] = workers.submit(task, part)
                _keep(futures, kept)  # an executor without workers has done it already
            _watch(futures, parts, len(ranges), on_day, kept)
        except (BrokenExecutor, CancelledError) as error:
            raise Unavailable(
                "A worker went away before its part of the run was done, perhaps for want of"
                " memory: try more --shards."
            ) from error
        finally:
            for future in futures.values():
                future.cancel()
    return [kept[number] for number in range(len(ranges))]


def _watch[T](
    futures: dict[int, Future[T]],
    parts: dict[int, Shard],
    shards: int,
    on_day: OnDay | None,
    kept: MutableMapping[int, T],
) -> None:
    """Return when all are done; raise what the first one raises that fails."""
    waiting = set(futures.values())
    heard = 0
    while waiting:
        _, waiting = wait(waiting, LOOKS_EVERY_S, FIRST_COMPLETED)
        _keep(futures, kept)
        if on_day:
            lived = sum(
                part.scenario.days if number in kept else part.diary.stat().st_size
                for number, part in parts.items()
            )
            days = next(iter(parts.values())).scenario.days
            for day in range(heard + 1, (lived + (shards - len(parts)) * days) // shards + 1):
                on_day(day)
                heard = day


def _keep[T](futures: dict[int, Future[T]], kept: MutableMapping[int, T]) -> None:
    """Add what is done to ``kept``, all of it, before what failed is raised."""
    failed: list[Future[T]] = []
    for number, future in futures.items():
        if number not in kept and future.done():
            if future.cancelled() or future.exception():
                failed.append(future)
            else:
                kept[number] = future.result()
    for future in failed:
        future.result()


def _joined(tables: Sequence[Columns]) -> Columns:
    """The rows of all ``tables``, in order; their columns are taken away one by one."""
    return {name: np.concatenate([table.pop(name) for table in tables]) for name in [*tables[0]]}
