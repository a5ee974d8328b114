"""The payouts of the operator's own community: list, put together, approve, reject, pay by file."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Does, Operator, Overseer
from peergrid.payments.batches import (
    approve_batch,
    conclude_by_hand,
    create_batch,
    export_csv,
    payouts_in,
    reject,
)
from peergrid.payments.provider import Outcome

router = APIRouter(prefix="/operator/payouts", tags=["operator"], responses=GUARDED)

Over = Annotated[
    int | None, Query(ge=0, le=1_000, description="So many of those that are over; null: all.")
]
BatchId = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.get("")
def payout_rows(
    member: Overseer,
    database: Data,
    state: wire.PayoutState | None = None,
    over: Over = None,
) -> list[wire.PayoutRow]:
    """The community's payouts in one state, or all; newest first, at most a thousand.

    With ``over`` 8: all that wait for somebody, and the newest 8 of those that are over.
    """
    with database.transaction() as connection:
        rows = payouts_in(connection, member.community_id, state, over)
    return [wire.PayoutRow.model_validate(asdict(row)) for row in rows]


@router.post("/batch")
def batch(
    body: wire.BatchOfPayouts, member: Operator, database: Data, does: Does
) -> wire.BatchCreated:
    """Put payouts together for another operator to approve."""
    with database.transaction() as connection:
        batch_id = create_batch(connection, member, body.payout_ids, by_file=body.by_file)
        does.about(batch_id=batch_id)
    return wire.BatchCreated(batch_id=batch_id)


@router.post("/approve")
def approve(body: wire.BatchApproval, member: Operator, database: Data) -> wire.BatchApproved:
    """Hold all of a batch that another operator put together."""
    with database.transaction() as connection:
        return wire.BatchApproved(**asdict(approve_batch(connection, member, body.batch_id)))


@router.post("/reject", status_code=HTTPStatus.NO_CONTENT)
def reject_payouts(body: wire.PayoutRejection, member: Operator, database: Data) -> None:
    """Say no to payouts that wait for a decision."""
    with database.transaction() as connection:
        reject(connection, member, body.payout_ids, body.reason)


@router.get("/export.csv", response_class=Response)
def export(batch_id: BatchId, member: Overseer, database: Data) -> Response:
    """An approved batch as a file to pay from: number, amount, reference."""
    with database.transaction() as connection:
        text = export_csv(connection, member, batch_id)
    name = {"Content-Disposition": f'attachment; filename="payouts-{batch_id}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)


@router.post("/conclude", status_code=HTTPStatus.NO_CONTENT)
def conclude(body: wire.PayoutConclusion, member: Operator, database: Data) -> None:
    """Say what became of payouts that were paid from a file."""
    with database.transaction() as connection:
        conclude_by_hand(connection, member, body.payout_ids, Outcome(body.outcome))
