"""Many meters that send one small JSON each, all at once."""

import asyncio
import json
import time
from typing import Any

import psutil

from homes import START
from peergrid.database.pool import Database
from peergrid.meters.readings import start_of
from peergrid.meters.registry import issue_key, meter_by_id

MOST_OPEN = 2_000  # connections; the others wait for one, as at any door
OK = b"HTTP/1.1 200"


def measure_single(
    database: Database, port: int, server: psutil.Process, meter_ids: list[int], number: int
) -> dict[str, Any]:
    """Each meter sends one reading of the interval ``number``, all at the same moment."""
    with database.transaction() as connection:
        requests = [
            _request(meter_by_id(connection, one).serial, issue_key(connection, one, START), number)
            for one in meter_ids
        ]
    used_s = _cpu_s(server)
    begun = time.perf_counter()
    took_s = sorted(asyncio.run(_all(port, requests)))
    whole_s = time.perf_counter() - begun
    return {
        "meters": len(meter_ids),
        "requests_per_s": round(len(meter_ids) / whole_s),
        "server_cpu_ms_a_request": round(1e3 * (_cpu_s(server) - used_s) / len(meter_ids), 2),
        "p50_ms": round(1e3 * took_s[len(took_s) // 2]),
        "p99_ms": round(1e3 * took_s[int(len(took_s) * 0.99)]),
    }


def _cpu_s(server: psutil.Process) -> float:
    used = server.cpu_times()
    return float(used.user + used.system)


def _request(serial: str, key: str, number: int) -> bytes:
    start = start_of(number).isoformat()
    reading = {"meter": serial, "interval_start": start, "import_wh": 400, "export_wh": 0}
    body = json.dumps({"readings": [reading]}).encode()
    head = (
        "POST /api/v1/readings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _all(port: int, requests: list[bytes]) -> list[float]:
    door = asyncio.Semaphore(MOST_OPEN)
    begun = time.perf_counter()

    async def send(request: bytes) -> float:
        async with door:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
        if not answer.startswith(OK):
            raise SystemExit(answer.decode(errors="replace"))
        return time.perf_counter() - begun

    return await asyncio.gather(*(send(request) for request in requests))
