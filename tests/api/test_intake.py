"""What is too much is refused in one sentence, early, and what is compressed is read."""

import gzip
import json
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from peergrid.api.allowance import Allowance
from peergrid.api.encoding import MOST_AT_ONCE, decoder_of
from peergrid.api.hub import Hub
from peergrid.api.intake import Intake
from peergrid.api.problems import PROBLEM_JSON, translate_errors
from peergrid.cli.serve import serving
from peergrid.errors import Invalid, Throttled
from peergrid.settings import Settings
from tests.conftest import free_port

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 1_000_000
TIMEOUT_S = 2.0
COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd.compress}
BOMB = bytes(30_000_000)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app that says how many bytes it was sent, behind the intake."""
    app = FastAPI()
    app.state.settings = Settings(tmp_path_factory.mktemp("intake"))
    app.state.hub = Hub()  # whoever serves ends it
    translate_errors(app)

    @app.post("/count")
    async def count(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LIMIT)
    app.add_middleware(Intake, body_timeout_s=TIMEOUT_S)
    port = free_port()
    with serving(app, "127.0.0.1", port):
        yield f"http://127.0.0.1:{port}/count"


def send(url: str, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(url, content=body, headers=named)


def sentence(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert answer.json()["status"] == status
    return str(answer.json()["detail"])


@pytest.mark.parametrize("coding", COMPRESS)
def test_a_compressed_body_is_what_it_stands_for(url: str, coding: str) -> None:
    body = json.dumps(list(range(100_000))).encode()

    answer = send(url, COMPRESS[coding](body), Content_Encoding=coding)

    assert answer.json() == len(body)


@pytest.mark.parametrize("coding", COMPRESS)
def test_a_bomb_is_refused_at_the_limit(url: str, coding: str) -> None:
    bomb = COMPRESS[coding](BOMB)
    assert len(bomb) < LIMIT

    assert "smaller batches" in sentence(send(url, bomb, Content_Encoding=coding), 413)


@pytest.mark.parametrize("coding", COMPRESS)
def test_a_bomb_never_comes_apart_at_once(coding: str) -> None:
    pieces = decoder_of(coding).feed(COMPRESS[coding](BOMB))

    assert all(len(next(pieces)) <= MOST_AT_ONCE for _ in range(20))


@pytest.mark.parametrize("coding", COMPRESS)
@settings(max_examples=30)
@given(body=st.binary(max_size=300), cut=st.integers(1, 40))
def test_pieces_of_any_size_come_to_the_same(coding: str, body: bytes, cut: int) -> None:
    packed, decoder = COMPRESS[coding](body), decoder_of(coding)

    pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]

    assert b"".join(made for piece in pieces for made in decoder.feed(piece)) == body
    assert decoder.is_whole


@pytest.mark.parametrize("coding", COMPRESS)
def test_a_body_that_is_damaged_breaks_off_or_goes_on_is_refused(url: str, coding: str) -> None:
    packed = COMPRESS[coding](b"x" * 1_000)

    damaged = sentence(send(url, b"plain", Content_Encoding=coding), 422)
    short = sentence(send(url, packed[:-3], Content_Encoding=coding), 422)
    more = sentence(send(url, packed + b"more", Content_Encoding=coding), 422)

    assert f"no {coding}" in damaged
    assert "breaks off" in short
    assert "follows the end" in more


def test_a_coding_that_is_not_known_is_refused(url: str) -> None:
    said = sentence(send(url, zlib.compress(b"x"), Content_Encoding="deflate"), 415)

    assert said == "Content-Encoding may be gzip or zstd, or left out."


def test_a_body_above_the_limit_is_a_problem_whether_announced_or_not(url: str) -> None:
    announced = send(url, bytes(LIMIT + 1))
    endless = httpx.post(url, content=(bytes(100_000) for _ in range(20)))

    assert sentence(announced, 413) == sentence(endless, 413)


def test_headers_of_10_mb_are_refused(url: str) -> None:
    assert "32,768 bytes" in sentence(send(url, b"", X_Large="x" * 10_000_000), 431)


def test_a_body_that_drips_is_cut_off(url: str) -> None:
    place = urlsplit(url)
    began = time.monotonic()
    with socket.create_connection((place.hostname, place.port)) as drip:
        drip.sendall(b"POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx")
        said = drip.recv(4_096).decode()

    assert said.startswith("HTTP/1.1 408")
    assert time.monotonic() - began < 10 * TIMEOUT_S


def test_a_key_has_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    allowance = Allowance(per_s=2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        allowance.spend("a")

    with pytest.raises(Throttled) as caught:
        allowance.spend("a")
    allowance.spend("b")
    now[0] = 0.5
    allowance.spend("a")

    assert caught.value.retry_after_s == 1
    with pytest.raises(Throttled):
        allowance.spend("a")


@settings(max_examples=50)
@given(
    waits=st.lists(st.floats(0, 3), max_size=60),
    per_s=st.floats(0.1, 20),
    burst=st.integers(1, 10),
)
def test_no_key_gets_more_than_its_burst_and_its_rate(
    waits: list[float], per_s: float, burst: int
) -> None:
    now = [0.0]
    allowance = Allowance(per_s, burst, clock=lambda: now[0])
    taken = 0
    for wait_s in waits:
        now[0] += wait_s
        try:
            allowance.spend("a")
            taken += 1
        except Throttled:
            pass

    assert taken <= burst + now[0] * per_s + 1e-6


def test_a_throttled_key_may_come_back_when_it_was_told() -> None:
    now = [0.0]
    allowance = Allowance(per_s=0.3, burst=1, clock=lambda: now[0])
    allowance.spend("a")
    with pytest.raises(Throttled) as caught:
        allowance.spend("a")
    now[0] += caught.value.retry_after_s

    allowance.spend("a")


def test_an_empty_piece_stands_for_nothing() -> None:
    assert list(decoder_of("gzip").feed(b"")) == []
    with pytest.raises(Invalid):
        list(decoder_of("zstd").feed(b"nothing of the kind"))
