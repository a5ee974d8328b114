"""What the meters of a community agreed to and asked for, at an instant and over a time."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from peergrid.database.pool import Connection
from peergrid.energy import Interval, day_start
from peergrid.market.schemes import NO_LIMIT, Terms, plain_terms
from peergrid.meters.registry import meters_of_community
from peergrid.money import Whole
from peergrid.settlement.agreements import agreements_of
from peergrid.settlement.limits import LimitPrice, limits_of

type Since = tuple[datetime, Terms]


def terms_at(
    connection: Connection, community_id: int, meter_ids: Sequence[int], interval: Interval
) -> Terms:
    """The terms of ``meter_ids`` (rising, as metered) in one interval: ``terms_between``."""
    return terms_between(connection, community_id, meter_ids, interval.start, interval.end)[0][1]


def terms_between(
    connection: Connection,
    community_id: int,
    meter_ids: Sequence[int],
    start: datetime,
    end: datetime,
) -> list[Since]:
    """Each set of terms in ``[start, end)`` with the instant it holds from, the first at ``start``.

    Coefficients are those of the agreement in force; a meter it does not name has no part. Before
    the first agreement each meter that is active by then has an equal part. A limit price holds
    until its owner sets another; of equal prices the one set first goes first, and before it
    who has set none. If ``meter_ids`` leaves out a meter with a part, the coefficients do not sum
    to one, and coefficient sharing refuses them.
    """
    active_from = {
        meter.meter_id: meter.active_from for meter in meters_of_community(connection, community_id)
    }
    agreed = {
        day_start(one.valid_from): one.coefficient_ppm
        for one in agreements_of(connection, community_id)
        if one.valid_from is not None
    }
    limits = limits_of(connection, meter_ids)
    changes = {*active_from.values(), *agreed, *(limit.valid_from for limit in limits)}
    instants = [start, *sorted(instant for instant in changes if start < instant < end)]
    asked = _Asked(meter_ids, limits)
    return [
        (instant, asked.until(instant, _coefficients(meter_ids, instant, active_from, agreed)))
        for instant in instants
    ]


def _coefficients(
    meter_ids: Sequence[int],
    instant: datetime,
    active_from: Mapping[int, datetime],
    agreed: Mapping[datetime, Mapping[int, int]],
) -> Whole:
    """Each meter's part of the surplus at an instant [ppm], (n_meters,)."""
    in_force = max((begins for begins in agreed if begins <= instant), default=None)
    if in_force is not None:
        return np.array([agreed[in_force].get(one, 0) for one in meter_ids], np.int64)
    parts = np.zeros(len(meter_ids), np.int64)
    is_active = np.array([active_from[one] <= instant for one in meter_ids], np.bool_)
    parts[is_active] = plain_terms(int(is_active.sum())).coefficient_ppm
    return parts


class _Asked:
    """Limit prices in force, instant after instant."""

    def __init__(self, meter_ids: Sequence[int], limits: Sequence[LimitPrice]) -> None:
        self._column_of = {meter_id: column for column, meter_id in enumerate(meter_ids)}
        self._coming = deque(limits)
        nothing = plain_terms(len(meter_ids))
        self._bid = nothing.bid_micros_per_kwh
        self._ask = nothing.ask_micros_per_kwh
        self._placed = nothing.placed

    def until(self, instant: datetime, coefficient_ppm: Whole) -> Terms:
        """The terms at an instant, which must not be before the one asked for last."""
        self._bid, self._ask = self._bid.copy(), self._ask.copy()
        self._placed = self._placed.copy()
        while self._coming and self._coming[0].valid_from <= instant:
            limit = self._coming.popleft()
            column = self._column_of[limit.meter_id]
            bid, ask = limit.bid_micros_per_kwh, limit.ask_micros_per_kwh
            self._bid[column] = NO_LIMIT if bid is None else bid
            self._ask[column] = NO_LIMIT if ask is None else ask
            self._placed[column] = 0 if bid is None and ask is None else limit.limit_id
        return Terms(coefficient_ppm, self._bid, self._ask, self._placed)
