"""Headers that every answer carries, and whose pages may open a socket."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from peergrid.settings import Settings

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DASHBOARDS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
        " connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none';"
        " base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
}
OWN_ANSWERS = {  # of the API: they are somebody's own, and no page
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# Two years, as the preload list asks (hstspreload.org); only where members come by HTTPS.
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
FOREIGN_PAGE = 1008  # RFC 6455, 7.4.1: against the policy


def headers_of(settings: Settings, *, is_api: bool) -> dict[str, str]:
    """What an answer of the API, or of the dashboards, carries besides its own headers."""
    by_https = settings.public_url.startswith("https://")
    own = OWN_ANSWERS if is_api else DASHBOARDS
    return {**EVERYWHERE, **own, **(HTTPS_ONLY if by_https else {})}


def headers_elsewhere(socket: str) -> dict[str, str]:
    """What the dashboards' pages carry at a host of files, from which they speak to ``socket``."""
    policy = DASHBOARDS["Content-Security-Policy"]
    speaking = policy.replace("connect-src 'self'", f"connect-src 'self' {socket}")
    return {**EVERYWHERE, "Content-Security-Policy": speaking, **HTTPS_ONLY}


class Guard:
    """Adds ``headers_of`` to every answer, the API's being below ``prefix``.

    A socket is refused with 403 to a page of neither this host, nor the public URL, nor the
    allowed origins: a browser opens it without asking (CWE-1385). What sends no Origin is no
    browser. Plain ASGI: an answer that is streamed goes out part by part, as fast as it is taken.
    """

    def __init__(self, app: ASGIApp, prefix: str, settings: Settings) -> None:
        self.app, self.prefix = app, prefix
        self.allowed = {settings.public_url, *settings.allowed_origins}
        self.of_api = headers_of(settings, is_api=True)
        self.of_dashboards = headers_of(settings, is_api=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or refuse the socket."""
        if scope["type"] == "websocket" and not self._is_welcome(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": FOREIGN_PAGE})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = self.of_api if scope["path"].startswith(self.prefix) else self.of_dashboards

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await self.app(scope, receive, with_headers)

    def _is_welcome(self, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if not origins:
            return True
        (origin, *more) = origins
        try:
            host = urlsplit(origin).netloc
        except ValueError:
            return False
        return not more and (origin in self.allowed or (bool(host) and host == headers.get("host")))
