"""How much each key may send: a steady rate, and a burst on top."""

from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic

from peergrid.errors import Throttled

MOST_REMEMBERED = 100_000  # senders, before those that rest are forgotten


class Allowance:
    """``per_s`` requests a second of each sender in the long run, and ``burst`` at once.

    The generic cell rate algorithm (ITU-T I.371, 2004, annex A), which is a token bucket that
    remembers one number a sender: when its next request would be due at the steady rate. Each
    process counts for itself: n replicas behind a balancer allow at most n times as much.
    That needs no round trip a request, and a limit is there to save the platform, not to bill.
    """

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._step_s = 1 / per_s
        self._most_ahead_s = (burst - 1) / per_s
        self._clock = clock
        self._due: dict[str, float] = {}
        self._lock = Lock()

    def spend(self, sender: str) -> None:
        """One request of ``sender``. Raises Throttled, with when to come back, if it is too many.

        A refused request costs nothing.
        """
        with self._lock:
            now = self._clock()
            due = max(self._due.get(sender, now), now)
            wait_s = due - now - self._most_ahead_s
            if wait_s > 0:
                raise Throttled(ceil(wait_s))
            if len(self._due) >= MOST_REMEMBERED:
                self._due = {who: at for who, at in self._due.items() if at > now}
            self._due[sender] = due + self._step_s
