"""An answer that is sent as it comes about, to whoever takes it in time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

TAKE_S = 60.0  # who takes nothing for so long is gone


class Stream(Response):
    """Sends ``parts`` one by one; nothing waits in memory for a slow reader.

    A reader that is gone or takes nothing for ``take_s`` ends it, and ``parts`` are closed. What
    fails midway cuts the connection: half an answer never looks like a whole one.
    """

    def __init__(
        self,
        parts: AsyncGenerator[bytes],
        media_type: str,
        headers: dict[str, str] | None = None,
        take_s: float = TAKE_S,
    ) -> None:
        self.parts, self.take_s = parts, take_s
        self.status_code, self.media_type = 200, media_type
        self.background = None
        self.body = b""
        self.init_headers({"Content-Type": media_type, **(headers or {})})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Send all of it, as ASGI wants it."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(self.take_s):
                await send(message)

        start: Message = {"type": "http.response.start", "status": self.status_code}
        with suppress(OSError):  # gone, or too slow
            async with aclosing(self.parts) as parts:
                await in_time(start | {"headers": self.raw_headers})
                async for part in parts:
                    await in_time({"type": "http.response.body", "body": part, "more_body": True})
                await in_time({"type": "http.response.body", "body": b""})
