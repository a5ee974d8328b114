"""What a country's meters and open dashboards ask of one backend, each request at its moment."""

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest import as_arrow
from peergrid.energy import Interval
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.meters.readings import start_of

LATER = {429, 503}
WAIT_S = 1.0
PATIENCE_S = 120.0
TIMEOUT_S = 60.0
CONNECTIONS = 2_000  # the others wait at the door
SCREENS = ("me", "wallet", "wallet/statement", "market", "energy/day?meter=", "energy/month?meter=")
EVERY_S = 10.0  # a dashboard asks for a screen so often

type Numbers = NDArray[np.int64]


@dataclass
class Seen:
    """What became of requests: seconds from when each was due, by kind, and what was kept."""

    took_s: dict[str, list[float]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kept: list[Numbers] = field(default_factory=list)  # of (meter, interval, import_wh) each
    news: int = 0


@dataclass(frozen=True)
class Single:
    """A meter that speaks for itself."""

    meter_id: int
    serial: str
    key: str


@dataclass(frozen=True)
class Concentrator:
    """A collector and the meters it sends for."""

    key: str
    meters: Numbers


@dataclass(frozen=True)
class Viewer:
    """A member with the dashboard open; ``token`` gives the access token that is good now."""

    serial: str
    token: Callable[[], str]


def import_wh(meters: Numbers, number: int) -> Numbers:
    """What they are said to draw [Wh], so that what is kept can be told from what is not."""
    return (meters * 7_919 + number * 31) % 1_500


class Traffic:
    """Sends to the backend at ``port``; answers that ask for patience are obeyed."""

    def __init__(self, port: int, seen: Seen) -> None:
        self._port, self._seen = port, seen
        self._door = asyncio.Semaphore(CONNECTIONS)

    async def bulk(self, of: Concentrator, meters: Numbers, number: int) -> None:
        """One half hour of some of its meters, as an Arrow stream."""
        zeros = np.zeros(len(meters), np.int64)
        drawn = import_wh(meters, number)
        body = as_arrow(
            {
                "meter_id": meters,
                "interval_start": np.full(len(meters), number),
                "import_wh": drawn,
                "export_wh": zeros,
                "generation_wh": zeros,
            }
        )
        headers = {"Content-Type": ARROW_STREAM, "Idempotency-Key": f"{meters[0]}-{number}"}
        if await self._answered("bulk", "POST", "readings/bulk", of.key, headers, body):
            self._keep(meters, number, drawn)

    async def single(self, of: Single, number: int) -> None:
        """One half hour of one meter, over a connection of its own."""
        meters = np.array([of.meter_id])
        drawn = import_wh(meters, number)
        reading = {
            "meter": of.serial,
            "interval_start": start_of(number).isoformat(),
            "import_wh": int(drawn[0]),
            "export_wh": 0,
        }
        body = json.dumps({"readings": [reading]}).encode()
        headers = {"Content-Type": "application/json"}
        if await self._answered("single", "POST", "readings", of.key, headers, body):
            self._keep(meters, number, drawn)

    async def view(self, of: Viewer, first: Interval, until: float, place: float) -> None:
        """One screen after the other; ``place`` in [0, 1) spreads the viewers."""
        loop = asyncio.get_running_loop()
        due, turn = loop.time() + place * EVERY_S, 0
        while due < until:
            await asyncio.sleep(due - loop.time())
            screen = SCREENS[turn % len(SCREENS)]
            path = screen.replace("=", f"={of.serial}")
            path += f"&month={first.start.date():%Y-%m}-01" if "month" in screen else ""
            name = screen.partition("?")[0]
            await self._answered(name, "GET", path, of.token(), {}, b"")
            due, turn = due + EVERY_S, turn + 1

    async def listen(self, of: Viewer, until: float) -> None:
        """The live feed, asked for again when it ends."""
        loop = asyncio.get_running_loop()
        while loop.time() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(_head("GET", "live", of.token(), {}, b""))
            try:
                async with asyncio.timeout_at(until):
                    while line := await reader.readline():
                        self._seen.news += line.startswith(b"event: readings")
            except TimeoutError:
                pass
            finally:
                writer.close()

    def _keep(self, meters: Numbers, number: int, drawn: Numbers) -> None:
        self._seen.kept.append(np.stack([meters, np.full(len(meters), number), drawn], 1))

    async def _answered(
        self, kind: str, method: str, path: str, key: str, headers: dict[str, str], body: bytes
    ) -> bool:
        """Whether it was answered with 200 in the end; timed from when it was due."""
        due = time.perf_counter()
        request = _head(method, path, key, headers, body) + body
        while time.perf_counter() - due < PATIENCE_S:
            try:
                async with self._door, asyncio.timeout(TIMEOUT_S):
                    answer = await self._exchange(request)
            except (OSError, TimeoutError):
                self._seen.answers["no answer"] += 1
                await asyncio.sleep(WAIT_S)
                continue
            head, _, _ = answer.partition(b"\r\n\r\n")
            status = int(head[9:12] or 0)
            self._seen.answers[f"{kind} {status}"] += 1
            if status == 200:  # noqa: PLR2004 - OK
                self._seen.took_s.setdefault(kind, []).append(time.perf_counter() - due)
                return True
            if status not in LATER:
                break
            await asyncio.sleep(_retry_after_s(head))
        self._seen.wrong.append(f"{kind}: {answer[:400].decode(errors='replace')}")
        return False

    async def _exchange(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()


def _head(method: str, path: str, key: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [
        f"{method} /api/v1/{path} HTTP/1.1",
        *("Host: localhost", "Connection: close", f"Authorization: Bearer {key}"),
        *(f"{name}: {text}" for name, text in headers.items()),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _retry_after_s(head: bytes) -> float:
    for line in head.split(b"\r\n"):
        name, _, text = line.partition(b":")
        if name.lower() == b"retry-after":
            return float(text)
    return WAIT_S


async def evenly(jobs: Iterator[Callable[[], Awaitable[None]]], per_s: float, until: float) -> None:
    """Begin jobs at a steady rate, whether those before have ended or not."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        begun, count = loop.time(), 0
        while (due := begun + count / per_s) < until:
            await asyncio.sleep(due - loop.time())
            group.create_task(_run(next(jobs)))
            count += 1


async def at_once(jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_run(job))


async def _run(job: Callable[[], Awaitable[None]]) -> None:
    await job()


def percentiles_ms(took_s: Sequence[float]) -> dict[str, float]:
    """How many, the middle, and what 1 in 100 exceeds, by nearest rank [ms]."""
    ordered = sorted(took_s)

    def at(share: float) -> float:
        return round(1e3 * ordered[math.ceil(share * len(ordered)) - 1], 1)

    return {"requests": len(ordered), "p50_ms": at(0.5), "p99_ms": at(0.99)}
