"""Requests of many meters in one transaction: each is all or nothing, and answered by itself.

Meters send at :00 and :30, all at once. A transaction each would wait for the disk thousands of
times for a few bytes each; those that wait anyway are stored by one COPY and one commit.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from psycopg import Rollback

from peergrid.database.pool import Connection
from peergrid.energy import Reading
from peergrid.errors import Conflict, Invalid
from peergrid.meters.batch import faults
from peergrid.meters.ingest import batch_of, first_not_over, ingest
from peergrid.meters.overlap import Outcome
from peergrid.meters.registry import Meter
from peergrid.meters.roster import among
from peergrid.meters.store import admit, store

type Answer = Outcome | Conflict | Invalid


@dataclass(frozen=True, eq=False)
class Request:
    """Readings of one meter, in the order in which they were sent.

    ``not_after`` is the latest an interval may end (the server's clock); None for simulated time.
    """

    meter: Meter
    readings: Sequence[Reading]
    not_after: datetime | None


def ingest_together(
    connection: Connection, community_id: int, requests: Sequence[Request]
) -> list[Answer]:
    """Store requests of meters of one community, and say what became of each, in their order.

    That is what ``ingest`` would make of one after the other; what it would raise is the
    answer, and spoils no other's.
    """
    answers: dict[int, Answer] = {}
    for places in _turns(requests):
        stored = _store(connection, community_id, [requests[place] for place in places])
        answers |= zip(places, stored, strict=True)
    return [answers[place] for place in range(len(requests))]


def _turns(requests: Sequence[Request]) -> list[list[int]]:
    """The places of each meter's first request, of each one's second, and so on."""
    seen: Counter[int] = Counter()
    turns: defaultdict[int, list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        turns[seen[request.meter.meter_id]].append(place)
        seen[request.meter.meter_id] += 1
    return [turns[turn] for turn in range(len(turns))]


def _store(connection: Connection, community_id: int, requests: Sequence[Request]) -> list[Answer]:
    """Requests of different meters: all of them at once, but for those that are bad."""
    batch = batch_of([reading for request in requests for reading in request.readings])
    sender = np.repeat(np.arange(len(requests)), [len(one.readings) for one in requests])
    roster = among(request.meter for request in requests)
    bad = {int(sender[fault.row - 1]) for fault in faults(batch, roster, _before(requests))}
    if not bad:
        with connection.transaction() as attempt:
            admitted = admit(connection, community_id)
            outcome = store(connection, admitted, roster, batch, partial=True)
            bad = {int(sender[fault.row - 1]) for fault in outcome.contradicting}
            if bad:
                raise Rollback(attempt)
        if not bad:
            return [_part(outcome, request, len(batch)) for request in requests]
    good = [request for place, request in enumerate(requests) if place not in bad]
    stored = iter(_store(connection, community_id, good) if good else ())
    return [
        _alone(connection, request) if place in bad else next(stored)
        for place, request in enumerate(requests)
    ]


def _alone(connection: Connection, request: Request) -> Answer:
    try:
        with connection.transaction():
            return ingest(connection, request.meter, request.readings, request.not_after)
    except (Conflict, Invalid) as error:
        return error


def _before(requests: Sequence[Request]) -> int | None:
    """By the last one's clock: what is over for it was over when the others' were stored."""
    return first_not_over(max((one.not_after for one in requests if one.not_after), default=None))


def _part(outcome: Outcome, request: Request, received: int) -> Outcome:
    """What became of one meter's readings among ``received`` of all."""
    own = len(request.readings)
    if outcome.stored == received:
        return Outcome(own, 0, 0)
    stored, corrected = outcome.by_meter.get(request.meter.meter_id, (0, 0))
    return Outcome(stored, corrected, own - stored - corrected)
