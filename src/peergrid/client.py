"""The typed client of the API: meters, dashboards and outsiders use the same one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
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
    Unavailable,
    Unknown,
)

TIMEOUT_S = 20.0
LAST_PORT = 65_535
ERROR_OF = {401: Unknown, 403: Refused, 404: NotFound, 409: Conflict}
SERVER_ERROR = 500
TRY_LATER = {429, 503}

type TokenListener = Callable[[wire.Tokens | None], Awaitable[None]]


class Client:
    """One member's, or one meter park's, way to the backend at ``base_url``.

    ``on_tokens`` hears of every new pair of tokens, and of None when they have ended, so that
    its owner can keep them. An access token that has run out is renewed once, silently.
    Every method raises the errors of ``peergrid.errors``; ``Unavailable`` may be tried again.
    """

    def __init__(
        self,
        base_url: str,
        tokens: wire.Tokens | None = None,
        on_tokens: TokenListener | None = None,
    ) -> None:
        try:
            address = httpx.URL(f"{base_url.rstrip('/')}/api/v1/")
        except httpx.InvalidURL:
            address = httpx.URL()
        is_http = address.scheme in {"http", "https"} and (address.port or 0) <= LAST_PORT
        if not is_http or not address.host:
            raise Invalid(f"{base_url!r} is no address: write it as http://localhost:8000")
        self._http = httpx.AsyncClient(base_url=address, timeout=TIMEOUT_S)
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

    async def sign_in(self, email: str, password: str) -> wire.Tokens:
        body = {"email": email, "password": password}
        return await self._keep(await self._send("POST", "sign-in", json=body))

    async def renew(self, refresh_token: str) -> wire.Tokens:
        """Trade a refresh token, good for one use, for a new pair."""
        body = {"refresh_token": refresh_token}
        return await self._keep(await self._send("POST", "refresh", json=body))

    async def sign_out(self) -> None:
        if self._tokens:
            body = {"refresh_token": self._tokens.refresh_token}
            await self._send("POST", "sign-out", json=body)
        await self._forget()

    async def me(self) -> wire.Me:
        return await self._get(wire.Me, "me")

    async def energy_day(self, day: date | None = None, meter: str | None = None) -> wire.EnergyDay:
        return await self._get(wire.EnergyDay, "energy/day", day=day, meter=meter)

    async def energy_month(self, month: date, meter: str | None = None) -> wire.EnergyPeriod:
        return await self._get(wire.EnergyPeriod, "energy/month", month=month, meter=meter)

    async def energy_year(self, year: int, meter: str | None = None) -> wire.EnergyPeriod:
        return await self._get(wire.EnergyPeriod, "energy/year", year=year, meter=meter)

    async def wallet(self) -> wire.Wallet:
        return await self._get(wire.Wallet, "wallet")

    async def statement(self, month: date | None = None) -> wire.Statement:
        return await self._get(wire.Statement, "wallet/statement", month=month)

    async def market(self, day: date | None = None) -> wire.Market:
        return await self._get(wire.Market, "market", day=day)

    async def market_indicators(self, month: date) -> wire.MarketIndicators:
        return await self._get(wire.MarketIndicators, "market/indicators", month=month)

    async def overview(self) -> wire.Overview:
        return await self._get(wire.Overview, "operator/overview")

    async def members(self) -> list[wire.MemberRow]:
        return await self._rows(wire.MemberRow, "operator/members")

    async def member(self, member_id: int) -> wire.MemberRow:
        return await self._get(wire.MemberRow, f"operator/members/{member_id}")

    async def meters(self) -> list[wire.MeterRow]:
        return await self._rows(wire.MeterRow, "operator/meters")

    async def tariffs(self) -> list[wire.TariffRow]:
        return await self._rows(wire.TariffRow, "operator/tariffs")

    async def settlement(self) -> wire.SettlementState:
        return await self._get(wire.SettlementState, "operator/settlement")

    async def outages(self) -> list[wire.Outage]:
        return await self._rows(wire.Outage, "operator/outages")

    async def report_outage(self, report: wire.OutageReport) -> list[wire.Outage]:
        """Say when the feeder was off; all outages, newest first."""
        body = report.model_dump(mode="json")
        answer = await self._ask("operator/outages", {}, method="POST", json=body)
        return _read(list[wire.Outage], answer)

    async def send_readings(
        self, key: str, readings: Sequence[wire.ReadingMessage]
    ) -> wire.Receipt:
        """Send one meter's readings with its key; committed when this returns."""
        batch = wire.Batch(readings=list(readings))
        answer = await self._send(
            "POST", "readings", json=batch.model_dump(mode="json"), bearer=key
        )
        return _read(wire.Receipt, answer)

    async def _get[M: BaseModel](self, kind: type[M], path: str, **query: Any) -> M:
        return _read(kind, await self._ask(path, query))

    async def _rows[M: BaseModel](self, kind: type[M], path: str) -> list[M]:
        return _read(list[kind], await self._ask(path, {}))  # type: ignore[valid-type]

    async def _ask(
        self, path: str, query: Mapping[str, Any], method: str = "GET", **request: Any
    ) -> httpx.Response:
        request["params"] = {name: str(value) for name, value in query.items() if value is not None}
        tokens = self._tokens
        if not tokens:
            raise Unknown("Sign in first.")
        try:
            return await self._send(method, path, bearer=tokens.access_token, **request)
        except Unknown:
            tokens = await self._renewed(tokens)
        return await self._send(method, path, bearer=tokens.access_token, **request)

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
        tokens = _read(wire.Tokens, answer)
        self._tokens = tokens
        if self._on_tokens:
            await self._on_tokens(tokens)
        return tokens

    async def _forget(self) -> None:
        self._tokens = None
        if self._on_tokens:
            await self._on_tokens(None)

    async def _send(
        self, method: str, path: str, *, bearer: str | None = None, **request: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            answer = await self._http.request(method, path, headers=headers, **request)
        except httpx.TransportError as error:
            raise Unavailable(
                f"PeerGrid does not answer at {self._http.base_url.host}: {type(error).__name__}"
            ) from error
        if answer.is_error:
            raise _error_of(answer)
        return answer


def _read[T](kind: type[T], answer: httpx.Response) -> T:
    try:
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError as error:
        raise Unavailable("Something else answers there, not this version of PeerGrid.") from error


def _error_of(answer: httpx.Response) -> PeerGridError:
    try:
        said = wire.Problem.model_validate_json(answer.content).detail
    except ValidationError:
        said = f"The server answered {answer.status_code} {answer.reason_phrase}."
    if answer.status_code in TRY_LATER or answer.status_code >= SERVER_ERROR:
        return Unavailable(said)
    return ERROR_OF.get(answer.status_code, Invalid)(said)
