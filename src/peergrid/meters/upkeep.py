"""What the tables of readings need now and then, from the clock of a process that runs anyway."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from peergrid.database.pool import Database
from peergrid.errors import Unavailable
from peergrid.meters.kept_sums import count_months, fold
from peergrid.meters.retention import retain
from peergrid.meters.seal import seal

EVERY_S = 60.0
SEAL_EVERY_S = 3_600.0
STOP_TIMEOUT_S = 5.0
LOCKS, ONLY = 7_260_010, 1  # of all processes on one database, one does it
REST = 100  # months are counted for one part in so many of the time
# Before its first reading comes, so that no batch waits for a table to be made.
PREPARE = """
select open_days(array_agg(day)), open_months(array_agg(day))
from (select local_day(max(latest)) + n as day from community_clock, generate_series(0, 2) n
  group by n) ahead
where day is not null having count(*) > 0"""


class Upkeep:
    """Makes tables ahead, folds sums, counts months and seals days, until it is stopped.

    The newest ``keep_open_days`` are not sealed; half hours older than ``keep_months`` go.
    """

    def __init__(
        self, database: Database, keep_open_days: int, keep_months: int | None = None
    ) -> None:
        self._database = database
        self._keep_open_days = keep_open_days
        self._keep_months = keep_months
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._count_at = self._seal_at = 0.0  # by the process's own clock [s]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No new step begins; one that takes longer is cut off by the process's end, and undone."""
        self._is_stopped.set()
        self._thread.join(STOP_TIMEOUT_S)

    def once(self) -> bool:
        """Do what is due; False if another process is at it. Raises Unavailable."""
        with self._database.lock(LOCKS, ONLY) as is_ours:
            if is_ours:
                self._do()
        return is_ours

    def _run(self) -> None:
        while not self._is_stopped.wait(EVERY_S):
            with suppress(Unavailable):  # the next time comes soon
                self.once()

    def _do(self) -> None:
        with self._database.transaction() as connection:
            connection.execute(PREPARE)
            fold(connection)
        now = time.monotonic()
        if now >= self._seal_at:
            seal(self._database, self._keep_open_days, self._is_stopped.is_set)
            if self._keep_months:
                retain(self._database, self._keep_months)
            self._seal_at = now + SEAL_EVERY_S
        if now >= self._count_at:
            begun = time.monotonic()
            count_months(self._database, self._is_stopped.is_set)
            ended = time.monotonic()
            self._count_at = ended + REST * (ended - begun)


@contextmanager
def keeping_up(url: str, keep_open_days: int, keep_months: int | None) -> Iterator[None]:
    """Keep the tables of a database up until the block ends, over connections of its own.

    Nobody who asks waits for one of them, and they have the rights of whoever owns the tables.
    """
    database = Database(url)
    database.open()
    upkeep = Upkeep(database, keep_open_days, keep_months)
    upkeep.start()
    try:
        yield
    finally:
        upkeep.stop()
        database.close()
