"""What every answer carries, and whose pages may open a socket."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from peergrid.cli.serve import create_platform, serving
from peergrid.settings import Settings
from tests.conftest import SECRET, free_port

ELSEWHERE = "https://peergrid.web.app"

MADE_S = 30.0  # both are made when they are first asked for


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[str]:
    """The host and port of a platform with dashboards, whose database nobody needs."""
    settings = Settings(
        tmp_path,
        secret=SECRET,
        public_url="https://peergrid.example",
        allowed_origins=(ELSEWHERE,),
    )
    port = free_port()
    app = create_platform(settings, "postgresql://127.0.0.1:1/none", port, poll_s=5)
    with serving(app, "127.0.0.1", port):
        yield f"127.0.0.1:{port}"


def opened(platform: str, origin: str | None) -> int:
    """The status with which a socket was answered; 101 means that it is open."""
    headers = {} if origin is None else {"Origin": origin}
    try:
        with connect(f"ws://{platform}/ws", additional_headers=headers, proxy=None) as socket:
            assert socket.response is not None
            return socket.response.status_code
    except InvalidStatus as refused:
        return refused.response.status_code


def test_a_foreign_page_opens_no_socket(platform: str) -> None:
    for origin in (
        "https://evil.example",
        f"http://{platform}.evil.example",
        "https://peergrid.example.evil.example",
        "http://peergrid.example",  # not by HTTPS
        "http://127.0.0.1:1",  # another port is another site
        "http://[",
        "null",
        "",
    ):
        assert opened(platform, origin) == 403, origin


def test_own_pages_and_allowed_ones_open_a_socket(platform: str) -> None:
    for origin in (f"http://{platform}", "https://peergrid.example", ELSEWHERE, None):
        assert opened(platform, origin) == 101, origin


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/me", "/api/v1/openapi.json", "/none"])
def test_every_answer_is_kept_from_frames_sniffing_sensors_and_plain_http(
    platform: str, path: str
) -> None:
    headers = httpx.get(f"http://{platform}{path}").headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert "server" not in headers


def test_answers_of_the_api_may_load_nothing(platform: str) -> None:
    api = httpx.get(f"http://{platform}/api/v1/openapi.json", timeout=MADE_S).headers
    page = httpx.get(f"http://{platform}/", timeout=MADE_S).headers

    assert api["content-security-policy"].startswith("default-src 'none'")
    assert page["content-security-policy"].startswith("default-src 'self'")


def test_only_who_is_found_by_https_asks_for_https(tmp_path: Path) -> None:
    by_http = replace(Settings(tmp_path, secret=SECRET), public_url="http://localhost:8000")
    port = free_port()

    with serving(create_platform(by_http, "postgresql:///none", port, 5), "127.0.0.1", port):
        headers = httpx.get(f"http://127.0.0.1:{port}/healthz").headers

    assert "strict-transport-security" not in headers
