"""Who listens at this process, and what they have not heard yet; all on the event loop."""

import asyncio
from collections.abc import Iterable

from peergrid.errors import Unavailable
from peergrid.meters.news import News

MOST_WAITING = 100  # news; whoever is further behind is dropped, and comes back by itself
MOST_LISTENERS = 5_000


class Listener:
    """One open connection; hears of one community."""

    def __init__(self, community_id: int) -> None:
        self.community_id = community_id
        self._waiting: asyncio.Queue[News | None] = asyncio.Queue(MOST_WAITING)

    async def hear(self, timeout_s: float) -> News:
        """The next news. Raises TimeoutError if none come, EOFError once there will be none."""
        async with asyncio.timeout(timeout_s):
            news = await self._waiting.get()
        if news is None:
            raise EOFError
        return news

    def tell(self, news: News) -> bool:
        """Whether there is room for it."""
        if self._waiting.full():
            return False
        self._waiting.put_nowait(news)
        return True

    def end(self) -> None:
        """What waits is thrown away: who comes back is told it again."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)


class Hub:
    """All listeners of this process."""

    def __init__(self) -> None:
        self._of: dict[int, set[Listener]] = {}
        self._is_open = True

    def __len__(self) -> int:
        return sum(len(listeners) for listeners in self._of.values())

    def check_room(self) -> None:
        """Raises Unavailable when too many listen, or the process is about to end."""
        if not self._is_open or len(self) >= MOST_LISTENERS:
            raise Unavailable("Too many listen here already: ask again later.")

    def join(self, community_id: int) -> Listener:
        """One more who hears of a community."""
        listener = Listener(community_id)
        self._of.setdefault(community_id, set()).add(listener)
        if not self._is_open:
            listener.end()
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener; one that was dropped already is no matter."""
        listeners = self._of.get(listener.community_id, set())
        listeners.discard(listener)
        if not listeners:
            self._of.pop(listener.community_id, None)

    def tell(self, everything: Iterable[News]) -> None:
        """Hand news to whom they concern; drop whoever has no room for them."""
        for news in everything:
            for listener in list(self._of.get(news.community_id, ())):
                if not listener.tell(news):
                    self.leave(listener)
                    listener.end()

    def close(self) -> None:
        """End all: the process is about to stop."""
        self._is_open = False
        for listeners in list(self._of.values()):
            for listener in list(listeners):
                listener.end()
