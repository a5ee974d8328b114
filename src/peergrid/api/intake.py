"""What every request passes on its way in: limits of headers, time and bytes, and decompression.

Within it, Starlette counts what comes out against each route's ``max_body_size``, so that a
body may be no larger for being compressed, and a bomb is refused at the limit.
"""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from peergrid.api.encoding import CODINGS, Decoder, decoder_of
from peergrid.api.problems import answer
from peergrid.errors import Invalid

MAX_HEADER_BYTES = 32_768
BODY_TIMEOUT_S = 60.0  # for all of a body, however slowly it drips
MOST_UNDER_WAY = 4_000  # requests at the same time in one process
REPLACED = (b"content-encoding", b"content-length")  # untrue once a body is decompressed
TOO_LARGE = "This is more than is taken at once: send it in smaller batches."


class Intake:
    """Refuses what is too much, as a problem, and hands bodies on decompressed."""

    def __init__(
        self,
        app: ASGIApp,
        body_timeout_s: float = BODY_TIMEOUT_S,
        most_under_way: int = MOST_UNDER_WAY,
    ) -> None:
        self._app = app
        self._body_timeout_s = body_timeout_s
        self._most_under_way = most_under_way
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await answer(*refusal)(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._pass(scope, receive, send)
        finally:
            self._under_way -= 1

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            most = f"The headers are larger than {MAX_HEADER_BYTES:,} bytes."
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, most
        if self._under_way >= self._most_under_way:
            return HTTPStatus.SERVICE_UNAVAILABLE, "Too many ask at once; try again."
        coding = _coding_of(scope)
        if coding and coding not in CODINGS:
            known = f"Content-Encoding may be {' or '.join(CODINGS)}, or left out."
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, known
        return None

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        coding = _coding_of(scope)
        timed = _Timed(receive, self._body_timeout_s)
        given: Receive = timed.receive
        if coding:
            kept = [pair for pair in scope["headers"] if pair[0] not in REPLACED]
            scope = {**scope, "headers": kept}
            pieces = _pieces(timed.receive, decoder_of(coding))
            given = pieces.__anext__
        await self._app(scope, given, _as_problem(scope, receive, send))


class _Timed:
    """A body that must have come before a deadline; what follows it may take its time."""

    def __init__(self, receive: Receive, timeout_s: float) -> None:
        self._receive = receive
        self._timeout_s = timeout_s
        self._deadline: float | None = None
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + self._timeout_s
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The body took longer than {self._timeout_s:.0f} s: send smaller batches.",
            ) from None
        self._is_whole = not message.get("more_body", False)
        return message


async def _pieces(receive: Receive, decoder: Decoder) -> AsyncIterator[Message]:
    """The messages of a compressed body, decompressed; then whatever else comes."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        try:
            for piece in decoder.feed(message.get("body", b"")):
                yield {"type": "http.request", "body": piece, "more_body": True}
        except Invalid as error:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        if not message.get("more_body", False):
            if not decoder.is_whole:
                short = "The compressed body breaks off before its end: send all of it."
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, short)
            message = {"type": "http.request", "body": b"", "more_body": False}
            break
    yield message
    while True:
        yield await receive()


def _coding_of(scope: Scope) -> str:
    """How the body is said to be compressed; empty if it is not."""
    said = [value for name, value in scope["headers"] if name == b"content-encoding"]
    coding = b", ".join(said).decode("latin-1").strip().lower()
    return "" if coding == "identity" else coding


def _as_problem(scope: Scope, receive: Receive, send: Send) -> Send:
    """Starlette says in plain text that a body is too large: say it as all else is said."""
    is_replaced = False

    async def sent(message: Message) -> None:
        nonlocal is_replaced
        if message.get("status") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            is_replaced = True
            await answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)(scope, receive, send)
        elif not is_replaced:
            await send(message)

    return sent
