"""How long work on a database takes: on the wall, and in seconds of the processors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from peergrid.database.pool import Database


@dataclass
class Took:
    """Seconds; those of the server are of all its processes that are still there."""

    wall_s: float = 0.0
    client_cpu_s: float = 0.0
    server_cpu_s: float = 0.0

    @property
    def cpu_s(self) -> float:
        """Of both together: what repeats on a machine that others use too."""
        return self.client_cpu_s + self.server_cpu_s


@contextmanager
def clocks(database: Database) -> Iterator[Took]:
    """Fill in what the block took once it is over."""
    with database.transaction() as connection:
        postmaster = psutil.Process(connection.info.backend_pid).parent()
    assert postmaster is not None, "every backend has a postmaster"  # noqa: S101
    took = Took()
    wall, client, server = time.perf_counter(), time.process_time(), _cpu_s(postmaster)
    yield took
    took.wall_s = time.perf_counter() - wall
    took.client_cpu_s = time.process_time() - client
    took.server_cpu_s = _cpu_s(postmaster) - server


def _cpu_s(postmaster: psutil.Process) -> float:
    times = [one.cpu_times() for one in postmaster.children()]
    return float(sum(time.user + time.system for time in times))
