"""A collector waits as long as it is told, sends the same again, and never forgets a reading."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pytest

from peergrid.client import Client
from peergrid.energy import Interval
from peergrid.errors import Invalid
from peergrid.simulation import collect
from peergrid.simulation.collect import Collector
from peergrid.simulation.transmit import Patience
from peergrid.wire import BulkReceipt, ReadingMessage, RefusedRow

FIRST = Interval(datetime(2026, 9, 1, tzinfo=UTC))


class Platform(BaseHTTPRequestHandler):
    """Busy twice, loses its third answer, then keeps what it gets but a reading of 13 Wh."""

    asked: list[tuple[str, int]]
    stored: dict[str, list[int]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        drawn = pa.ipc.open_stream(body).read_all().column("import_wh").to_pylist()
        key = self.headers["Idempotency-Key"]
        self.asked.append((key, len(drawn)))
        turn = len(self.asked)
        if turn <= 2:
            self.send_response(503)
            self.send_header("Retry-After", "7")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.stored[key] = drawn
        if turn == 3:
            self.close_connection = True
            return
        bad = [RefusedRow(row=row, reason="13") for row, wh in enumerate(drawn, 1) if wh == 13]
        receipt = BulkReceipt(
            received=len(drawn),
            stored=len(drawn) - len(bad),
            corrected=0,
            unchanged=0,
            refused_count=len(bad),
            refused=bad,
            is_replay=False,
        )
        said = receipt.model_dump_json().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def platform() -> Iterator[tuple[str, type[Platform]]]:
    kind = type("Now", (Platform,), {"asked": [], "stored": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", kind
        server.shutdown()


def half_hour(number: int, *drawn_wh: int) -> list[ReadingMessage]:
    start = FIRST.later(number).start
    return [
        ReadingMessage(meter=f"m{place}", interval_start=start, import_wh=wh, export_wh=0)
        for place, wh in enumerate(drawn_wh)
    ]


def test_it_waits_as_told_sends_the_same_again_and_sets_bad_readings_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "MOST_READINGS", 4)
    place = tmp_path / "sent"
    waits: list[float] = []
    heard: list[str] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def scene(url: str) -> Collector:
        async with Client(url) as client:
            patience = Patience(sleep=sleep)
            collector = Collector(
                client, "street", "ck_x", place, on_wait=heard.append, patience=patience
            )
            assert collector.sent_until is None
            for number, drawn in enumerate([(1, 2), (3, 13), (5, 6), (1, 2, 3, 4, 5)]):
                await collector.put(half_hour(number, *drawn))
            sent = await collector.flush()
            assert (sent.sent, sent.stored, sent.refused, sent.pending) == (10, 10, 1, 0)
        return collector

    with platform() as (url, seen):
        collector = asyncio.run(scene(url))

    day = "street 2026-09-01T"
    first = f"{day}00:00Z to 2026-09-01T00:30Z from 0"
    assert seen.asked[:4] == [(first, 4)] * 4
    assert [key for key, _ in seen.asked[4:]] == [
        f"{day}01:00Z to 2026-09-01T01:00Z from 0",
        f"{day}01:30Z to 2026-09-01T01:30Z from 0",
        f"{day}01:30Z to 2026-09-01T01:30Z from 4",
    ]
    assert [row.row for row in collector.refused] == [4]
    assert all(wait >= 7 for wait in waits[:2])
    assert len(waits) == 3
    assert "refused: 13" in heard
    assert collector.sent_until == FIRST.later(4).start


def test_a_damaged_place_is_told(tmp_path: Path) -> None:
    place = tmp_path / "sent"
    place.write_text("yesterday\n")
    collector = Collector(Client("http://localhost:1"), "street", "ck_x", place)

    with pytest.raises(Invalid, match="is damaged: delete it"):
        _ = collector.sent_until
