"""What many ask for at the same time is done for all of them at once."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from starlette.concurrency import run_in_threadpool

from peergrid.database.pool import Database
from peergrid.database.roles import INGEST, Asking, enter
from peergrid.errors import PeerGridError
from peergrid.meters.overlap import Outcome
from peergrid.meters.registry import Meter
from peergrid.meters.senders import meters_with_keys
from peergrid.meters.together import Answer, Request, ingest_together

MOST_AT_ONCE = 1_000  # requests; of a thousand readings each at most


class Gathering[Item, Result]:
    """Hands what waits to ``work``, all at once; what comes meanwhile waits for the next turn.

    So nobody waits for company, and the more ask, the more are done at a time. ``work`` runs in
    a thread, one turn after the other, and has a result for each item; one that is an error is
    raised to whoever asked, and one that it raises, to all of the turn.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result | PeerGridError]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._turns: asyncio.Task[None] | None = None

    async def result(self, item: Item) -> Result:
        """What ``work`` makes of the item."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._turns is None or self._turns.done():
            self._turns = asyncio.create_task(self._take_turns())
        return await answer

    async def _take_turns(self) -> None:
        while self._waiting:
            turn, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            items, answers = zip(*turn, strict=True)
            done = asyncio.ensure_future(run_in_threadpool(self._work, items))
            await asyncio.wait([done])
            failure = done.exception()
            results = [failure] * len(turn) if failure else done.result()
            for answer, result in zip(answers, results, strict=True):
                if answer.done():  # who asked is gone
                    continue
                if isinstance(result, BaseException):
                    answer.set_exception(result)
                else:
                    answer.set_result(result)


class Door:
    """Where meters come in: their keys are looked up, and their readings stored, in turns.

    A community that is being settled or sealed keeps nobody of another waiting.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sending = database.beginning_with(partial(enter, asking=Asking(INGEST)))
        self._keys = Gathering(self._look_up)
        self._readings: defaultdict[int, Gathering[Request, Outcome]] = defaultdict(
            lambda: Gathering(self._store)
        )

    async def meter(self, key: str) -> Meter | None:
        """The meter that sends with a key; None if no meter does (any more)."""
        return await self._keys.result(key)

    async def store(self, request: Request) -> Outcome:
        """Store readings; when this returns, they are committed. Raises as ``ingest``."""
        return await self._readings[request.meter.community_id].result(request)

    def _look_up(self, keys: Sequence[str]) -> list[Meter | None]:
        with self._database.transaction() as connection:
            return meters_with_keys(connection, keys)

    def _store(self, requests: Sequence[Request]) -> list[Answer]:
        with self._sending.transaction() as connection:
            return ingest_together(connection, requests[0].meter.community_id, requests)
