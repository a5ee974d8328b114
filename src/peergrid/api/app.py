"""The backend: everything under /api/v1, and what answers for its health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp

from peergrid import __version__
from peergrid.api import (
    agreements,
    ahead,
    alerts,
    audit,
    bulk,
    collectors,
    connections,
    energy,
    exports,
    health,
    issuer,
    keys,
    laboratory,
    letters,
    live,
    market,
    me,
    meters,
    operator,
    operator_payouts,
    outages,
    pages,
    payouts,
    privacy,
    rates,
    registers,
    replay,
    sessions,
    sign_in,
    standing,
    story,
    sums,
    tariffs,
    top_ups,
    trails,
    wallet,
)
from peergrid.api.allowance import Allowance
from peergrid.api.announcer import Announcer
from peergrid.api.dependencies import GUARDED, seal_of
from peergrid.api.gathering import Door
from peergrid.api.guard import Guard
from peergrid.api.hub import Hub
from peergrid.api.intake import Intake
from peergrid.api.problems import answer, translate_errors
from peergrid.api.trail import PREFIX
from peergrid.api.turns import Turns
from peergrid.database.pool import Database
from peergrid.database.roles import API
from peergrid.errors import Invalid, Unavailable
from peergrid.members.issuer import USE as SIGN_IN_ELSEWHERE
from peergrid.members.issuer import Issuer
from peergrid.members.mail import mail_at
from peergrid.meters.roster import Rosters
from peergrid.meters.upkeep import keeping_up
from peergrid.settings import Settings
from peergrid.wire import Problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUESTS_PER_S, BURST = 100, 200  # of one key; a meter needs one in half an hour
# FastAPI's logs would hold what errors say, which may be somebody's data.
TOLD: TelemetryConfig = {"logs": False, "operation_spans": False, "auto_configure": False}
MAX_BODY_BYTES = 1_000_000  # a thousand readings take about 200 kB
ROOMS = (  # in the order in which they are looked through: what is asked for most comes first
    *(meters, bulk, registers, energy, sums),
    *(sign_in, me, ahead, wallet, payouts, market, pages, operator, operator_payouts, alerts),
    *(replay, tariffs, rates, agreements, outages, live, connections, exports, audit),
    *(letters, issuer, sessions, standing, keys, trails, privacy),
    *(collectors, laboratory, top_ups, story),
)

type Backend = FastAPI


def create_app(
    settings: Settings,
    database_url: str,
    dashboard: ASGIApp | None = None,
    dashboard_key: str | None = None,
) -> Backend:
    """The backend for one database; ``dashboard`` answers all that is not the API's.

    It shows ``dashboard_key`` to be believed. Raises Invalid without a secret to sign tokens with.
    """
    if not settings.secret:
        raise Invalid("Set PEERGRID_SECRET: access tokens are signed with it.")
    database = Database(database_url, role=API)
    hub, announcer = Hub(), Announcer(database)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        database.open()
        work = live.follow(database_url, hub), announcer.run()
        tasks = [asyncio.create_task(one) for one in work]
        with keeping_up(database_url, settings.keep_open_days, settings.keep_months):
            yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(Unavailable):  # nothing is lost that is not told again
            await run_in_threadpool(announcer.tell)
        database.close()

    app = FastAPI(
        title="PeerGrid",
        version=__version__,
        description="Neighbours share solar energy; every watt-hour ends in books that add up.",
        lifespan=lifespan,
        docs_url=None,  # these pages would load their scripts from elsewhere
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        telemetry=TOLD,
    )
    app.state.database, app.state.hub, app.state.announcer = database, hub, announcer
    app.state.exports, app.state.audits = Turns(exports.AT_ONCE, exports.BUSY), Turns(1, audit.BUSY)
    app.state.rosters = Rosters()
    app.state.door = Door(database)
    _follow_settings(app, settings, dashboard_key)
    app.state.allowance = Allowance(REQUESTS_PER_S, BURST)
    _build(app)
    app.add_route("/api/{rest:path}", _nothing_here, methods=list(METHODS), include_in_schema=False)
    if dashboard:
        app.mount("/", dashboard)
    return app


def _build(app: FastAPI) -> None:
    """Its routes, and what every request passes on its way to one."""
    for room in ROOMS:
        app.include_router(room.router, prefix=PREFIX, responses=GUARDED)
    app.include_router(health.router)
    translate_errors(app)
    # the last is the first that a request meets
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(Intake)
    app.add_middleware(Guard, prefix=PREFIX, settings=app.state.settings)
    _describe_problems(app)


def _follow_settings(app: FastAPI, settings: Settings, dashboard_key: str | None) -> None:
    """How letters leave, and whose word is taken for who somebody is; None: nobody's."""
    app.state.settings, app.state.dashboard_key = settings, dashboard_key
    app.state.mail = mail_at(settings.mail, settings.mail_from, print) if settings.mail else None
    app.state.issuer = None
    if settings.issuer:
        seal = seal_of(settings, SIGN_IN_ELSEWHERE)
        app.state.issuer = Issuer(settings.issuer, settings.public_url, seal)


async def _nothing_here(request: Request) -> Response:
    """What is the API's is not answered by the dashboard's page."""
    place = f"{request.method} {request.url.path}"
    return answer(HTTPStatus.NOT_FOUND, f"Nothing answers {place}; see {PREFIX}/openapi.json.")


def _describe_problems(app: FastAPI) -> None:
    """Have the problem's schema in the OpenAPI document, and not FastAPI's own."""
    written = app.openapi

    def described() -> dict[str, Any]:
        document = written()  # made at the first call, for nobody may ever ask
        schemas = document["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return document

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way
