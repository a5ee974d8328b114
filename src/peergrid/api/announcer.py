"""Tells other processes of readings that were stored, a few times a second and not more often."""

import asyncio
import threading

from starlette.concurrency import run_in_threadpool

from peergrid.database.pool import Database
from peergrid.errors import Unavailable
from peergrid.meters.news import Change, tell_later

TOGETHER_S = 0.1  # what is stored within it is told of at once
TRY_AGAIN_S = 1.0


class Announcer:
    """Collects changes from any thread; those of one kind and community become one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._changes: dict[tuple[int, str], Change] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_due = asyncio.Event()

    def note(self, change: Change) -> None:
        """Tell of a change soon; call it when the change is committed."""
        key = (change.community_id, change.kind)
        with self._lock:
            known = self._changes.get(key)
            self._changes[key] = known.joined(change) if known else change
        if self._loop:
            self._loop.call_soon_threadsafe(self._is_due.set)

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            await asyncio.sleep(TOGETHER_S)
            try:
                await run_in_threadpool(self.tell)
            except Unavailable:
                await asyncio.sleep(TRY_AGAIN_S)
                self._is_due.set()

    def tell(self) -> None:
        """Tell of all that was noted; what could not be told stays noted."""
        with self._lock:
            changes, self._changes = self._changes, {}
        if not changes:
            return
        try:
            with self._database.transaction() as connection:
                tell_later(connection, list(changes.values()))
        except Unavailable:
            for change in changes.values():
                self.note(change)
            raise
