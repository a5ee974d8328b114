"""A streamed answer ends with its reader, and half of one never looks whole."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Generator, MutableMapping
from typing import Any

import pytest

from peergrid.api.streaming import Stream, in_threads
from peergrid.errors import Unavailable


class Parts:
    """Gives parts, and remembers that it was closed."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.count, self.error, self.is_closed = count, error, False

    async def give(self) -> AsyncGenerator[bytes]:
        try:
            for _ in range(self.count):
                yield b"part"
            if self.error:
                raise self.error
        finally:
            self.is_closed = True


def send_all(parts: Parts, delay_s: float = 0.0) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(delay_s)
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def run() -> None:
        await Stream(parts.give(), "text/plain", take_s=0.05)({"type": "http"}, receive, send)

    asyncio.run(run())
    return sent


def test_work_in_a_thread_is_closed_when_it_has_come_to_an_end() -> None:
    told: list[str] = []
    is_begun = threading.Event()

    def slow() -> Generator[bytes]:
        try:
            is_begun.set()
            time.sleep(0.3)
            told.append("done")
            yield b"part"
        finally:
            told.append("closed")

    async def cancel() -> None:
        asking = asyncio.ensure_future(anext(in_threads(slow)))
        await asyncio.to_thread(is_begun.wait)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(cancel())

    assert told == ["done", "closed"]


def test_parts_are_sent_one_by_one_and_then_an_end() -> None:
    sent = send_all(Parts(3))

    assert [message.get("more_body", False) for message in sent] == [False, True, True, True, False]


def test_a_reader_who_takes_nothing_is_left() -> None:
    parts = Parts(1_000)

    sent = send_all(parts, delay_s=1)

    assert [message["type"] for message in sent] == ["http.response.start"]
    assert parts.is_closed


@pytest.mark.parametrize("count", [0, 2])
def test_what_fails_is_never_a_whole_answer(count: int) -> None:
    parts = Parts(count, Unavailable("away"))

    with pytest.raises(Unavailable):
        send_all(parts)

    assert parts.is_closed
