"""Machines behind a Dask scheduler, as an executor."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from distributed import Client, KilledWorker

from peergrid.errors import Unavailable

ANSWERS_WITHIN_S = 5


@contextmanager
def executor_at(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor of the scheduler at ``address`` (host:port), and how many cores it has.

    The workers need this version of PeerGrid. Raises Unavailable if nobody answers or works.
    """
    try:
        client: Any = Client(address, timeout=ANSWERS_WITHIN_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Unavailable(f"No Dask scheduler answers at {address}.") from error
    with client:
        cores = sum(client.ncores().values())
        if not cores:
            raise Unavailable(f"The Dask scheduler at {address} has no workers.")
        try:
            yield client.get_executor(), cores
        except KilledWorker as error:
            raise Unavailable(f"Dask's workers at {address} keep dying of a run.") from error
