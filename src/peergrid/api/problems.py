"""Every failure becomes one RFC 9457 problem answer, here and nowhere else."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from peergrid.api.guard import headers_of
from peergrid.errors import (
    Conflict,
    Invalid,
    NotFound,
    PeerGridError,
    Refused,
    Throttled,
    Unavailable,
    Unknown,
)
from peergrid.wire import Problem

STATUS_OF = {
    Unknown: HTTPStatus.UNAUTHORIZED,
    Refused: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S = 2
PROBLEM_JSON = "application/problem+json"
log = logging.getLogger("peergrid.api")


def problem_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """What a route may answer besides success, for the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status.value: {"description": status.phrase, "content": {PROBLEM_JSON: {"schema": schema}}}
        for status in statuses
    }


def answer(status: HTTPStatus, detail: str, retry_after_s: int = RETRY_AFTER_S) -> JSONResponse:
    """A problem answer; one that may be tried again says when."""
    problem = Problem(title=status.phrase, status=status, detail=detail)
    headers = {}
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(retry_after_s)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.model_dump(), status, headers, PROBLEM_JSON)


async def _of_domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PeerGridError)  # noqa: S101 - how it is registered
    wait_s = error.retry_after_s if isinstance(error, Throttled) else RETRY_AFTER_S
    return answer(STATUS_OF[type(error)], str(error), wait_s)


async def _of_validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how it is registered
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    count = len(error.errors())
    more = f" ({count - 1} more)" if count > 1 else ""
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place or 'body'}: {first['msg']}{more}")


async def _of_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it is registered
    return answer(HTTPStatus(error.status_code), str(error.detail))


async def _of_bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", exc_info=error)
    wrong = answer(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; it was noted.")
    # Starlette makes this answer outside of all else that a request meets, the guard too
    wrong.headers.update(headers_of(request.app.state.settings, is_api=True))
    return wrong


def translate_errors(app: FastAPI) -> None:
    """Make ``app`` answer every failure as a problem."""
    app.add_exception_handler(PeerGridError, _of_domain)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_bug)
