"""Long work of which only so much may go on at once in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from peergrid.errors import Unavailable


class Turns:
    """``most`` at once; ``busy`` is said to who comes when all are taken."""

    def __init__(self, most: int, busy: str) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._busy = busy

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Unavailable if all are taken."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(self._busy)
        try:
            yield
        finally:
            self._free.release()
