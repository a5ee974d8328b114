"""The backend: everything under /api/v1, and what answers for its health."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from peergrid import __version__
from peergrid.api import (
    agreements,
    energy,
    health,
    market,
    me,
    meters,
    operator,
    operator_payouts,
    outages,
    payouts,
    rates,
    replay,
    sign_in,
    tariffs,
    wallet,
)
from peergrid.api.problems import answer, translate_errors
from peergrid.database.pool import Database
from peergrid.errors import Invalid
from peergrid.settings import Settings
from peergrid.wire import Problem

PREFIX = "/api/v1"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MAX_BODY_BYTES = 1_000_000  # a thousand readings take about 200 kB
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval';"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
        " connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none';"
        " base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
}
OWN_ANSWERS = {"Cache-Control": "no-store"}  # of the API: they are somebody's own
ROOMS = (
    *(sign_in, me, energy, wallet, payouts, market, operator, operator_payouts, meters),
    *(replay, tariffs, rates, agreements, outages),
)

type Backend = FastAPI


def create_app(settings: Settings, database_url: str, dashboard: ASGIApp | None = None) -> Backend:
    """The backend for one database; ``dashboard`` answers all that is not the API's.

    Raises Invalid without a secret to sign tokens with.
    """
    if not settings.secret:
        raise Invalid("Set PEERGRID_SECRET: access tokens are signed with it.")
    database = Database(database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        database.open()
        yield
        database.close()

    app = FastAPI(
        title="PeerGrid",
        version=__version__,
        description="Neighbours share solar energy; every watt-hour ends in books that add up.",
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
        docs_url=None,  # these pages would load their scripts from elsewhere
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
    )
    app.state.settings = settings
    app.state.database = database
    for room in ROOMS:
        app.include_router(room.router, prefix=PREFIX)
    app.include_router(health.router)
    translate_errors(app)
    app.middleware("http")(_guard)
    _describe_problems(app)
    app.add_route("/api/{rest:path}", _nothing_here, methods=list(METHODS), include_in_schema=False)
    if dashboard:
        app.mount("/", GZipMiddleware(dashboard))  # its files are large: data costs money
    return app


async def _nothing_here(request: Request) -> Response:
    """What is the API's is not answered by the dashboard's page."""
    place = f"{request.method} {request.url.path}"
    return answer(HTTPStatus.NOT_FOUND, f"Nothing answers {place}; see {PREFIX}/openapi.json.")


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    if request.url.path.startswith(PREFIX):
        response.headers.update(OWN_ANSWERS)
    return response


def _describe_problems(app: FastAPI) -> None:
    """Add the problem's schema to the OpenAPI document, and take out FastAPI's own."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
