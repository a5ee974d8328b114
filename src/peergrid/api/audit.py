"""The audit on demand: what `peergrid check` says of one community, within a time."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from peergrid.api.dependencies import GUARDED, Data, Now, Overseer
from peergrid.api.turns import Turns
from peergrid.errors import Unavailable
from peergrid.members.membership import community_by_id
from peergrid.members.trail import audit_trail
from peergrid.payments.check import audit_payouts
from peergrid.settlement.check import audit
from peergrid.wire.operator import AuditResult

router = APIRouter(tags=["operator"], responses=GUARDED)

BUSY = "Another audit is under way: ask again in a minute."
MOST_S = 40.0  # of one audit; a large community's takes `peergrid check` on the server
STATEMENTS = "set local statement_timeout = '20s'"
TOO_LONG = (
    f"The audit takes longer than {MOST_S:.0f} s here: run `peergrid check` on the server, which"
    " takes its time."
)


def turns_of(request: Request) -> Turns:
    turns: Turns = request.app.state.audits
    return turns


@router.get("/operator/audit")
def run(
    member: Overseer, database: Data, turns: Annotated[Turns, Depends(turns_of)], now: Now
) -> AuditResult:
    """Clear everything settled anew and compare it with the books, the payouts and the trail.

    Nothing is changed. Answers 503 if it would take too long, or while another one runs.
    """
    until = time.monotonic() + MOST_S

    def go_on(_: int) -> None:
        if time.monotonic() > until:
            raise Unavailable(TOO_LONG)

    with turns.one():
        with database.transaction():  # the trail is told before anything is shown
            pass
        with database.snapshot() as connection:  # all of one instant, whatever is settled meanwhile
            connection.execute(STATEMENTS)
            community = community_by_id(connection, member.community_id)
            found = audit(connection, community, go_on)
            findings = found.findings + audit_payouts(connection, community)
            findings += audit_trail(connection, community.community_id)
    return AuditResult(
        at=now, intervals=found.intervals, settled_until=community.settled_until, findings=findings
    )
