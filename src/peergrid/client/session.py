"""Signing in, staying signed in, and what goes over the wire."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from peergrid import wire
from peergrid.errors import (
    Conflict,
    Invalid,
    NotFound,
    PeerGridError,
    Refused,
    Throttled,
    Unavailable,
    Unknown,
)

TIMEOUT_S = 20.0
LAST_PORT = 65_535
UNKNOWN = 401
ERROR_OF = {UNKNOWN: Unknown, 403: Refused, 404: NotFound, 409: Conflict}
SERVER_ERROR = 500
TOO_MANY = 429
TRY_LATER = {503}
DEFAULT_WAIT_S = 1


@cache
def authorities() -> ssl.SSLContext:
    """Whom all clients of a process trust; reading them takes each some 30 ms and 0.5 MB."""
    return httpx.create_ssl_context()


type TokenListener = Callable[[wire.Tokens | None], Awaitable[None]]


class Session:
    """Signed in at the backend at ``base_url``, or about to be.

    ``on_tokens`` hears of every new pair of tokens, and of None when they have ended, so that
    its owner can keep them. An access token that has run out is renewed once, silently.
    ``device_token`` is what an earlier sign-in from here was given: it keeps strangers' guesses
    from slowing this one. ``headers`` go with every request.
    Every method raises the errors of ``peergrid.errors``; ``Unavailable`` may be tried again.
    """

    def __init__(
        self,
        base_url: str,
        tokens: wire.Tokens | None = None,
        on_tokens: TokenListener | None = None,
        device_token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        try:
            address = httpx.URL(f"{base_url.rstrip('/')}/api/v1/")
        except httpx.InvalidURL:
            address = httpx.URL()
        is_http = address.scheme in {"http", "https"} and (address.port or 0) <= LAST_PORT
        if not is_http or not address.host:
            raise Invalid(f"{base_url!r} is no address: write it as http://localhost:8000")
        self._http = httpx.AsyncClient(
            base_url=address, timeout=TIMEOUT_S, headers=headers, verify=authorities()
        )
        self.device_token = device_token
        self._tokens = tokens
        self._on_tokens = on_tokens
        self._renewal = asyncio.Lock()  # a refresh token used twice would look stolen

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_in(self, email: str, password: str) -> wire.Tokens | wire.Challenge:
        """Tokens; or a challenge, to be answered with a code, after enrolling if need be."""
        body = {"email": email, "password": password, "device_token": self.device_token}
        answer = await self._send("POST", "sign-in", json=body)
        opened = read(wire.Tokens | wire.Challenge, answer)  # type: ignore[arg-type]
        return opened if isinstance(opened, wire.Challenge) else await self._keep(answer)

    async def enrol(self, challenge: str) -> wire.Enrolment:
        """A secret for an authenticator, shown once; answering with a code makes it count."""
        body = {"challenge": challenge}
        return read(wire.Enrolment, await self._send("POST", "sign-in/enrol", json=body))

    async def answer(self, challenge: str, code: str) -> wire.Tokens:
        """Sign in with a code of the authenticator, or a recovery code."""
        body = {"challenge": challenge, "code": code, "device_token": self.device_token}
        return await self._keep(await self._send("POST", "sign-in/second-factor", json=body))

    async def accept_invitation(self, token: str, password: str) -> None:
        """Choose a password, once; then sign in from here, which is a known device now."""
        await self._choose("sign-in/accept", token, password)

    async def ask_for_reset(self, email: str) -> None:
        """Have a link sent, if the address is a member's; nobody is told whether it is."""
        await self._send("POST", "sign-in/reset-request", json={"email": email})

    async def reset_password(self, token: str, password: str) -> None:
        """As ``accept_invitation``; every sign-in before it ends."""
        await self._choose("sign-in/reset", token, password)

    async def _choose(self, path: str, token: str, password: str) -> None:
        body = {"token": token, "password": password}
        known = read(wire.KnownDevice, await self._send("POST", path, json=body))
        self.device_token = known.device_token

    async def start_at_issuer(self) -> wire.IssuerStart:
        return read(wire.IssuerStart, await self._send("POST", "sign-in/issuer/start"))

    async def finish_at_issuer(self, flow: str, code: str, state: str) -> wire.Tokens:
        body = wire.IssuerReturn(
            flow=flow, code=code, state=state, device_token=self.device_token
        ).model_dump(mode="json")
        return await self._keep(await self._send("POST", "sign-in/issuer/finish", json=body))

    async def renew(self, refresh_token: str) -> wire.Tokens:
        """Trade a refresh token, good for one use, for a new pair."""
        body = {"refresh_token": refresh_token}
        return await self._keep(await self._send("POST", "refresh", json=body))

    async def sign_out(self) -> None:
        if self._tokens:
            body = {"refresh_token": self._tokens.refresh_token}
            await self._send("POST", "sign-out", json=body)
        await self._forget()

    async def _get[M: BaseModel](self, kind: type[M], path: str, **query: Any) -> M:
        return read(kind, await self._ask(path, query))

    async def _rows[M: BaseModel](self, kind: type[M], path: str, **query: Any) -> list[M]:
        return read(list[kind], await self._ask(path, query))  # type: ignore[valid-type]

    async def _ask(self, path: str, query: Mapping[str, Any]) -> httpx.Response:
        given = {name: str(value) for name, value in query.items() if value is not None}
        return await self._send_signed_in("GET", path, params=given)

    async def _post(self, path: str, body: BaseModel | None = None) -> httpx.Response:
        sent = {"json": body.model_dump(mode="json")} if body else {}
        return await self._send_signed_in("POST", path, **sent)

    async def _send_signed_in(self, method: str, path: str, **request: Any) -> httpx.Response:
        tokens = self._tokens
        if not tokens:
            raise Unknown("Sign in first.")
        try:
            return await self._send(method, path, bearer=tokens.access_token, **request)
        except Unknown:
            tokens = await self._renewed(tokens)
        return await self._send(method, path, bearer=tokens.access_token, **request)

    @asynccontextmanager
    async def _streamed(
        self, path: str, query: Mapping[str, Any], silence_s: float
    ) -> AsyncIterator[httpx.Response]:
        """An answer to be read as it comes; after ``silence_s`` without a byte it is given up."""
        tokens = self._tokens
        if not tokens:
            raise Unknown("Sign in first.")
        given = {name: str(value) for name, value in query.items() if value is not None}
        timeout = httpx.Timeout(TIMEOUT_S, read=silence_s)
        for _ in range(2):
            headers = {"Authorization": f"Bearer {tokens.access_token}"}
            try:
                async with self._http.stream(
                    "GET", path, params=given, headers=headers, timeout=timeout
                ) as answer:
                    if not answer.is_error:
                        yield answer
                        return
                    await answer.aread()
            except httpx.TransportError as error:
                raise self._no_answer(error) from error
            if answer.status_code != UNKNOWN:
                break
            tokens = await self._renewed(tokens)
        raise _error_of(answer)

    async def _renewed(self, ended: wire.Tokens) -> wire.Tokens:
        async with self._renewal:
            if self._tokens and self._tokens != ended:
                return self._tokens
            try:
                return await self.renew(ended.refresh_token)
            except Unknown:
                await self._forget()
                raise

    async def _keep(self, answer: httpx.Response) -> wire.Tokens:
        tokens = read(wire.Tokens, answer)
        self._tokens = tokens
        self.device_token = tokens.device_token or self.device_token
        if self._on_tokens:
            await self._on_tokens(tokens)
        return tokens

    async def _forget(self) -> None:
        self._tokens = None
        if self._on_tokens:
            await self._on_tokens(None)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        bearer: str | None = None,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        sent = {**(headers or {}), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        try:
            answer = await self._http.request(method, path, headers=sent, **request)
        except httpx.TransportError as error:
            raise self._no_answer(error) from error
        if answer.is_error:
            raise _error_of(answer)
        return answer

    def _no_answer(self, error: httpx.TransportError) -> Unavailable:
        host = self._http.base_url.host
        return Unavailable(f"PeerGrid does not answer at {host}: {type(error).__name__}")


def read[T](kind: type[T], answer: httpx.Response) -> T:
    """What an answer says. Raises Unavailable if it is none of this version's."""
    try:
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError as error:
        raise Unavailable("Something else answers there, not this version of PeerGrid.") from error


def _error_of(answer: httpx.Response) -> PeerGridError:
    try:
        said = wire.Problem.model_validate_json(answer.content).detail
    except ValidationError:
        said = f"The server answered {answer.status_code} {answer.reason_phrase}."
    if answer.status_code == TOO_MANY:
        return Throttled(_wait_of(answer))
    if answer.status_code in TRY_LATER or answer.status_code >= SERVER_ERROR:
        away = Unavailable(said)
        if "Retry-After" in answer.headers:
            away.retry_after_s = _wait_of(answer)
        return away
    return ERROR_OF.get(answer.status_code, Invalid)(said)


def _wait_of(answer: httpx.Response) -> int:
    """How long to wait [s]; one second, if the server does not say."""
    said = answer.headers.get("Retry-After", "")
    return int(said) if said.isdecimal() else DEFAULT_WAIT_S
