"""One run, whoever lives it, and in however many parts."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Unavailable
from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Community, Group, Outages, layout_of
from peergrid.simulation.shards import run_in_shards, shards_of, summary_in_shards
from peergrid.simulation.summary import run_of, summary_of
from tests.simulation.streets import GROUPS, WITH_EVERYTHING, street

SHEDDING = Outages(hours_per_day=6, faults_per_year=50)
MANY = street(WITH_EVERYTHING, copies=9, days=3, outages=SHEDDING, transformer_kva=10)
TWO_TOWNS = replace(
    MANY,
    name="two_towns",
    communities=(*MANY.communities, Community("hwange", WITH_EVERYTHING, copies=2)),
    households=0,
)
ENDLESS = replace(MANY, days=3_660)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sun of all towns here; the kernels are compiled when it is there."""
    folder: Path = tmp_path_factory.mktemp("cache")
    run_of(TWO_TOWNS, cache=folder, threads=1)
    return folder


@pytest.fixture(scope="module")
def processes(cache: Path) -> Iterator[Executor]:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield pool


def assert_same(run: Run, whole: Run) -> None:
    assert (run.scenario, run.intervals, run.sites) == (
        whole.scenario,
        whole.intervals,
        whole.sites,
    )
    assert_same_array(run.series, whole.series)
    for table, of_whole in ((run.homes, whole.homes), (run.communities, whole.communities)):
        assert list(table) == list(of_whole)
        for name, column in of_whole.items():
            assert_same_array(table[name], column)


def assert_same_array(array: np.ndarray, expected: np.ndarray) -> None:
    assert (array.dtype, array.shape) == (expected.dtype, expected.shape)
    assert array.tobytes() == expected.tobytes()


def test_a_community_belongs_to_the_shard_in_which_its_middle_lies() -> None:
    scenario = street(GROUPS, copies=5).resized(27)  # communities of 6, 6, 6, 6 and 3 homes

    assert shards_of(scenario, 1) == [range(5)]
    assert shards_of(scenario, 2) == [range(2), range(2, 5)]  # half of them end at 13.5
    assert shards_of(scenario, 4) == [range(1), range(1, 2), range(2, 3), range(3, 5)]
    assert shards_of(scenario, 9) == [range(1), range(1, 2), range(2, 3), range(3, 4), range(4, 5)]


@given(st.integers(1, 2_000), st.integers(1, 60))
def test_shards_are_all_communities_once_in_order_and_of_about_equally_many_homes(
    households: int, shards: int
) -> None:
    towns = (
        Community("harare", (Group("lodger", 7),), copies=3),
        Community("gweru", (Group("lodger", 20),), copies=2),
    )
    scenario = replace(TWO_TOWNS, communities=towns, households=0).resized(households)
    homes = layout_of(scenario).homes
    parts = shards_of(scenario, shards)

    assert len(parts) <= shards
    assert all(parts)
    assert [number for part in parts for number in part] == list(range(len(homes)))
    for part in parts:
        assert homes[part.start : part.stop].sum() <= households / shards + homes.max()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shards", [1, 2, 5])
def test_a_run_in_shards_is_the_whole_run_to_the_last_bit(
    processes: Executor, cache: Path, shards: int, scheme: str
) -> None:
    scenario = MANY.under(scheme)
    run = run_in_shards(scenario, processes, shards, cache=cache)

    assert_same(run, run_of(scenario, cache=cache, threads=1))


def test_a_shard_need_not_lie_in_every_town(processes: Executor, cache: Path) -> None:
    run = run_in_shards(TWO_TOWNS, processes, 20, cache=cache)

    assert_same(run, run_of(TWO_TOWNS, cache=cache, threads=1))


@pytest.mark.parametrize("shards", [1, 4])
def test_what_shards_sum_up_is_the_summary_of_the_whole(cache: Path, shards: int) -> None:
    with ThreadPoolExecutor(2) as threads:
        summary = summary_in_shards(TWO_TOWNS, threads, shards, cache=cache)

    assert summary == summary_of(run_of(TWO_TOWNS, cache=cache, threads=1))
    assert summary.adds_up


def test_each_day_is_told_once_in_order(processes: Executor) -> None:
    days: list[int] = []
    run_in_shards(replace(MANY, days=30), processes, 3, days.append)

    assert days == list(range(1, 31))


def test_a_worker_that_is_killed_leaves_one_sentence_and_no_half_result(cache: Path) -> None:
    before = set(active_children())

    def kill_one(day: int) -> None:
        worker = next(iter(set(active_children()) - before))
        os.kill(worker.pid or 0, signal.SIGKILL)

    with (
        ProcessPoolExecutor(2, get_context("spawn")) as pool,
        pytest.raises(Unavailable, match=r"A worker went away .* try more --shards\."),
    ):
        run_in_shards(ENDLESS, pool, 2, kill_one, cache=cache)

    assert set(active_children()) == before


def test_who_stops_a_run_does_not_wait_for_its_end(processes: Executor, cache: Path) -> None:
    def stop(day: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_shards(ENDLESS, processes, 2, stop, cache=cache)

    waited = [processes.submit(int, "5") for _ in range(2)]
    assert [each.result(timeout=60) for each in waited] == [5, 5]


def test_workers_behind_dask_live_the_same_run(cache: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs peergrid[dask]")
    days: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        run = run_in_shards(MANY, client.get_executor(), 3, days.append, cache=cache)

    assert_same(run, run_of(MANY, cache=cache, threads=1))
    assert days == [1, 2, 3]
