"""A meter that sends over HTTP until it is told that its readings are kept."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from http import HTTPStatus

from peergrid.energy import Reading
from peergrid.meters.registry import Meter
from town import FIRST

PAUSE_S = 0.1
TIMEOUT_S = 10
AGAIN_S = 0.05
MOST_WH = 3_000
RECENT = 12  # intervals in which it corrects itself
CORRECTS, HANGS_UP = 0.4, 0.05  # how likely
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Sender(threading.Thread):
    """Counts, corrects itself, and sends one batch after the other with its meter's ``key``.

    ``acknowledged`` are the readings that the backend said it keeps, in their order; ``began`` is
    when the last request with that answer began. ``wrong`` are answers that should not be.
    """

    def __init__(self, port: int, meter: Meter, key: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[Reading] = []
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.began = 0.0
        self._port, self._meter, self._key = port, meter, key
        self._dice = random.Random(seed)  # noqa: S311 - dice, not a secret
        self._revisions: list[int] = []
        self._ends = threading.Event()
        self._gives_up_s = float("inf")

    def end(self, within_s: float) -> None:
        """Send no new batch, and give up the last one after so many seconds."""
        self._gives_up_s = time.monotonic() + within_s
        self._ends.set()

    def run(self) -> None:
        while not self._ends.wait(PAUSE_S):
            batch = self._counted()
            if self._delivered(batch):
                self.acknowledged += batch

    def _counted(self) -> list[Reading]:
        """The next half hours, or one of the last ones once more."""
        known = len(self._revisions)
        if known and self._dice.random() < CORRECTS:
            numbers = [self._dice.randrange(max(0, known - RECENT), known)]
            self._revisions[numbers[0]] += 1
        else:
            numbers = list(range(known, known + self._dice.randint(1, 2)))
            self._revisions += [0] * len(numbers)
        return [
            Reading(
                *(self._meter.meter_id, FIRST.later(number)),
                *(self._dice.randrange(MOST_WH), self._dice.randrange(20 * MOST_WH // 2)),
                revision=self._revisions[number],
            )
            for number in numbers
        ]

    def _delivered(self, batch: list[Reading]) -> bool:
        body = json.dumps({"readings": [_message(self._meter, one) for one in batch]})
        while time.monotonic() < self._gives_up_s:
            began = time.monotonic()
            try:
                status, said = self._answer(body, hang_up=self._dice.random() < HANGS_UP)
            except (OSError, http.client.HTTPException):
                self.seen["no answer"] += 1
            else:
                if status == HTTPStatus.OK:
                    self.began = began
                    self.seen["acknowledged"] += len(batch)
                    self.seen["kept before"] += json.loads(said)["unchanged"]
                    return True
                self.seen[f"HTTP {status}"] += 1
                if status not in LATER:
                    self.wrong.append(f"HTTP {status}: {said[:500]}")
            self.seen["retries"] += 1
            time.sleep(AGAIN_S)
        self.wrong.append("given up")
        return False

    def _answer(self, body: str, *, hang_up: bool) -> tuple[int, str]:
        there = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            there.request("POST", "/api/v1/readings", body, headers)
            if hang_up:
                self.seen["hung up"] += 1
                raise ConnectionAbortedError
            answer = there.getresponse()
            return answer.status, answer.read().decode()
        finally:
            there.close()


def _message(meter: Meter, reading: Reading) -> dict[str, object]:
    return {
        "meter": meter.serial,
        "interval_start": reading.interval.start.isoformat(),
        "import_wh": reading.import_wh,
        "export_wh": reading.export_wh,
        "revision": reading.revision,
    }
