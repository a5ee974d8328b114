import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from peergrid.client import Client
from peergrid.errors import Invalid, NotFound, Unknown
from peergrid.simulation.households import households_of
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.outbox import Outbox
from peergrid.simulation.scenario import Community, Group, Scenario
from peergrid.simulation.transmit import Patience, Sent, Transmitter, messages_of
from peergrid.wire import ReadingMessage

START = datetime(2026, 9, 1, tzinfo=UTC)
METERS = [f"street-{number:03d}" for number in range(1, 6)]
KEYS = {meter: f"key of {meter}" for meter in METERS}

type Answer = tuple[int, dict[str, Any]]  # status and body


class Backend:
    """Takes readings over real HTTP; can go away, lose answers, and find a reading wrong."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], int] = {}
        self.batches: Counter[str] = Counter()
        self.lost_answers = 0
        self.busy_answers = 0
        self.throttled_answers = 0
        self.status: int | None = None
        self.wrong: set[tuple[str, str]] = set()
        self.port = 0
        self.server: ThreadingHTTPServer | None = None
        self.lock = threading.Lock()

    def start(self) -> None:
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = backend.answer(self.path, self.headers["Authorization"], json.loads(body))
                if answer is None:
                    self.close_connection = True  # committed, and nobody hears of it
                    return
                status, said = answer
                data = json.dumps(said).encode()
                self.send_response(status)
                if status in {429, 503}:
                    self.send_header("Retry-After", "7")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *said: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server, self.port = server, server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def answer(  # noqa: PLR0911 - a line an answer
        self, path: str, authorization: str, body: Any
    ) -> Answer | None:
        assert path == "/api/v1/readings"
        with self.lock:
            if self.busy_answers:
                self.busy_answers -= 1
                return _problem(503, "The backend is starting.")
            if self.throttled_answers:
                self.throttled_answers -= 1
                return _problem(429, "Too many attempts.")
            if self.status:
                return _problem(self.status, "No.")
            readings = [(each["meter"], each["interval_start"]) for each in body["readings"]]
            meter = readings[0][0]
            self.batches[meter] += 1
            if authorization != f"Bearer {KEYS.get(meter)}":
                return _problem(401, "This key is not known.")
            if self.wrong & set(readings):
                return _problem(409, "Other numbers are recorded.")
            before = len(self.stored)
            for key, each in zip(readings, body["readings"], strict=True):
                self.stored.setdefault(key, each["import_wh"])
            new = len(self.stored) - before
            if self.lost_answers:
                self.lost_answers -= 1
                return None
            told = {"received": len(readings), "stored": new, "corrected": 0}
            return 200, told | {"unchanged": len(readings) - new}


def _problem(status: int, detail: str) -> Answer:
    return status, {"type": "about:blank", "title": "No", "status": status, "detail": detail}


def seeded() -> random.Random:
    return random.Random(1)  # noqa: S311 - jitter, not a secret


def messages(intervals: int, meters: Sequence[str] = METERS) -> list[ReadingMessage]:
    return [
        ReadingMessage(
            meter=meter,
            interval_start=START + number * timedelta(minutes=30),
            import_wh=100 + number,
            export_wh=0,
        )
        for number in range(intervals)
        for meter in meters
    ]


@pytest.fixture
def backend() -> Iterator[Backend]:
    backend = Backend()
    backend.start()
    yield backend
    backend.stop()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db") as outbox:
        yield outbox


def send(
    backend: Backend,
    outbox: Outbox,
    readings: Sequence[ReadingMessage],
    *,
    keys: Mapping[str, str] = KEYS,
    on_wait: Callable[[str], None] | None = None,
    within_s: float | None = None,
    patience: Patience | None = None,
) -> Sent:
    """Put and flush through a real client; waits are short, the dice are seeded."""

    async def run() -> Sent:
        async with Client(f"http://127.0.0.1:{backend.port}") as client:
            transmitter = Transmitter(
                client,
                keys,
                outbox,
                on_wait=on_wait,
                patience=patience or Patience(first_s=0.01, most_s=0.05, dice=seeded()),
            )
            await transmitter.put(readings)
            return await transmitter.flush(within_s)

    return asyncio.run(run())


def test_every_reading_arrives_in_one_batch_a_meter(backend: Backend, outbox: Outbox) -> None:
    sent = send(backend, outbox, messages(48))
    assert (sent.sent, sent.stored, sent.pending) == (240, 240, 0)
    assert len(backend.stored) == 240
    assert set(backend.batches.values()) == {1}


def test_more_than_a_batch_is_sent_in_several(backend: Backend, outbox: Outbox) -> None:
    sent = send(backend, outbox, messages(2_100, METERS[:1]))
    assert (sent.stored, backend.batches[METERS[0]]) == (2_100, 3)


def test_a_lost_answer_counts_every_reading_once(backend: Backend, outbox: Outbox) -> None:
    backend.lost_answers = 3
    heard: list[str] = []
    sent = send(backend, outbox, messages(10), on_wait=heard.append)
    assert len(backend.stored) == 50
    assert (sent.stored, sent.unchanged) == (20, 30)
    assert (sent.pending, outbox.pending()) == (0, 0)
    assert "readings are kept" in heard[0]


def test_while_the_backend_is_away_readings_are_kept_and_later_sent(
    backend: Backend, outbox: Outbox
) -> None:
    backend.stop()
    heard: list[str] = []
    sent = send(backend, outbox, messages(4), on_wait=heard.append, within_s=0.2)
    assert (sent.sent, sent.pending) == (0, 20)
    assert "20 readings are kept" in heard[0]

    backend.start()
    assert send(backend, outbox, []).stored == 20
    assert len(backend.stored) == 20


def test_a_backend_that_comes_back_meanwhile_gets_everything(
    backend: Backend, outbox: Outbox
) -> None:
    backend.stop()
    heard: list[str] = []

    def back_after_two(sentence: str) -> None:
        heard.append(sentence)
        if len(heard) == 2:
            backend.start()

    assert send(backend, outbox, messages(4), on_wait=back_after_two).stored == 20
    assert len(heard) == 2


def test_a_busy_backend_is_asked_again(backend: Backend, outbox: Outbox) -> None:
    backend.busy_answers = 4
    heard: list[str] = []
    patience = Patience(0.01, 0.05, sleep=lambda _: asyncio.sleep(0), dice=seeded())
    sent = send(backend, outbox, messages(2), on_wait=heard.append, patience=patience)
    assert sent.stored == 10
    assert heard[0].startswith("The backend is starting.")


def test_a_wrong_reading_is_set_aside_and_holds_nobody_up(backend: Backend, outbox: Outbox) -> None:
    backend.wrong = {(METERS[0], "2026-09-01T03:30:00Z")}
    sent = send(backend, outbox, messages(48))
    assert (sent.stored, sent.refused, sent.pending) == (239, 1, 0)
    (refusal,) = outbox.refused()
    assert refusal.sentence == "Other numbers are recorded."
    assert refusal.message.interval_start == datetime(2026, 9, 1, 3, 30, tzinfo=UTC)

    backend.wrong = set()
    outbox.retry_refused()
    assert send(backend, outbox, []).stored == 1


def test_a_wrong_key_stops_with_a_sentence_after_the_others_have_sent(
    backend: Backend, outbox: Outbox
) -> None:
    keys = KEYS | {METERS[1]: "guessed", METERS[2]: "guessed too"}
    with pytest.raises(Unknown) as caught:
        send(backend, outbox, messages(3), keys=keys)
    said = str(caught.value)
    assert said.startswith("street-002 and 1 more were turned away: This key is not known.")
    assert "6 readings are kept" in said
    assert len(backend.stored) == 9
    assert send(backend, outbox, []).stored == 6


def test_a_wrong_address_loses_nothing(backend: Backend, outbox: Outbox) -> None:
    backend.status = 404
    with pytest.raises(NotFound, match="Check the meter's key and the address; 5 readings"):
        send(backend, outbox, messages(1))
    assert outbox.pending() == 5


def test_a_meter_without_a_key_cannot_put(backend: Backend, outbox: Outbox) -> None:
    with pytest.raises(Invalid, match="street-001 has no key"):
        send(backend, outbox, messages(1), keys={})


def test_readings_of_meters_without_a_key_are_left_for_their_owner(
    backend: Backend, outbox: Outbox
) -> None:
    outbox.put(messages(1, ["elsewhere-001"]))
    sent = send(backend, outbox, messages(1))
    assert (sent.stored, sent.pending) == (5, 1)


def test_waits_double_up_to_a_bound_with_jitter_from_the_dice() -> None:
    patience = Patience(first_s=1, most_s=10, dice=seeded())
    for attempt, most_s in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (5_000, 10)):
        waits = [patience.wait_s(attempt) for _ in range(50)]
        assert most_s / 2 <= min(waits) < max(waits) <= most_s


def test_waiting_follows_the_clock_it_is_given(backend: Backend, outbox: Outbox) -> None:
    backend.stop()
    now = [0.0]
    slept: list[float] = []

    async def sleep(wait_s: float) -> None:
        slept.append(wait_s)
        now[0] += wait_s

    patience = Patience(1, 8, clock=lambda: now[0], sleep=sleep, dice=seeded())
    sent = send(backend, outbox, messages(1), within_s=60, patience=patience)
    assert sent.pending == 5
    assert sum(slept) == pytest.approx(60)
    assert slept[0] < slept[1] < slept[2]


@pytest.mark.parametrize("refusals", ["busy_answers", "throttled_answers"])
def test_a_wait_that_the_backend_asks_for_is_kept_with_jitter_and_nothing_is_lost_or_doubled(
    backend: Backend, outbox: Outbox, refusals: str
) -> None:
    setattr(backend, refusals, 13)  # five meters ask at once: three rounds
    slept: list[float] = []

    async def sleep(wait_s: float) -> None:
        slept.append(wait_s)

    patience = Patience(0.01, 0.05, sleep=sleep, dice=seeded())
    sent = send(backend, outbox, messages(4), patience=patience)

    assert (sent.stored, sent.unchanged, sent.pending, len(backend.stored)) == (20, 0, 0, 20)
    assert 7 <= min(slept) < max(slept) <= 10.5


def test_a_backend_cannot_make_a_meter_wait_for_ever() -> None:
    assert Patience(dice=seeded()).wait_s(1, told_s=10**9) <= 5_400


def test_a_models_readings_go_out_under_their_serials(backend: Backend, outbox: Outbox) -> None:
    homes = (Community("harare", (Group("medium_density", 5, 2),)),)
    day = date(2026, 9, 1)
    scenario = Scenario("street", "A street", day, 1, 1, "mid_market", homes)
    model = CommunityModel(scenario)
    model.skip(24)
    model.step()
    sent = send(backend, outbox, messages_of(model.readings, households_of(scenario)))
    assert sent.stored == 5
    assert backend.stored["street-002", "2026-09-01T10:00:00Z"] == model.readings[1].import_wh
