"""Readings not yet acknowledged, on disk: what is put here is sent, or said to be refused."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from peergrid.energy import Interval
from peergrid.errors import Conflict, Invalid
from peergrid.wire import MAX_READINGS, ReadingMessage

# One row a reading. "refusal" is the backend's sentence about a reading it will never take:
# the reading stays, out of the queue's way, until a person has looked at it.
SCHEMA = """
CREATE TABLE IF NOT EXISTS reading (
    meter TEXT NOT NULL,
    interval_number INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    message TEXT NOT NULL,
    refusal TEXT,
    PRIMARY KEY (meter, interval_number, revision)
) WITHOUT ROWID
"""
KEPT = "SELECT message FROM reading WHERE meter = ? AND interval_number = ? AND revision = ?"
PUT = "INSERT INTO reading VALUES (?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING"
METERS = "SELECT DISTINCT meter FROM reading WHERE refusal IS NULL ORDER BY meter"
COUNT = "SELECT count(*) FROM reading WHERE refusal IS NULL"
OLDEST = """
SELECT message FROM reading WHERE meter = ? AND refusal IS NULL
ORDER BY interval_number, revision LIMIT ?
"""
ACKNOWLEDGE = "DELETE FROM reading WHERE meter = ? AND interval_number = ? AND revision = ?"
REFUSE = """
UPDATE reading SET refusal = ? WHERE meter = ? AND interval_number = ? AND revision = ?
"""
REFUSED = """
SELECT message, refusal FROM reading WHERE refusal IS NOT NULL
ORDER BY meter, interval_number, revision
"""
RETRY = "UPDATE reading SET refusal = NULL WHERE refusal IS NOT NULL"


@dataclass(frozen=True)
class Refusal:
    """A reading the backend will not take, and its sentence why."""

    message: ReadingMessage
    sentence: str


class Outbox:
    """A durable queue of readings in the SQLite file at ``path``, made if it is not there.

    Every method is one transaction, on disk when it returns, whatever becomes of the process.
    A reading is known by its meter, interval and revision. Raises Invalid for a path that
    cannot hold one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.touch(mode=0o600)  # half-hourly readings are personal
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise Invalid(f"{path} cannot hold the outbox: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def put(self, messages: Sequence[ReadingMessage]) -> int:
        """Keep what is new and say how many that is; the same reading twice is one.

        Raises Conflict, and keeps none of them, for other numbers under the same meter,
        interval and revision while those wait here.
        """
        new = 0
        with self._transaction():
            for message in messages:
                key, text = _key(message), message.model_dump_json()
                if self._database.execute(PUT, (*key, text)).rowcount:
                    new += 1
                elif self._database.execute(KEPT, key).fetchone() != (text,):
                    raise Conflict(
                        f"{message.meter} already waits in {self.path} with other numbers for "
                        f"{message.interval_start.isoformat()}: send that outbox, or remove it"
                    )
        return new

    def meters(self) -> list[str]:
        """The meters that have readings to send."""
        return [meter for (meter,) in self._database.execute(METERS)]

    def pending(self) -> int:
        """How many readings wait to be sent."""
        (count,) = self._database.execute(COUNT).fetchone()
        return int(count)

    def oldest(self, meter: str, limit: int = MAX_READINGS) -> list[ReadingMessage]:
        """The first ``limit`` readings that a meter has to send, in order of time."""
        rows = self._database.execute(OLDEST, (meter, limit))
        return [ReadingMessage.model_validate_json(text) for (text,) in rows]

    def acknowledge(self, messages: Sequence[ReadingMessage]) -> None:
        """Forget readings that the backend has committed."""
        with self._transaction():
            self._database.executemany(ACKNOWLEDGE, [_key(message) for message in messages])

    def refuse(self, message: ReadingMessage, sentence: str) -> None:
        """Set aside a reading that the backend will not take, with its sentence."""
        with self._transaction():
            self._database.execute(REFUSE, (sentence, *_key(message)))

    def refused(self) -> list[Refusal]:
        """What was set aside, by meter and time."""
        rows = self._database.execute(REFUSED)
        return [Refusal(ReadingMessage.model_validate_json(text), why) for text, why in rows]

    def retry_refused(self) -> int:
        """Queue again what was set aside, and say how many: the cause may be mended."""
        with self._transaction():
            return self._database.execute(RETRY).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:  # commits at the end, rolls back if the block raises
            yield


def _key(message: ReadingMessage) -> tuple[str, int, int]:
    return message.meter, Interval(message.interval_start).number, message.revision
