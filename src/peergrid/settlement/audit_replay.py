"""Clear every settled period anew from its readings, and hold what is booked against it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import fetch
from peergrid.database.pool import Connection
from peergrid.market.clearing import Clearings
from peergrid.members.membership import Community
from peergrid.meters.readings import (
    Readings,
    meters_as_arrays,
    owners_as_arrays,
    readings_as_arrays,
    start_of,
)
from peergrid.meters.retention import kept_from
from peergrid.meters.store import first_of
from peergrid.money import Whole
from peergrid.settlement import audit_queries
from peergrid.settlement.agreed import cleared_as_agreed
from peergrid.settlement.carried import Carried
from peergrid.settlement.counted import Counted, counted_of
from peergrid.settlement.period import period_at
from peergrid.settlement.record import SHARE_VALUES, share_values
from peergrid.settlement.tariffs import tariffs_of


@dataclass(frozen=True, eq=False)
class Booked:
    """What stands of some intervals; settlements are (n_settlements,), shares (n_shares,)."""

    settled: Mapping[str, Whole]
    shares: Mapping[str, Whole]


def replay(
    connection: Connection, community: Community, first: int, end: int
) -> Iterator[tuple[int, list[str]]]:
    """Every period of ``[first, end)``: how many intervals, and what is wrong with their shares.

    Where half hours are kept no longer, what the shares say was counted stands for them.
    """
    kept = first_of(kept_from(connection))
    meters = meters_as_arrays(connection, community.community_id)
    owners = owners_as_arrays(connection, community.community_id)
    tariffs = tariffs_of(connection, community.community_id)
    carried = Carried({}, {})
    while first < end:
        period = period_at(first, tariffs, meters, owners)
        until = min(period.end, end)
        if period.is_whole and until < period.end:
            return
        counted = counted_of(_read(connection, community, first, until, kept), meters, first, until)
        connections, span = counted.metered.meter_ids, (period.first, period.end)
        before = carried.standings(connections, period.month, span, owners)
        outcomes = cleared_as_agreed(
            connection, community.community_id, period, counted.metered, before
        )
        carried.keep(connections, outcomes[-1].after, span, owners)
        booked = _booked(connection, community, first, until)
        yield until - first, list(_differences(counted, outcomes, booked, kept))
        first = until


def _read(
    connection: Connection, community: Community, first: int, end: int, kept: int
) -> Readings:
    since = min(max(first, kept), end)
    found = readings_as_arrays(connection, community.community_id, since, end)
    if first == since:
        return found
    asked = {
        "community": community.community_id,
        "start": start_of(first),
        "end": start_of(since),
    }
    columns = {"interval_start": "interval", "quality": "int2"}
    columns |= dict.fromkeys(("connection_id", "meter_id", "import_wh", "export_wh"), "int4")
    gone = fetch(connection, audit_queries.COUNTED, asked, columns)
    both = ((gone[name], getattr(found, name)) for name in gone)
    return Readings(**dict(zip(gone, map(np.concatenate, both), strict=True)))


def _booked(connection: Connection, community: Community, first: int, end: int) -> Booked:
    asked = {
        "community": community.community_id,
        "start": start_of(first),
        "end": start_of(end),
    }
    columns = {"interval_start": "interval", "estimated": "int4"}
    settled = fetch(connection, audit_queries.SETTLED, asked, columns)
    columns = {"interval_start": "interval", "meter_id": "int4", **SHARE_VALUES}
    return Booked(settled, fetch(connection, audit_queries.STORED, asked, columns))


def _differences(
    counted: Counted, outcomes: list[Clearings], booked: Booked, kept: int
) -> Iterator[str]:
    numbers = counted.metered.numbers
    is_settled = np.isin(numbers, booked.settled["interval_start"])
    for number in numbers[~is_settled].tolist():
        yield f"interval {_time(number)}: it should be settled, but no settlement stands"
    estimated = dict(
        zip(
            booked.settled["interval_start"].tolist(),
            booked.settled["estimated"].tolist(),
            strict=True,
        )
    )
    stand_ins = zip(numbers.tolist(), counted.is_estimated.sum(axis=1).tolist(), strict=True)
    for number, count in stand_ins:
        if number in estimated and estimated[number] != count and number >= kept:
            yield (
                f"settlement of {_time(number)}: it says that {estimated[number]} readings are"
                f" estimated, {count} are"
            )
    yield from _differing_shares(counted, outcomes, booked, is_settled)


def _differing_shares(
    counted: Counted, outcomes: list[Clearings], booked: Booked, is_settled: NDArray[np.bool_]
) -> Iterator[str]:
    there = np.nonzero(counted.metered.is_there & is_settled[:, None])
    values = [share_values(outcome) for outcome in outcomes]
    should = {name: np.concatenate([of[name] for of in values])[there] for name in SHARE_VALUES}
    expected = _keys(counted.metered.numbers[there[0]], counted.meter_ids[there])
    found = _keys(booked.shares["interval_start"], booked.shares["meter_id"])
    once, first, times = np.unique(found, return_index=True, return_counts=True)
    for key, count in zip(once[times > 1].tolist(), times[times > 1].tolist(), strict=True):
        yield f"{_share(key)}: booked {count} times"
    for key in np.setdiff1d(expected, once).tolist():
        yield f"{_share(key)}: it is missing"
    for key in np.setdiff1d(once, expected).tolist():
        yield f"{_share(key)}: there is no reading for it"
    both, left, right = np.intersect1d(expected, once[times == 1], return_indices=True)
    places = first[times == 1][right]
    for name in SHARE_VALUES:
        is_, due = booked.shares[name][places], should[name][left]
        for place in np.flatnonzero(is_ != due).tolist():
            yield (
                f"{_share(int(both[place]))}: {name} is {is_[place]},"
                f" its readings and the tariff give {due[place]}"
            )


def _keys(numbers: Whole, meter_ids: Whole) -> Whole:
    """One number for an interval and a meter."""
    return numbers << 32 | meter_ids


def _share(key: int) -> str:
    return f"share of meter {key & 2**32 - 1} in {_time(key >> 32)}"


def _time(number: int) -> str:
    return f"{start_of(number):%Y-%m-%dT%H:%MZ}"
