"""A request of many meters' readings: once, checked, stored, and what it came to."""

from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from peergrid.database.pool import Connection
from peergrid.errors import Invalid
from peergrid.meters.batch import Batch, Fault, faults
from peergrid.meters.days import Days, announce, store_days
from peergrid.meters.once import Once, claim, keep
from peergrid.meters.roster import Roster, Rosters
from peergrid.meters.store import Admitted, admit, store

MOST_REFUSED = 1_000  # rows of which a receipt says why; more than these make no list to read


class Sent(Protocol):
    """Readings in some format, whose meters a roster names.

    A row of whole days is a half hour: those of the second day are 49 to 96.
    """

    def batch_of(self, roster: Roster) -> Batch:
        """The readings as arrays."""


@dataclass(frozen=True)
class Receipt:
    """What became of a request: the last four sum to the readings received.

    ``refused`` says why for the first MOST_REFUSED of them; none are, unless asked for in part.
    """

    received: int
    stored: int
    corrected: int
    unchanged: int
    refused_count: int = 0
    refused: tuple[Fault, ...] = ()
    is_replay: bool = False


def take(
    connection: Connection,
    rosters: Rosters,
    community_id: int,
    once: Once,
    sent: Sent,
    before: int | None,
    *,
    partial: bool = False,
) -> Receipt:
    """Store what a collector sent: all of it, or nothing; with ``partial`` what is good of it.

    The same request again is answered with its first receipt. ``before`` is the first interval
    that is not over; None for simulated time. Raises Invalid, naming the first bad row, Conflict
    as ``store`` does, and Conflict if the request's key was used for another body.
    """
    known = claim(connection, once)
    if known is not None:
        refused = tuple(Fault(**fault) for fault in known.pop("refused"))
        return Receipt(**(known | {"refused": refused, "is_replay": True}))
    days = sent if isinstance(sent, Days) and sent.are_over(before) else None
    if days:
        announce(connection, community_id, days)
    admitted = admit(connection, community_id)
    roster = rosters.of(connection, community_id, admitted.meters_changed)
    if days and store_days(connection, admitted, roster, days):
        receipt = Receipt(days.readings, days.readings, 0, 0)
    else:
        receipt = _each(connection, admitted, roster, sent, before, partial=partial)
    keep(connection, once, asdict(receipt))
    return receipt


def _each(
    connection: Connection,
    admitted: Admitted,
    roster: Roster,
    sent: Sent,
    before: int | None,
    *,
    partial: bool,
) -> Receipt:
    """Store each reading by itself: the good ones, if in part, else all or none."""
    batch = sent.batch_of(roster)
    bad = faults(batch, roster, before)
    if bad and not partial:
        raise Invalid(bad[0].reason)
    good = np.ones(len(batch), np.bool_)
    good[[fault.row - 1 for fault in bad]] = False
    outcome = store(connection, admitted, roster, batch, good, partial=partial)
    every = sorted([*bad, *outcome.contradicting], key=lambda fault: fault.row)
    return Receipt(
        received=len(batch),
        stored=outcome.stored,
        corrected=outcome.corrected,
        unchanged=outcome.unchanged - len(outcome.contradicting),
        refused_count=len(every),
        refused=tuple(every[:MOST_REFUSED]),
    )
