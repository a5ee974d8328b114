"""Act as the meters: keep every reading, send it, and send again until it is acknowledged."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from peergrid.client import Client
from peergrid.energy import Reading
from peergrid.errors import (
    Conflict,
    Invalid,
    NotFound,
    PeerGridError,
    Refused,
    Unavailable,
    Unknown,
)
from peergrid.simulation.households import Household
from peergrid.simulation.outbox import Outbox
from peergrid.wire import ReadingMessage

AT_ONCE = 8  # meters that send at the same time
MOST_TOLD_S = 3_600  # no backend makes a meter wait longer


@dataclass(frozen=True)
class Patience:
    """How long to wait for a backend that is away: twice as long each time, with jitter.

    Half of each wait is sure and half is left to the dice, so that many senders do not come
    back all at once ("equal jitter": M. Brooker, AWS Architecture Blog, 4 March 2015).
    """

    first_s: float = 0.5
    most_s: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    dice: random.Random = field(default_factory=random.Random)

    def wait_s(self, attempt: int, told_s: float = 0) -> float:
        """Seconds to wait after the ``attempt``-th failure (1, 2, ...) in a row.

        Never less than ``told_s``, which the backend asked for, and jitter on top of that.
        """
        doublings = min(attempt - 1, 64)
        own_s = min(self.first_s * 2.0**doublings, self.most_s) * self.dice.uniform(0.5, 1)
        return max(own_s, min(told_s, MOST_TOLD_S) * self.dice.uniform(1, 1.5))


@dataclass(frozen=True)
class Sent:
    """What became of a flush, in readings: ``pending`` still wait, ``refused`` are set aside.

    Of those sent, the backend ``stored`` some, took some as ``corrected`` and knew some.
    """

    sent: int
    stored: int
    corrected: int
    unchanged: int
    refused: int
    pending: int


@dataclass
class _Round:
    """What happened while every waiting meter had its turn."""

    away: Unavailable | None = None
    stopped: dict[str, PeerGridError] = field(default_factory=dict)


class Transmitter:
    """Sends the readings of meters with their ``keys`` (by serial) through an outbox.

    Nothing is lost while the backend is away, and sending twice changes nothing there, so a
    reading counts once. ``on_wait`` hears a sentence whenever there is a wait.
    """

    def __init__(
        self,
        client: Client,
        keys: Mapping[str, str],
        outbox: Outbox,
        *,
        on_wait: Callable[[str], None] | None = None,
        patience: Patience | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._client = client
        self._keys = keys
        self._outbox = outbox
        self._on_wait = on_wait
        self._patience = patience or Patience()
        self._turns = asyncio.Semaphore(at_once)

    async def put(self, messages: Sequence[ReadingMessage]) -> int:
        """Keep readings on disk and say how many are new; ``flush`` sends them.

        Raises Invalid for a meter without a key, Conflict for other numbers than those kept.
        """
        for message in messages:
            if message.meter not in self._keys:
                raise Invalid(f"{message.meter} has no key: register the meter and give its key")
        return self._outbox.put(messages)

    async def flush(self, within_s: float | None = None) -> Sent:
        """Send until nothing waits, or until ``within_s`` seconds are over (None: no end).

        A reading that the backend finds wrong is set aside with its sentence. Raises Unknown,
        Refused or NotFound, once all other meters have sent, if meters were turned away: their
        readings are kept.
        """
        began = self._patience.clock()
        tally: Counter[str] = Counter()
        stopped: dict[str, PeerGridError] = {}
        attempt, sent_before = 0, 0
        while waiting := self._waiting(stopped):
            this_round = await self._round(waiting, tally)
            stopped |= this_round.stopped
            if this_round.away is None:
                continue
            attempt = 1 if tally["sent"] > sent_before else attempt + 1
            sent_before = tally["sent"]
            told_s = this_round.away.retry_after_s or 0
            wait_s = self._patience.wait_s(attempt, told_s)
            if within_s is not None:
                left_s = within_s - (self._patience.clock() - began)
                if left_s <= 0:
                    break
                wait_s = min(wait_s, left_s)
            self._say(this_round.away, wait_s)
            await self._patience.sleep(wait_s)
        if stopped:
            raise self._turned_away(stopped)
        names = ("sent", "stored", "corrected", "unchanged", "refused")
        return Sent(**{name: tally[name] for name in names}, pending=self._outbox.pending())

    def _waiting(self, stopped: Mapping[str, PeerGridError]) -> list[str]:
        return [
            meter for meter in self._outbox.meters() if meter in self._keys and meter not in stopped
        ]

    async def _round(self, meters: Sequence[str], tally: Counter[str]) -> _Round:
        """Let every meter send all it has, a few at a time, until one finds nobody there."""
        this_round = _Round()
        async with asyncio.TaskGroup() as group:
            for meter in meters:
                group.create_task(self._send_all(meter, this_round, tally))
        return this_round

    async def _send_all(self, meter: str, this_round: _Round, tally: Counter[str]) -> None:
        async with self._turns:
            while this_round.away is None and (batch := self._outbox.oldest(meter)):
                try:
                    await self._deliver(meter, batch, tally)
                except Unavailable as error:
                    this_round.away = error
                except (Unknown, Refused, NotFound) as error:
                    this_round.stopped[meter] = error
                    return

    async def _deliver(
        self, meter: str, batch: Sequence[ReadingMessage], tally: Counter[str]
    ) -> None:
        """Send a batch; if something in it is wrong, find it by halves and set it aside."""
        try:
            receipt = await self._client.send_readings(self._keys[meter], batch)
        except (Conflict, Invalid) as error:
            if len(batch) == 1:
                self._outbox.refuse(batch[0], str(error))
                tally["refused"] += 1
                return
            middle = len(batch) // 2
            await self._deliver(meter, batch[:middle], tally)
            await self._deliver(meter, batch[middle:], tally)
            return
        self._outbox.acknowledge(batch)
        tally["sent"] += len(batch)
        tally["stored"] += receipt.stored
        tally["corrected"] += receipt.corrected
        tally["unchanged"] += receipt.unchanged

    def _say(self, away: Unavailable, wait_s: float) -> None:
        if self._on_wait:
            kept = self._outbox.pending()
            self._on_wait(f"{away} {kept:,} readings are kept; next try in {wait_s:.1f} s.")

    def _turned_away(self, stopped: Mapping[str, PeerGridError]) -> PeerGridError:
        meter = min(stopped)
        error = stopped[meter]
        others = len(stopped) - 1
        who = f"{meter} and {others:,} more were" if others else f"{meter} was"
        return type(error)(
            f"{who} turned away: {error} Check the meter's key and the address; "
            f"{self._outbox.pending():,} readings are kept in {self._outbox.path}."
        )


def messages_of(
    readings: Sequence[Reading], households: Sequence[Household]
) -> list[ReadingMessage]:
    """A model's readings as its households' meters send them."""
    serials = {household.number: household.serial for household in households}
    return [
        ReadingMessage(
            meter=serials[reading.meter_id],
            interval_start=reading.interval.start,
            import_wh=reading.import_wh,
            export_wh=reading.export_wh,
            generation_wh=reading.generation_wh,
        )
        for reading in readings
    ]
