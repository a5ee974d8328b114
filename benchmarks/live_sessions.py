"""Many members with their dashboards open, changing screens: how long they wait, what it takes.

    uv run python benchmarks/live_sessions.py             # 500 sessions; --sessions N, --json

Each session is a socket that speaks Flet's protocol as its client does: it registers, hands over
the sign-in that a browser would have kept, follows the news, and changes screens. The sessions are
two members' of the street of `peergrid demo`, whose one process has backend and dashboards.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgpack
import psutil
from flet.controls.services.semantics_service import AccessibilityFeatures
from websockets.asyncio.client import ClientConnection, connect

from demo import STILL, demo
from peergrid.client import Client

REGISTER, PATCH, EVENT, PROPERTIES, CALL = 1, 2, 3, 4, 5  # Flet's messages by number
PAGE = 1  # the page's own control
PHONE = {
    "route": "/",
    "web": True,
    "wasm": True,
    "width": 390.0,
    "height": 844.0,
    "platform": "android",
    "platform_brightness": "light",
}
SIGN_IN = "peergrid.sign_in"
NOTHING_ASKED = dict.fromkeys((one.name for one in fields(AccessibilityFeatures)), False)
ROOMS = 3
PATCHES_OF_A_CHANGE = 2  # the empty screen, then what is on it
PATIENCE_S = 120.0
OPENING_AT_ONCE = 8
PAUSE_S = 30.0  # on the mean, from change to change
BIT_OF_BAR = "NavigationBar"


@dataclass
class Session:
    """One open dashboard, seen from the browser's end."""

    socket: ClientConnection
    kept: str
    bar: int | None = None
    patches: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """Answer the server for as long as the socket is open."""
        await self.say(REGISTER, {"session_id": None, "page_name": "", "page": PHONE})
        async for packet in self.socket:
            action, body = msgpack.unpackb(packet[1:], strict_map_key=False)
            if action == PATCH:
                bars = (it["_i"] for it in controls_in(body) if it.get("_c") == BIT_OF_BAR)
                self.bar = next(bars, self.bar)
                self.patches += 1
                self.moved.set()
            elif action == CALL:
                await self._answer(body)

    async def change(self, room: int) -> float:
        """Press a room on the bar, and wait until it is filled [s]."""
        begun, until = time.monotonic(), self.patches + PATCHES_OF_A_CHANGE
        await self.say(PROPERTIES, {"id": self.bar, "props": {"selected_index": room}})
        await self.say(EVENT, {"target": self.bar, "name": "change", "data": room})
        await self.has_patches(until)
        return time.monotonic() - begun

    async def has_patches(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.patches < count:
                self.moved.clear()
                await self.moved.wait()

    async def say(self, action: int, body: dict[str, Any]) -> None:
        await self.socket.send(b"\x00" + msgpack.packb([action, body]))

    async def _answer(self, call: dict[str, Any]) -> None:
        asked = call.get("args") or {}
        result: object = None
        if call["name"] == "get" and asked["key"] == SIGN_IN:
            result = self.kept
        elif call["name"] == "set" and asked["key"] == SIGN_IN:
            self.kept, result = asked["value"], True
        elif call["name"] == "get_accessibility_features":
            result = NOTHING_ASKED
        elif call["name"] == "push_route":
            await self.say(PROPERTIES, {"id": PAGE, "props": asked})
            await self.say(EVENT, {"target": PAGE, "name": "route_change", "data": asked})
        about = {key: call[key] for key in ("control_id", "call_id")}
        await self.say(CALL, about | {"result": result, "error": None})


def controls_in(body: Any) -> Iterator[dict[str, Any]]:
    """Every control that a message describes."""
    if isinstance(body, dict):
        yield body
        body = list(body.values())
    if isinstance(body, list):
        for part in body:
            yield from controls_in(part)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sessions", type=int, default=500)
    arguments.add_argument("--minutes", type=float, default=2.0)
    arguments.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    asked = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder), STILL) as (port, sign_ins, process),
    ):
        server = psutil.Process(process)
        result = asyncio.run(measured(port, sign_ins, server, asked.sessions, asked.minutes * 60))
    print(json.dumps(result) if asked.json else table(result))


async def measured(
    port: int,
    sign_ins: dict[str, tuple[str, str]],
    server: psutil.Process,
    count: int,
    lasting_s: float,
) -> dict[str, Any]:
    members = [sign_ins["producer"], sign_ins["consumer"]]
    kept = [await signed_in(port, *members[number % 2]) for number in range(count)]
    before = server.memory_info().rss
    turns = asyncio.Semaphore(OPENING_AT_ONCE)

    async def arrive(text: str) -> Session:
        async with turns:
            address = f"ws://127.0.0.1:{port}/ws"
            session = Session(await connect(address, max_size=None, proxy=None), text)
            following.append(asyncio.create_task(session.follow()))
            async with asyncio.timeout(PATIENCE_S):
                while session.bar is None:
                    session.moved.clear()
                    await session.moved.wait()
            return session

    following: list[asyncio.Task[None]] = []
    begun = time.monotonic()
    sessions = await asyncio.gather(*map(arrive, kept))
    opened_s = time.monotonic() - begun
    await asyncio.sleep(10)  # what they were shown first is there
    after, cpu = server.memory_info().rss, cpu_s(server)
    dice = random.Random(1)  # noqa: S311 - dice, not a secret
    until = time.monotonic() + lasting_s
    waits = await asyncio.gather(*(use(it, random.Random(dice.random()), until) for it in sessions))  # noqa: S311
    taken = [wait for one in waits for wait in one]
    used = cpu_s(server) - cpu
    for task in following:
        task.cancel()
    await asyncio.gather(*(it.socket.close() for it in sessions), return_exceptions=True)
    cuts = statistics.quantiles(taken, n=100)
    return {
        "sessions": count,
        "open_at_the_end": sum(not task.done() or task.cancelled() for task in following),
        "opened_per_s": round(count / opened_s, 1),
        "screen_changes": len(taken),
        "screen_changes_per_s": round(len(taken) / lasting_s, 1),
        "screen_change_p50_s": round(cuts[49], 3),
        "screen_change_p95_s": round(cuts[94], 3),
        "screen_change_p99_s": round(cuts[98], 3),
        "cpu_ms_a_change": round(1000 * used / len(taken), 1),
        "memory_kib_a_session": round((after - before) / count / 1024),
    }


async def signed_in(port: int, email: str, password: str) -> str:
    """What a browser would keep of a sign-in."""
    tokens = []

    async def keep(given: Any) -> None:
        tokens.append(given)

    async with Client(f"http://127.0.0.1:{port}", None, keep) as client:
        await client.sign_in(email, password)
    return json.dumps({"email": email, "refresh_token": tokens[-1].refresh_token})


async def use(session: Session, dice: random.Random, until: float) -> list[float]:
    """What each change of screen took [s]; between them one looks."""
    waits, room = [], 0
    while (pause_s := dice.expovariate(1 / PAUSE_S)) + time.monotonic() < until:
        await asyncio.sleep(pause_s)
        room = (room + dice.randrange(1, ROOMS)) % ROOMS
        waits.append(await session.change(room))
    return waits


def cpu_s(server: psutil.Process) -> float:
    """Of the process that has backend and dashboards; the database has its own."""
    times = server.cpu_times()
    return float(times.user + times.system)


def table(result: dict[str, Any]) -> str:
    return "\n".join(f"{name.replace('_', ' '):<28}{value:>10,}" for name, value in result.items())


if __name__ == "__main__":
    main()
