"""An answer that is sent as it comes about, to whoever takes it in time."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TAKE_S = 50.0  # who takes nothing for so long is gone; the database waits for 60


class Stream(Response):
    """Sends ``parts`` one by one; nothing waits in memory for a slow reader.

    What goes wrong before the first part is a problem answer as any other; what fails later cuts
    the connection, so that half an answer never looks like a whole one. A reader that is gone or
    takes nothing for ``take_s`` ends it, and ``parts`` are closed.
    """

    def __init__(
        self,
        parts: AsyncGenerator[bytes],
        media_type: str,
        headers: dict[str, str] | None = None,
        take_s: float = TAKE_S,
    ) -> None:
        super().__init__(headers=headers, media_type=media_type)
        del self.headers["content-length"]
        self.parts, self.take_s = parts, take_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Send all of it, as ASGI wants it."""
        async with aclosing(self.parts) as parts:
            part = await anext(parts, None)
            with suppress(OSError):  # gone, or too slow
                status = {"status": self.status_code, "headers": self.raw_headers}
                await send({"type": "http.response.start", **status})
                while part is not None:
                    async with asyncio.timeout(self.take_s):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                    part = await anext(parts, None)
                await send({"type": "http.response.body", "body": b""})


async def in_threads(make: Callable[[], Generator[bytes]]) -> AsyncGenerator[bytes]:
    """What ``make`` gives, made in threads; it is closed whatever happens.

    A thread cannot be stopped: what it is at is done before it closes.
    """
    parts, turn = make(), threading.Lock()

    def step() -> bytes | None:
        with turn:
            return next(parts, None)

    def close() -> None:
        with turn:
            parts.close()

    try:
        while (part := await run_in_threadpool(step)) is not None:
            yield part
    finally:
        await run_in_threadpool(close)
