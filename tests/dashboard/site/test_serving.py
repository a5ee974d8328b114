"""What a browser is sent to open the dashboards: small, once, and all of it from here."""

import asyncio
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest

from peergrid.cli.serve import create_platform, serving
from peergrid.dashboard.site.build import Site
from peergrid.dashboard.site.packing import QUICKLY, pack
from peergrid.dashboard.site.serving import Pages
from peergrid.settings import Settings
from tests.conftest import SECRET, free_port

PLACE = re.compile(r'data-place="(/site/[0-9a-f]{12}/)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A platform whose database nobody needs."""
    settings = Settings(tmp_path_factory.mktemp("site"), secret=SECRET)
    port = free_port()
    app = create_platform(settings, "postgresql://127.0.0.1:1/none", port, poll_s=5)
    with (
        serving(app, "127.0.0.1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def place(site: httpx.Client) -> str:
    found = PLACE.search(site.get("/").text)
    assert found
    return found[1]


def raw(site: httpx.Client, path: str, coding: str) -> tuple[httpx.Response, bytes]:
    """The answer to a browser that takes that coding, and its body as it came."""
    with site.stream("GET", path, headers={"Accept-Encoding": coding}) as response:
        return response, b"".join(response.iter_raw())


def test_what_is_named_by_its_content_is_kept_for_ever(site: httpx.Client, place: str) -> None:
    answer = site.head(f"{place}main.dart.wasm")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "application/wasm"


def test_the_page_is_asked_for_anew_and_not_sent_again(site: httpx.Client) -> None:
    first = site.get("/")
    again = site.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_each_browser_gets_the_smallest_it_can_read(site: httpx.Client, place: str) -> None:
    path = f"{place}main.dart.mjs"
    _, plain = raw(site, path, "identity")
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}

    sizes = [len(plain)]
    for accepted, coding in (("gzip, deflate", "gzip"), ("gzip, deflate, br", "br")):
        response, body = raw(site, path, accepted)
        assert response.headers["content-encoding"] == coding
        assert response.headers["vary"] == "Accept-Encoding"
        assert unpacked[coding](body) == plain
        sizes.append(len(body))
    assert sizes == sorted(sizes, reverse=True)


def test_a_file_that_is_there_packed_alone_goes_out_unpacked_to_who_asks_for_that(
    tmp_path: Path,
) -> None:
    content = b"what a browser draws with " * 1_000
    (tmp_path / "engine.wasm").write_bytes(content)
    pack(tmp_path, QUICKLY)
    for name in ("engine.wasm", "engine.wasm.gz"):
        (tmp_path / name).unlink()
    pages = Pages(lambda: Site(tmp_path, "/site/now/"))

    async def got(coding: str) -> httpx.Response:
        transport = httpx.ASGITransport(pages)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/site/now/engine.wasm", headers={"Accept-Encoding": coding})

    plain, packed = asyncio.run(got("identity")), asyncio.run(got("br"))

    assert (plain.content, packed.content) == (content, content)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "br"


def test_another_release_is_not_found_and_not_kept(site: httpx.Client) -> None:
    answer = site.get("/site/000000000000/main.dart.js")

    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_no_file_outside_the_site_is_read(site: httpx.Client, place: str) -> None:
    for path in ("%2e%2e/%2e%2e/secret", "..%2fsecret", "%2fetc/passwd", "", "assets", "assets/"):
        assert site.get(f"{place}{path}").status_code == 404, path


def test_a_room_in_the_address_shows_the_page_and_a_missing_file_none(site: httpx.Client) -> None:
    assert site.get("/wallet").text == site.get("/").text
    assert site.get("/missing.js").status_code == 404


def test_the_page_can_only_be_read(site: httpx.Client) -> None:
    assert site.post("/").status_code == 405


def test_no_script_on_the_page_needs_an_exception_to_the_policy(site: httpx.Client) -> None:
    answer = site.get("/")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)

    assert "script-src 'self' 'wasm-unsafe-eval';" in answer.headers["content-security-policy"]
    assert scripts
    assert all("src=" in tag and not body for tag, body in scripts)


@pytest.mark.parametrize("path", ["/", "/offline.html", "/worker.js", "/manifest.webmanifest"])
def test_nothing_is_loaded_from_elsewhere(site: httpx.Client, path: str) -> None:
    assert not re.search(r"""["'(]\s*(https?:)?//""", site.get(path).text)


def test_a_built_site_is_taken_as_it_stands(tmp_path: Path, site: httpx.Client) -> None:
    """A second server finds in the cache what the first one built."""
    settings = Settings(tmp_path, secret=SECRET)
    port = free_port()
    app = create_platform(settings, "postgresql://127.0.0.1:1/none", port, poll_s=5)
    with serving(app, "127.0.0.1", port):
        assert httpx.get(f"http://127.0.0.1:{port}/", timeout=5).text == site.get("/").text
