"""Settle a month again, on paper: under another scheme or another tariff; nothing is written."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from peergrid.energy import Interval, day_start
from peergrid.errors import Invalid
from peergrid.market.clearing import Clearings, clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import Terms, scheme_named
from peergrid.market.tariff import Tariff
from peergrid.money import Whole
from peergrid.settlement.settled_month import SUMMED, SettledMonth, Sums


@dataclass(frozen=True)
class Household:
    """A member's month as it was booked, and as it would have been."""

    member_id: int
    booked: Sums
    replayed: Sums


def replay(settled: SettledMonth, tariffs: Sequence[Tariff]) -> dict[int, Sums]:
    """What each meter's month would come to under ``tariffs``, by meter id.

    It starts from what was booked before the month, whatever scheme is asked for: each meter at
    its first block, with the energy credit it had left. So under a scheme that earns no credit,
    what was left is used up first, as it would be had the scheme changed with that month.
    Raises Invalid for a day without a tariff.
    """
    total = np.zeros((len(SUMMED), len(settled.counted.meter_ids)), np.int64)
    standings = settled.standings
    try:
        for part, terms in _parts(settled, tariffs):
            for outcome in clearings(part, standings, tariffs, terms):
                standings = outcome.after
                total += _summed(outcome)
    except ValueError as error:
        raise Invalid(f"This month cannot be replayed: {error}.") from error
    meter_ids = settled.counted.meter_ids.tolist()
    return {
        meter_id: Sums(*amounts)
        for meter_id, amounts in zip(meter_ids, total.T.tolist(), strict=True)
    }


def _parts(settled: SettledMonth, tariffs: Sequence[Tariff]) -> Iterator[tuple[Metered, Terms]]:
    """The month cut where terms change, but for a time whose scheme needs it whole."""
    instants = [instant for instant, _ in settled.terms]
    starts = {day_start(tariff.valid_from): tariff for tariff in tariffs}
    cuts = {instants[0], *(start for start in starts if start > instants[0])}
    for instant in instants:
        begun = max((start for start in starts if start <= instant), default=None)
        if begun is None or not scheme_named(starts[begun].scheme).by_month:
            cuts.add(instant)
    numbers, held = settled.counted.numbers, sorted(cuts)
    rows = [int(np.searchsorted(numbers, Interval(instant).number)) for instant in held]
    for instant, (first, end) in zip(held, pairwise([*rows, len(numbers)]), strict=True):
        if first < end:
            terms = settled.terms[bisect_right(instants, instant) - 1][1]
            yield settled.counted.rows(first, end), terms


def _summed(outcome: Clearings) -> Whole:
    shares = outcome.shares
    flows = {
        "import_wh": shares.flows.import_wh,
        "export_wh": shares.flows.export_wh,
        "bought_wh": shares.flows.bought_wh,
        "sold_wh": shares.flows.sold_wh,
    }
    each = (flows[name] if name in flows else shares.of(name) for name in SUMMED)
    return np.array([energy.sum(axis=0) for energy in each])


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
    """All meters together."""
    return sum(sums.values(), Sums())


def households_of(
    settled: SettledMonth, replayed: Mapping[int, Sums], owners: Mapping[int, int]
) -> list[Household]:
    """Every member with a meter in the month; ``owners`` is member id by meter id."""
    booked, then = (_by_member(sums, owners) for sums in (settled.booked, replayed))
    return [Household(member_id, booked[member_id], then[member_id]) for member_id in booked]


def _by_member(sums: Mapping[int, Sums], owners: Mapping[int, int]) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for meter_id, one in sums.items():
        found[owners[meter_id]] = found.get(owners[meter_id], Sums()) + one
    return found
