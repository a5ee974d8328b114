"""Clear what is settled together as members agreed and asked for it at the time."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from peergrid.database.pool import Connection
from peergrid.market.clearing import Clearings, clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import Terms, plain_terms, scheme_named
from peergrid.market.standing import Standings
from peergrid.meters.readings import start_of
from peergrid.settlement.period import Period, number_of
from peergrid.settlement.terms import terms_between


def cleared_as_agreed(
    connection: Connection,
    community_id: int,
    period: Period,
    metered: Metered,
    standings: Standings,
) -> list[Clearings]:
    """The clearings of consecutive intervals of one period, from ``standings`` on.

    Cut where an agreement or a limit price begins to hold, but for a period that is priced whole.
    """
    found = []
    for part, terms in _parts(connection, community_id, period, metered):
        for outcome in clearings(part, standings, [period.tariff], terms):
            standings = outcome.after
            found.append(outcome)
    return found


def _parts(
    connection: Connection, community_id: int, period: Period, metered: Metered
) -> Iterator[tuple[Metered, Terms]]:
    if period.is_whole or not scheme_named(period.tariff.scheme).heeds_terms:
        yield metered, plain_terms(len(metered.meter_ids))
        return
    numbers = metered.numbers
    start, end = start_of(int(numbers[0])), start_of(int(numbers[-1]) + 1)
    held = terms_between(connection, community_id, metered.meter_ids.tolist(), start, end)
    firsts = [int(np.searchsorted(numbers, number_of(instant))) for instant, _ in held]
    for (_, terms), (first, until) in zip(held, pairwise([*firsts, len(numbers)]), strict=True):
        if first < until:
            yield metered.rows(first, until), terms
