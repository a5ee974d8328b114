"""The operator's collectors: who sends for all meters of the community."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Now, Operator
from peergrid.meters.collectors import issue_collector_key, revoke_collector

router = APIRouter(prefix="/operator/collectors", tags=["operator"], responses=GUARDED)


@router.post("")
def issue(
    asked: wire.CollectorName, member: Operator, database: Data, now: Now
) -> wire.CollectorKey:
    """A key for the collector of that name, shown this once; the ones before it end."""
    with database.transaction() as connection:
        collector, key = issue_collector_key(connection, member.community_id, asked.name, now)
    return wire.CollectorKey(name=collector.name, key=key)


@router.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
def revoke(name: str, member: Operator, database: Data, now: Now) -> Response:
    """End its keys at once."""
    with database.transaction() as connection:
        revoke_collector(connection, member.community_id, name, now)
    return Response(status_code=HTTPStatus.NO_CONTENT)
