"""Is it alive, and can it serve."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from peergrid.api.dependencies import Data
from peergrid.api.problems import problem_responses

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok"] = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """The process lives; it says nothing of the database."""
    return Health()


@router.get("/readyz", responses=problem_responses(HTTPStatus.SERVICE_UNAVAILABLE))
def readyz(database: Data) -> Health:
    """It can serve: the database answers."""
    with database.transaction() as connection:
        connection.execute("select 1 from community limit 1")
    return Health()
