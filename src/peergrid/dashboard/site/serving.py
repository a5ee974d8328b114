"""The site over HTTP: packed as the browser can take it, and sent no more than once."""

import asyncio
import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import brotli
from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from peergrid.dashboard.site.build import AT_ROOT, Site
from peergrid.dashboard.site.packing import SUFFIXES

# Skia draws with threads only in a page that is kept apart from all others (HTML, 7.1.3).
ISOLATED = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # its address names its content
ASK_FIRST = {"Cache-Control": "no-cache"}
CHUNK_BYTES = 1 << 18
TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".frag": "application/octet-stream",
    ".bin": "application/octet-stream",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
}


class Pages:
    """An ASGI application; ``site`` is asked for with the first request, in a thread.

    A path without an ending is a room's, and the page's script finds it.
    """

    def __init__(self, site: Callable[[], Site]) -> None:
        self._find = site
        self._site: Site | None = None
        self._finding = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        async with self._finding:
            if self._site is None:
                self._site = await asyncio.to_thread(self._find)
            site = self._site
        await answer(site, scope)(scope, receive, send)


def answer(site: Site, scope: Scope) -> Response:
    path, headers = scope["path"], Headers(scope=scope)
    if scope["method"] not in {"GET", "HEAD"}:
        return PlainTextResponse("Only read.", 405, {"Allow": "GET, HEAD"})
    if path.startswith(site.place):
        return _kept(site.folder, path.removeprefix(site.place), headers)
    name = path.removeprefix("/")
    if name not in AT_ROOT and (PurePosixPath(name).suffix or name.startswith("site/")):
        return _nothing()
    name = name if name in AT_ROOT else AT_ROOT[0]
    return _asked_anew(name, site.page(name).encode(), headers)


def type_of(name: str) -> str:
    """The media type, wherever the system's own list is poor."""
    known = TYPES.get(PurePosixPath(name).suffix) or mimetypes.guess_type(name)[0]
    return known or "application/octet-stream"


def _kept(folder: Path, name: str, headers: Headers) -> Response:
    """A file that never changes under its address."""
    path = folder / name
    inside = not {"..", ""} & set(PurePosixPath(name).parts) and not name.startswith("/")
    if not name or not inside:
        return _nothing()
    added = FOR_EVER | ISOLATED | {"Vary": "Accept-Encoding"}
    taken = {word.split(";")[0].strip() for word in headers.get("accept-encoding", "").split(",")}
    for coding, suffix in SUFFIXES.items():
        packed = path.with_name(path.name + suffix)
        if coding in taken and packed.is_file():
            return FileResponse(
                packed, headers=added | {"Content-Encoding": coding}, media_type=type_of(name)
            )
    if path.is_file():
        return FileResponse(path, headers=added, media_type=type_of(name))
    packed = path.with_name(path.name + SUFFIXES["br"])
    if packed.is_file():  # an image keeps large files packed alone: every browser takes them by TLS
        return StreamingResponse(_unpacked(packed), headers=added, media_type=type_of(name))
    return _nothing()


def _unpacked(packed: Path) -> Iterator[bytes]:
    unpacking = brotli.Decompressor()
    with packed.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield unpacking.process(chunk)


def _asked_anew(name: str, content: bytes, headers: Headers) -> Response:
    """A page that may change with the next release; a browser that has it hears so."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    added = ASK_FIRST | ISOLATED | {"ETag": tag}
    if tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=added)
    return Response(content, headers=added, media_type=type_of(name))


def _nothing() -> Response:
    return PlainTextResponse("Nothing is here.", 404, {"Cache-Control": "no-store"})
