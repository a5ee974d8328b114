"""The audit on demand: what `peergrid check` says of one community, within a time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from peergrid.api.dependencies import GUARDED, Data, Now, Overseer
from peergrid.errors import Unavailable
from peergrid.members.membership import community_by_id
from peergrid.members.trail import audit_trail
from peergrid.payments.check import audit_payouts
from peergrid.settlement.check import audit
from peergrid.wire.operator import AuditResult

router = APIRouter(tags=["operator"], responses=GUARDED)

MOST_S = 40.0  # of one audit; a large community's takes `peergrid check` on the server
STATEMENTS = "set local statement_timeout = '20s'"
TOO_LONG = (
    f"The audit takes longer than {MOST_S:.0f} s here: run `peergrid check` on the server, which"
    " takes its time."
)


class Turn:
    """One audit at a time in this process: each reads all that was ever settled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises Unavailable if somebody has it."""
        if not self._lock.acquire(blocking=False):
            raise Unavailable("Another audit is under way: ask again in a minute.")
        try:
            yield
        finally:
            self._lock.release()


def turn_of(request: Request) -> Turn:
    turn: Turn = request.app.state.audit
    return turn


@router.get("/operator/audit")
def run(
    member: Overseer, database: Data, turn: Annotated[Turn, Depends(turn_of)], now: Now
) -> AuditResult:
    """Clear everything settled anew and compare it with the books, the payouts and the trail.

    Nothing is changed. Answers 503 if it would take too long, or while another one runs.
    """
    until = time.monotonic() + MOST_S

    def go_on(_: int) -> None:
        if time.monotonic() > until:
            raise Unavailable(TOO_LONG)

    with turn.taken():
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
