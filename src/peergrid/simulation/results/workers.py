"""Who does the runs of a study: this thread, threads, processes, or machines behind Dask."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait as wait_for_any

from peergrid.errors import Invalid, Unavailable
from peergrid.simulation.results.later import dask_executor

KINDS = "processes, threads, serial or dask://host:port"
DASK = "dask://"
ENDS_WITHIN_S = 5
RUNS_PER_WORKER = 2  # handed out: the one it does, and the next


@dataclass(frozen=True)
class Workers:
    """An executor, and how many runs to hand it at a time."""

    executor: Executor
    ahead: int


class Serial(Executor):
    """Does each task when it is handed in, in the thread that hands it in."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is done already; what ``fn`` raises is raised here."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def workers_of(kind: str, number: int | None = None) -> Iterator[Workers]:
    """The workers of one of KINDS; ``number`` of them, by default one a core.

    When the block is left by an error, what has not begun is dropped and processes are ended.
    Raises Invalid for another kind, Unavailable if Dask's scheduler does not answer.
    """
    cores = number or os.cpu_count() or 1
    if kind == "serial":
        yield Workers(Serial(), 1)
    elif kind == "threads":
        with ThreadPoolExecutor(cores) as threads, _dropping(threads):
            yield Workers(threads, RUNS_PER_WORKER * cores)
    elif kind == "processes":
        spawning = multiprocessing.get_context("spawn")
        with (
            ProcessPoolExecutor(cores, spawning, initializer=begin_worker) as processes,
            _dropping(processes),
        ):
            yield Workers(processes, RUNS_PER_WORKER * cores)
    elif kind.startswith(DASK):
        with dask_executor(kind.removeprefix(DASK)) as (executor, cores_there):
            yield Workers(executor, RUNS_PER_WORKER * cores_there)
    else:
        raise Invalid(f"there is no executor {kind!r}: use {KINDS}")


def completed[K, S, T](
    workers: Workers, task: Callable[[S], T], asked: Iterable[tuple[K, S]]
) -> Iterator[tuple[K, T]]:
    """Each key of ``asked`` with what ``task`` makes of its value, in the order they are done.

    ``task`` must be importable by name where the workers are. What it raises is raised here;
    Unavailable if a worker goes away.
    """
    handed_out: dict[Future[T], K] = {}
    left = iter(asked)
    try:
        while True:
            for key, value in islice(left, workers.ahead - len(handed_out)):
                handed_out[workers.executor.submit(task, value)] = key
            if not handed_out:
                return
            done, _ = wait(handed_out, return_when=FIRST_COMPLETED)
            for future in done:
                yield handed_out.pop(future), future.result()
    except (BrokenExecutor, CancelledError) as error:
        raise Unavailable(
            "A worker went away before its run was done, perhaps for want of memory:"
            " try fewer --workers."
        ) from error


def begin_worker() -> None:
    """No word on Ctrl-C, and no life beyond that of the process that began it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Without this a worker whose parent was killed would wait for its next task for ever."""
    wait_for_any([sentinel])
    os._exit(1)


@contextmanager
def _dropping(executor: Executor) -> Iterator[None]:
    others = set(multiprocessing.active_children())
    well = False
    try:
        yield
        well = True
    finally:
        if not well:
            executor.shutdown(wait=False, cancel_futures=True)
            ours = set(multiprocessing.active_children()) - others
            for process in ours:
                process.terminate()
            for process in ours:
                process.join(ENDS_WITHIN_S)
