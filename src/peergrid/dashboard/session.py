"""One browser's sign-in: kept across reloads, shared by its tabs, known to no control."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Protocol

from peergrid import wire
from peergrid.client import Client
from peergrid.errors import PeerGridError, Unavailable, Unknown

RENEW_BEFORE_S = 60  # the access token runs out
TRY_AGAIN_S = 3.0
SLOW_S = 60.0  # how often to ask though nothing was heard: for what no news tell of
REST_S = 0.5  # what comes together is asked for once


class Shelf(Protocol):
    """Where the browser keeps one text; None for nothing."""

    async def read(self) -> str | None: ...

    async def write(self, text: str | None) -> None: ...


class Session:
    """Who is signed in at one page, and the client that asks on their behalf.

    A refresh token is good for one use, and tabs of one browser share the shelf: a session
    renews with the token on the shelf, ahead of time, so that no tab spends another's.
    """

    def __init__(
        self, api_url: str, shelf: Shelf, device: Shelf, headers: Mapping[str, str]
    ) -> None:
        self.client = Client(api_url, on_tokens=self._keep, headers=headers)
        self.typed: dict[
            str, object
        ] = {}  # into forms, by their names: not in anybody else's sight
        self._shelf = shelf
        self._device = device  # stays when the sign-in ends
        self._email = ""
        self._tokens: wire.Tokens | None = None
        self._watched = asyncio.Event()
        self._watched.set()
        self._is_over = False
        self._heard = 0  # news, and times that the feed was cut: each a reason to ask again
        self._feed_is_up = False
        self._hear = asyncio.Event()

    async def sign_in(self, email: str, password: str) -> wire.Me | wire.Challenge:
        """Who it is; or a challenge, to be answered with a code."""
        self._email = email
        self.typed.clear()
        with suppress(Unavailable):  # a stranger's device, then: it only waits longer
            self.client.device_token = self.client.device_token or await self._device.read()
        opened = await self.client.sign_in(email, password)
        return opened if isinstance(opened, wire.Challenge) else await self.client.me()

    async def answer(self, challenge: str, code: str) -> wire.Me:
        await self.client.answer(challenge, code)
        return await self.client.me()

    async def resume(self) -> wire.Me | None:
        """Sign in with what the browser kept; None if it kept nothing that still holds."""
        kept = await self._kept()
        if not kept:
            return None
        self._email = kept["email"]
        try:
            await self.client.renew(kept["refresh_token"])
            return await self.client.me()
        except Unknown:
            await self._shelf.write(None)
            return None

    async def sign_out(self) -> None:
        """Forget the sign-in here in any case, and at the backend if it can be reached."""
        self.typed.clear()
        try:
            await self.client.sign_out()
        except PeerGridError:
            await self._shelf.write(None)
        self._tokens = None

    async def stay_signed_in(self) -> None:
        """Renew ahead of time for as long as somebody is signed in."""
        while self._tokens:
            await asyncio.sleep(max(self._tokens.expires_in_s - RENEW_BEFORE_S, TRY_AGAIN_S))
            if not await self.is_watched():
                return
            try:
                await self._renew()
            except Unavailable:
                continue
            except Unknown:
                return  # whoever asks next is told, and shown the door

    async def hear_news(self) -> None:
        """Listen for news for as long as somebody is signed in and looks."""
        since: int | None = None
        while self._tokens and await self.is_watched():
            try:
                async with aclosing(self.client.live(since)) as feed:
                    async for news in feed:
                        since, self._feed_is_up = news.news_id, True
                        self._ring()
            except Unknown:
                return  # whoever asks next is told, and shown the door
            except PeerGridError:
                await asyncio.sleep(TRY_AGAIN_S)
            finally:
                if self._feed_is_up:
                    self._feed_is_up = False
                    self._ring()

    @property
    def heard(self) -> int:
        """Grows with all that may be a reason to ask again."""
        return self._heard

    async def rest(self, heard: int, poll_s: float) -> None:
        """Wait until there is more than was ``heard``; without a feed, for ``poll_s`` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SLOW_S if self._feed_is_up else poll_s):
                while self._heard == heard:
                    await self._hear.wait()
        await asyncio.sleep(REST_S)

    def _ring(self) -> None:
        self._heard += 1
        self._hear.set()
        self._hear = asyncio.Event()

    async def is_watched(self) -> bool:
        """Wait while the page is away; False once it has gone for good."""
        await self._watched.wait()
        return not self._is_over

    def pause(self) -> None:
        self._watched.clear()

    def go_on(self) -> None:
        self._watched.set()

    async def end(self) -> None:
        self._is_over = True
        self._watched.set()
        await self.client.close()

    async def _renew(self) -> None:
        kept = await self._kept()
        if kept and kept["email"] == self._email:
            await self.client.renew(kept["refresh_token"])
        elif self._tokens:
            await self.client.renew(self._tokens.refresh_token)

    async def _keep(self, tokens: wire.Tokens | None) -> None:
        held, self._tokens = self._tokens, tokens
        if tokens:
            if tokens.device_token:
                await self._device.write(tokens.device_token)
            await self._shelf.write(
                json.dumps({"email": self._email, "refresh_token": tokens.refresh_token})
            )
            return
        kept = await self._kept()
        if held and kept and kept["refresh_token"] == held.refresh_token:
            await self._shelf.write(None)

    async def _kept(self) -> dict[str, str] | None:
        text = await self._shelf.read()
        if not text:
            return None
        try:
            kept = json.loads(text)
        except json.JSONDecodeError:
            return None
        named = isinstance(kept, dict) and {"email", "refresh_token"} <= kept.keys()
        return kept if named else None
