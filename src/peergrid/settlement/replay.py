"""Settle a month again, on paper: under another scheme or another tariff; nothing is written."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from peergrid.energy import Interval, day_start, local_day, month_start
from peergrid.errors import Invalid
from peergrid.market.clearing import Clearings, clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import Terms, scheme_named
from peergrid.market.tariff import Tariff
from peergrid.meters.readings import Owners, start_of
from peergrid.money import Whole
from peergrid.settlement.settled_month import SUMMED, SettledMonth, Sums


@dataclass(frozen=True)
class Household:
    """A member's month as it was booked, and as it would have been."""

    member_id: int
    booked: Sums
    replayed: Sums


def replay(settled: SettledMonth, tariffs: Sequence[Tariff]) -> dict[int, Sums]:
    """What each member's month would come to under ``tariffs``, by member id.

    It starts from what was booked before the month, whatever scheme is asked for: each connection
    at its first block, with the energy credit that its member had left. So under a scheme that
    earns no credit, what was left is used up first, as it would be had the scheme changed with
    that month. Raises Invalid for a day without a tariff.
    """
    total = _Total(settled.owners)
    carried = settled.begun
    try:
        for part, terms in _parts(settled, tariffs):
            connections, span = part.meter_ids, (int(part.numbers[0]), int(part.numbers[-1]) + 1)
            month = month_start(local_day(part.interval(0).start))
            before = carried.standings(connections, month, span, settled.owners)
            for outcome in clearings(part, before, tariffs, terms):
                total.add(outcome)
                after = outcome.after
            carried.keep(connections, after, span, settled.owners)
    except ValueError as error:
        raise Invalid(f"This month cannot be replayed: {error}.") from error
    return total.by_member


def _parts(settled: SettledMonth, tariffs: Sequence[Tariff]) -> Iterator[tuple[Metered, Terms]]:
    """The month cut where terms or owners change, but for a time whose scheme needs it whole."""
    instants = [instant for instant, _ in settled.terms]
    numbers = settled.counted.numbers
    if not len(numbers):
        return
    changes = settled.owners.changes(int(numbers[0]), int(numbers[-1]) + 1)
    starts = {day_start(tariff.valid_from): tariff for tariff in tariffs}
    cuts = {instants[0], *(start for start in starts if start > instants[0])}
    for instant in [*instants, *map(start_of, changes)]:
        begun = max((start for start in starts if start <= instant), default=None)
        if begun is None or not scheme_named(starts[begun].scheme).by_month:
            cuts.add(instant)
    held = sorted(cuts)
    rows = [int(np.searchsorted(numbers, Interval(instant).number)) for instant in held]
    for instant, (first, end) in zip(held, pairwise([*rows, len(numbers)]), strict=True):
        if first < end:
            terms = settled.terms[bisect_right(instants, instant) - 1][1]
            yield settled.counted.rows(first, end), terms


class _Total:
    """What each member's connections come to while they are theirs."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._members = np.unique(owners.member_id)
        self._amounts = np.zeros((len(self._members), len(SUMMED)), np.int64)
        self._is_there = np.zeros(len(self._members), np.bool_)

    def add(self, outcome: Clearings) -> None:
        numbers, there = outcome.metered.numbers, outcome.metered.is_there
        first, end = int(numbers[0]), int(numbers[-1]) + 1
        energies = _energies(outcome)
        for begins, until in pairwise([first, *self._owners.changes(first, end), end]):
            rows = slice(*np.searchsorted(numbers, [begins, until]).tolist())
            held = self._owners.at(begins)
            owners = [held[one] for one in outcome.metered.meter_ids.tolist()]
            places = np.searchsorted(self._members, owners)
            amounts = np.array([energy[rows].sum(axis=0) for energy in energies])
            np.add.at(self._amounts, places, amounts.T)
            np.logical_or.at(self._is_there, places, there[rows].any(axis=0))

    @property
    def by_member(self) -> dict[int, Sums]:
        there = self._is_there
        rows = zip(self._members[there].tolist(), self._amounts[there].tolist(), strict=True)
        return {member_id: Sums(*amounts) for member_id, amounts in rows}


def _energies(outcome: Clearings) -> list[Whole]:
    """What ``Sums`` adds up, each (n_intervals, n_connections)."""
    shares = outcome.shares
    flows = {
        "import_wh": shares.flows.import_wh,
        "export_wh": shares.flows.export_wh,
        "bought_wh": shares.flows.bought_wh,
        "sold_wh": shares.flows.sold_wh,
    }
    return [flows[name] if name in flows else shares.of(name) for name in SUMMED]


def under(tariffs: Sequence[Tariff], scheme: str) -> list[Tariff]:
    """The same prices under another scheme. Raises Invalid if there is none of that name."""
    try:
        scheme_named(scheme)
    except ValueError as error:
        raise Invalid(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    return [tariff.under(scheme) for tariff in tariffs]


def instead(settled: SettledMonth, tariff: Tariff) -> list[Tariff]:
    """One tariff for all of the month, whenever it is to begin."""
    return [replace(tariff, valid_from=min(tariff.valid_from, settled.month))]


def total_of(sums: Mapping[int, Sums]) -> Sums:
    """All of them together."""
    return sum(sums.values(), Sums())


def households_of(settled: SettledMonth, replayed: Mapping[int, Sums]) -> list[Household]:
    """Every member with a share in the month, as it was and as it would have been."""
    return [
        Household(member_id, booked, replayed[member_id])
        for member_id, booked in sorted(settled.booked.items())
    ]
