"""What the connections of a community agreed to and asked for, at an instant and over a time."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from peergrid.database.pool import Connection
from peergrid.energy import Interval, day_start
from peergrid.market.schemes import NO_LIMIT, Terms, plain_terms
from peergrid.market.sharing import share_out
from peergrid.meters.registry import InForce, connections_of, meters_of_community
from peergrid.money import PARTS, Whole
from peergrid.settlement.agreements import agreements_of
from peergrid.settlement.limits import LimitPrice, limits_of

type Since = tuple[datetime, Terms]


def terms_at(
    connection: Connection, community_id: int, connection_ids: Sequence[int], interval: Interval
) -> Terms:
    """The terms of ``connection_ids`` (rising, as metered) in one interval: ``terms_between``."""
    return terms_between(connection, community_id, connection_ids, interval.start, interval.end)[0][
        1
    ]


def terms_between(
    connection: Connection,
    community_id: int,
    connection_ids: Sequence[int],
    start: datetime,
    end: datetime,
) -> list[Since]:
    """Each set of terms in ``[start, end)`` with the instant it holds from, the first at ``start``.

    Coefficients are those of the agreement in force. A connection that it does not name has no
    part; the part of one that is not in force goes to the others it names, in proportion to
    theirs, by largest remainder. Before the first agreement, and if nobody whom it names is in
    force, all that are in force have equal parts. A limit price holds until its owner sets
    another or hands the connection over; of equal prices the one set first goes first, and before
    it who has set none.

    That parts must sum to one and stand until all agree anew is Spain's rule for shared
    self-consumption (Real Decreto 244/2019, annex I); what becomes of a leaver's part it does not
    say: that it goes to those who stay is our assumption.
    """
    in_force = connections_of(meters_of_community(connection, community_id))
    agreed = {
        day_start(one.valid_from): one.coefficient_ppm
        for one in agreements_of(connection, community_id)
        if one.valid_from is not None
    }
    limits = limits_of(connection, connection_ids)
    changes = {*agreed, *(limit.valid_from for limit in limits)}
    for one in in_force.values():
        changes |= {one.active_from, one.active_until or end}
    instants = [start, *sorted(instant for instant in changes if start < instant < end)]
    asked = _Asked(connection_ids, limits)
    return [
        (instant, asked.until(instant, _coefficients(connection_ids, instant, in_force, agreed)))
        for instant in instants
    ]


def _coefficients(
    connection_ids: Sequence[int],
    instant: datetime,
    in_force: Mapping[int, InForce],
    agreed: Mapping[datetime, Mapping[int, int]],
) -> Whole:
    """Each connection's part of the surplus at an instant [ppm], (n_connections,)."""
    there = sorted(one for one, when in in_force.items() if when.at(instant))
    begun = max((begins for begins in agreed if begins <= instant), default=None)
    named = [agreed[begun].get(one, 0) for one in there] if begun else []
    equal = plain_terms(len(there)).coefficient_ppm.tolist()
    part_of = dict(zip(there, share_out(PARTS, named) if any(named) else equal, strict=True))
    return np.array([part_of.get(one, 0) for one in connection_ids], np.int64)


class _Asked:
    """Limit prices in force, instant after instant."""

    def __init__(self, connection_ids: Sequence[int], limits: Sequence[LimitPrice]) -> None:
        self._column_of = {one: column for column, one in enumerate(connection_ids)}
        self._coming = deque(limits)
        nothing = plain_terms(len(connection_ids))
        self._bid = nothing.bid_micros_per_kwh
        self._ask = nothing.ask_micros_per_kwh
        self._placed = nothing.placed

    def until(self, instant: datetime, coefficient_ppm: Whole) -> Terms:
        """The terms at an instant, which must not be before the one asked for last."""
        self._bid, self._ask = self._bid.copy(), self._ask.copy()
        self._placed = self._placed.copy()
        while self._coming and self._coming[0].valid_from <= instant:
            limit = self._coming.popleft()
            column = self._column_of[limit.connection_id]
            bid, ask = limit.bid_micros_per_kwh, limit.ask_micros_per_kwh
            self._bid[column] = NO_LIMIT if bid is None else bid
            self._ask[column] = NO_LIMIT if ask is None else ask
            self._placed[column] = 0 if bid is None and ask is None else limit.limit_id
        return Terms(coefficient_ppm, self._bid, self._ask, self._placed)
