"""What collectors send: the readings of many meters in one request."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Known, Now, SendingCollector, Set, Tell
from peergrid.api.intake import TOO_LARGE
from peergrid.api.measures import count_readings
from peergrid.database.pool import Database
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.meters.arrow_size import decompressed_bytes
from peergrid.meters.batch import FIRST_NUMBER, LAST_NUMBER
from peergrid.meters.bulk import Receipt, take
from peergrid.meters.collectors import Collector
from peergrid.meters.ingest import first_not_over
from peergrid.meters.news import Change, NewsKind
from peergrid.meters.once import Once
from peergrid.meters.readings import start_of
from peergrid.meters.roster import Rosters
from peergrid.meters.text import READ

router = APIRouter(tags=["meters"], responses=GUARDED)

MAX_BODY_BYTES = 32_000_000  # 50,000 readings take 1.6 MB as an Arrow stream

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Your own name for this request: sent again with it, it is done once.",
    ),
]
Partial = Annotated[
    bool,
    Query(description="Store the good rows and list the bad, instead of refusing them all."),
]
BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in READ},
    }
}


@router.post("/readings/bulk", max_body_size=MAX_BODY_BYTES, openapi_extra=BODY)
async def send_many(
    request: Request,
    collector: SendingCollector,
    key: Key,
    database: Data,
    rosters: Known,
    settings: Set,
    now: Now,
    announcer: Tell,
    *,
    partial: Partial = False,
) -> wire.BulkReceipt:
    """Store readings of many meters of the collector's community: all of it, or nothing.

    When this answers, they are committed. The body is an Arrow IPC stream, NDJSON or CSV, with
    the columns meter_id or serial, interval_start (in UTC), import_wh, export_wh, generation_wh,
    and if need be quality and revision. Whole days go faster, as Arrow: meter_id, day (date32)
    and energies as fixed-size lists of 48 (int32), all measured, in their first revision.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in READ:
        known = f"Send one of {', '.join(READ)}, and say which in Content-Type."
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, known)
    body = Body(kind, await request.body(), is_partial=partial)
    not_after = None if settings.simulated_time else now
    # The database is waited for in a thread of its own: half the work of waiting in this one.
    receipt, change = await run_in_threadpool(
        _stored, database, rosters, collector, key, body, not_after
    )
    count_readings(receipt.stored, receipt.corrected)
    if receipt.stored or receipt.corrected:
        announcer.note(change)
    return wire.BulkReceipt.model_validate(asdict(receipt))


@dataclass(frozen=True)
class Body:
    """What was sent, and how it is to be taken."""

    kind: str
    data: bytes
    is_partial: bool


def _stored(
    database: Database,
    rosters: Rosters,
    collector: Collector,
    key: str,
    body: Body,
    not_after: datetime | None,
) -> tuple[Receipt, Change]:
    """What was stored, once it is committed, and between which intervals it is."""
    if body.kind == ARROW_STREAM and decompressed_bytes(body.data) > MAX_BODY_BYTES:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    sent = READ[body.kind](body.data)
    once = Once(collector.sender, key, hashlib.sha256(body.data).digest())
    before = first_not_over(not_after)
    community_id = collector.community_id
    with database.transaction() as connection:
        receipt = take(
            connection, rosters, community_id, once, sent, before, partial=body.is_partial
        )
    span = np.clip(sent.span, FIRST_NUMBER, LAST_NUMBER).tolist()  # bad rows may say anything
    first, last = (start_of(number) for number in span)
    return receipt, Change(community_id, NewsKind.READINGS, first, last)
