"""The same work, whoever does it."""

import sys
from collections.abc import Iterator
from multiprocessing import active_children

import pytest
from distributed import LocalCluster

from peergrid.errors import Invalid, Unavailable
from peergrid.simulation.results import later
from peergrid.simulation.results.workers import completed, workers_of
from tests.simulation.results.tasks import ends_at_five, refuses_five, tripled

ASKED = [(name, number) for number, name in enumerate("abcdefgh")]
DONE = {name: 3 * number for name, number in ASKED}


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("kind", ["serial", "threads", "processes"])
def test_every_task_is_done_once(kind: str) -> None:
    with workers_of(kind, 2) as workers:
        done = list(completed(workers, tripled, ASKED))

    assert dict(done) == DONE
    assert len(done) == len(DONE)


@pytest.mark.parametrize("kind", ["serial", "threads", "processes"])
def test_what_a_task_raises_is_raised_and_nobody_is_left_behind(kind: str) -> None:
    with pytest.raises(Invalid, match="five"), workers_of(kind, 2) as workers:
        list(completed(workers, refuses_five, ASKED))

    assert active_children() == []


def test_the_serial_worker_does_nothing_ahead() -> None:
    begun: list[int] = []

    def noted(number: int) -> int:
        begun.append(number)
        return number

    with workers_of("serial") as workers:
        for count, _ in enumerate(completed(workers, noted, ASKED), start=1):
            assert len(begun) == count


def test_a_worker_that_dies_is_told_in_a_sentence() -> None:
    with (
        pytest.raises(Unavailable, match="A worker went away before its run was done"),
        workers_of("processes", 2) as workers,
    ):
        list(completed(workers, ends_at_five, ASKED))

    assert active_children() == []


def test_machines_behind_dask_do_the_same(scheduler: str) -> None:
    with workers_of(f"dask://{scheduler}") as workers:
        assert dict(completed(workers, tripled, ASKED)) == DONE


def test_a_kind_that_is_none_is_refused() -> None:
    with (
        pytest.raises(Invalid, match="use processes, threads, serial or dask://host:port"),
        workers_of("cloud"),
    ):
        pass


def test_a_scheduler_that_is_away_is_told() -> None:
    with (
        pytest.raises(Unavailable, match=r"No Dask scheduler answers at 127\.0\.0\.1:1"),
        workers_of("dask://127.0.0.1:1"),
    ):
        pass


def test_without_dask_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "peergrid.simulation.results.dask_pool", raising=False)

    with pytest.raises(Invalid, match=r"install peergrid\[dask\]"):
        later.dask_executor("127.0.0.1:1")
