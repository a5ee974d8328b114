"""Act as a collector (head-end): send all meters' readings in bulk, until they are acknowledged.

Nothing but a date is kept on disk: what a scenario's homes count can be counted again, and a
request that was sent before is known by its key.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from peergrid.client import Client
from peergrid.energy import INTERVAL, Interval
from peergrid.errors import Invalid, Unavailable
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.simulation.transmit import Patience, Sent
from peergrid.wire import ReadingMessage, RefusedRow

MOST_READINGS = 50_000  # in a request: some 2 MB
ENERGIES = ("import_wh", "export_wh", "generation_wh")


@dataclass(frozen=True)
class Counted:
    """What meters counted in one interval; energies (3, n_meters) [Wh], by ENERGIES."""

    interval: Interval
    meters: tuple[str, ...]
    energies: NDArray[np.int32]


class Collector:
    """Sends the readings of ``name``'s meters with a collector's ``key``, in order of time.

    ``place`` is a file that says until when all is acknowledged: whoever starts again goes on
    from ``sent_until``. ``on_wait`` hears a sentence whenever there is a wait, or a reading is
    refused.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        key: str,
        place: Path,
        *,
        on_wait: Callable[[str], None] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._name = name
        self._key = key
        self._place = place
        self._on_wait = on_wait
        self._patience = patience or Patience()
        self._waiting: list[Counted] = []
        self.refused: list[RefusedRow] = []

    @property
    def sent_until(self) -> datetime | None:
        """The end of the last interval that is acknowledged; None before the first.

        Raises Invalid if the file is damaged.
        """
        if not self._place.exists():
            return None
        try:
            return Interval(datetime.fromisoformat(self._place.read_text().strip())).start
        except ValueError as error:
            raise Invalid(
                f"{self._place} is damaged: delete it, and all is sent again, which changes nothing"
            ) from error

    async def put(self, messages: Sequence[ReadingMessage]) -> int:
        """Keep the readings of one interval for ``flush``, and say how many they are."""
        if messages:
            rows = [[getattr(one, name) for one in messages] for name in ENERGIES]
            meters = tuple(one.meter for one in messages)
            interval = Interval(messages[0].interval_start)
            self._waiting.append(Counted(interval, meters, np.array(rows, np.int32)))
        return len(messages)

    async def flush(self, within_s: float | None = None) -> Sent:
        """Send until nothing waits, or until ``within_s`` seconds are over (None: no end).

        A reading that the backend finds wrong is in ``refused``, and the others are stored.
        Raises what ``Client.send_bulk`` does, but for Unavailable.
        """
        began = self._patience.clock()
        tally: Counter[str] = Counter()
        attempt = 0
        while self._waiting:
            span = self._next()
            try:
                await self._deliver(span, tally)
            except Unavailable as away:
                attempt += 1
                wait_s = self._patience.wait_s(attempt, away.retry_after_s or 0)
                if within_s is not None:
                    left_s = within_s - (self._patience.clock() - began)
                    if left_s <= 0:
                        break
                    wait_s = min(wait_s, left_s)
                self._say(f"{away} Next try in {wait_s:.1f} s.")
                await self._patience.sleep(wait_s)
                continue
            attempt = 0
            del self._waiting[: len(span)]
            self._note(span[-1].interval.end)
        names = ("sent", "stored", "corrected", "unchanged", "refused")
        pending = sum(len(one.meters) for one in self._waiting)
        return Sent(**{name: tally[name] for name in names}, pending=pending)

    def _next(self) -> list[Counted]:
        """As many of the oldest intervals as one request holds, one at least."""
        sizes = np.cumsum([len(one.meters) for one in self._waiting])
        return self._waiting[: max(1, int((sizes <= MOST_READINGS).sum()))]

    async def _deliver(self, span: Sequence[Counted], tally: Counter[str]) -> None:
        """The intervals of a request, or one in several; the same has the same key again."""
        table = _table(span)
        first, last = (f"{one.interval.start:%Y-%m-%dT%H:%MZ}" for one in (span[0], span[-1]))
        for start in range(0, table.num_rows, MOST_READINGS):
            receipt = await self._client.send_bulk(
                self._key,
                f"{self._name} {first} to {last} from {start}",
                _as_stream(table.slice(start, MOST_READINGS)),
                ARROW_STREAM,
                partial=True,
            )
            tally["sent"] += receipt.received - receipt.refused_count
            tally["stored"] += receipt.stored
            tally["corrected"] += receipt.corrected
            tally["unchanged"] += receipt.unchanged
            tally["refused"] += receipt.refused_count
            self.refused += receipt.refused
            for row in receipt.refused:
                self._say(f"refused: {row.reason}")

    def _note(self, until: datetime) -> None:
        unfinished = self._place.with_name(f"{self._place.name}.unfinished")
        unfinished.write_text(until.isoformat() + "\n")
        unfinished.replace(self._place)

    def _say(self, sentence: str) -> None:
        if self._on_wait:
            self._on_wait(sentence)


def _table(span: Sequence[Counted]) -> pa.Table:
    """One row a reading, as a collector sends them."""
    numbers = np.repeat([one.interval.number for one in span], [len(one.meters) for one in span])
    micros = numbers.astype(np.int64) * (INTERVAL.total_seconds() * 1e6)
    serials = pa.array([meter for one in span for meter in one.meters]).dictionary_encode()
    energies = np.concatenate([one.energies for one in span], axis=1)
    return pa.table(
        {
            "serial": serials,
            "interval_start": pa.array(micros.astype(np.int64), pa.timestamp("us", "UTC")),
            **dict(zip(ENERGIES, energies, strict=True)),
        }
    )


def _as_stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
