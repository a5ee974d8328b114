"""Is it alive, and can it serve."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from peergrid.api.dependencies import Data
from peergrid.api.problems import problem_responses

WAIT_S = 1.0  # for a connection; to ask whether it lives takes SILENCE_S more at most
SOON = "set local statement_timeout = '900ms'"

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok"] = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """The process lives; it says nothing of the database."""
    return Health()


@router.get("/readyz", responses=problem_responses(HTTPStatus.SERVICE_UNAVAILABLE))
def readyz(database: Data) -> Health:
    """It can serve: the database answers, and soon (within 3 s at most)."""
    with database.transaction(wait_s=WAIT_S) as connection:
        connection.execute(SOON)
        connection.execute("select 1 from community limit 1")
    return Health()
