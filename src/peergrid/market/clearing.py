"""Clear intervals: who shared energy with whom, and what it is worth.

The rule is the same for the simulation and for the platform. It reads no clock, no dice and
no database: the same readings, standings and tariff give the same clearing, to the Wh and
to the micro, whether intervals are cleared one after the other or many at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from peergrid.energy import Interval, Reading, local_day, month_start
from peergrid.market.metered import Metered, metered
from peergrid.market.schemes import Scheme, Terms, plain_terms, scheme_named
from peergrid.market.schemes.with_the_grid import fixed_micros
from peergrid.market.shares import Share, Shares
from peergrid.market.standing import Standing, Standings, in_month, standings_of
from peergrid.market.tariff import Tariff
from peergrid.money import price_micros_per_kwh

AT_ONCE = 2**17  # intervals x meters: what is worked on stays in the processor's cache


@dataclass(frozen=True)
class Clearing:
    """The outcome of one interval for a community; energies [Wh]."""

    interval: Interval
    scheme: str
    shares: tuple[Share, ...]

    @cached_property
    def demand_wh(self) -> int:
        return sum(share.flow.import_wh for share in self.shares)

    @cached_property
    def supply_wh(self) -> int:
        return sum(share.flow.export_wh for share in self.shares)

    @cached_property
    def shared_wh(self) -> int:
        return sum(share.flow.bought_wh for share in self.shares)

    @property
    def grid_import_wh(self) -> int:
        return self.demand_wh - self.shared_wh

    @property
    def grid_export_wh(self) -> int:
        return self.supply_wh - self.shared_wh

    @property
    def price_micros_per_kwh(self) -> int | None:
        """The mean price of a kWh drawn, from wherever; None if nobody drew."""
        paid = sum(
            s.paid_micros + s.retail_micros + s.levy_micros + s.vat_micros for s in self.shares
        )
        return price_micros_per_kwh(paid, self.demand_wh)

    @property
    def payout_micros_per_kwh(self) -> int | None:
        """The mean money earned by a kWh sent out; None if nobody sent any."""
        earned = sum(s.earned_micros + s.feed_in_micros for s in self.shares)
        return price_micros_per_kwh(earned, self.supply_wh)

    @property
    def unbalanced_micros(self) -> int:
        """What neighbours paid less what neighbours received: 0, or the rule is wrong."""
        return sum(share.paid_micros - share.earned_micros for share in self.shares)


@dataclass(frozen=True, eq=False)
class Clearings:
    """The outcomes of consecutive intervals under one tariff, and where they leave the meters."""

    metered: Metered
    scheme: str
    shares: Shares
    after: Standings

    def one(self, row: int) -> Clearing:
        """The clearing of one interval; shares are of the meters with a reading."""
        there = np.flatnonzero(self.metered.is_there[row])
        shares = tuple(self.shares.one(row, column) for column in there.tolist())
        return Clearing(self.metered.interval(row), self.scheme, shares)

    def price_micros_per_kwh(self, row: int) -> int | None:
        """The mean price of a kWh drawn in an interval; None if nobody drew."""
        of, drawn_wh = self.shares, int(self.metered.import_wh[row].sum())
        paid = of.paid_micros + of.retail_micros + of.levy_micros + of.vat_micros
        all_paid = np.broadcast_to(paid, self.metered.import_wh.shape)[row].sum()
        return price_micros_per_kwh(int(all_paid), drawn_wh)


def clear(
    interval: Interval,
    readings: Sequence[Reading],
    standings: Mapping[int, Standing],
    tariff: Tariff,
) -> Clearing:
    """Clear ``interval`` from one reading a meter, in any order.

    ``standings`` tells by meter id how far each is into its month; who is not in it is new.
    Shares come in the order of meter ids. Raises ValueError for a reading of another interval,
    for two of one meter, or for an unknown scheme.
    """
    counted = metered([interval.number], readings)
    month = month_start(local_day(interval.start))
    now = standings_of(counted.meter_ids, standings, month)
    (outcome,) = clearings(counted, now, [tariff], plain_terms(len(counted.meter_ids)))
    return outcome.one(0)


def clearings(
    counted: Metered, standings: Standings, tariffs: Sequence[Tariff], terms: Terms
) -> Iterator[Clearings]:
    """Clear consecutive intervals, some at a time: each from where the one before it ended.

    ``standings`` and ``terms`` are of ``counted.meter_ids``; of ``tariffs`` the one in force on
    each local day holds, so a change within a month splits it. However many intervals are handed
    in at once, the numbers are the same, but for a scheme priced by the month: there a month must
    come whole. Raises ValueError for a day without a tariff and for an unknown scheme.
    """
    for part, tariff in _parts(counted, tariffs):
        outcome = cleared(part, standings, tariff, scheme_named(tariff.scheme), terms)
        standings = outcome.after
        yield outcome


def cleared(
    part: Metered, standings: Standings, tariff: Tariff, scheme: Scheme, terms: Terms
) -> Clearings:
    """Clear intervals of one local month, under any scheme: one's own too."""
    turned = in_month(standings, part, tariff)
    shares = replace(
        scheme.clear(part, turned.standings, tariff, terms),
        fixed_micros=fixed_micros(part, tariff),
        credit_lost_wh=turned.lost_wh,
        credit_paid_micros=turned.paid_micros,
    )
    return Clearings(part, scheme.name, shares, _after(shares, turned.standings))


def _after(shares: Shares, before: Standings) -> Standings:
    """Where the last interval leaves every meter; what turned with the month is in ``before``."""
    billed_wh, earned_wh, used_wh = (
        np.sum(amount, axis=0) if isinstance(amount, np.ndarray) else amount
        for amount in (shares.billed_wh, shares.credit_earned_wh, shares.credit_used_wh)
    )
    return Standings(
        before.months,
        before.billed_wh + billed_wh,
        before.exported_wh + shares.flows.export_wh.sum(axis=0),
        before.credit_wh + earned_wh - used_wh,
    )


def _parts(counted: Metered, tariffs: Sequence[Tariff]) -> Iterator[tuple[Metered, Tariff]]:
    """Runs of intervals of one month and one tariff, cut so that each stays in cache."""
    dated = sorted(tariffs, key=lambda tariff: tariff.valid_from)
    days = counted.local_days
    starts = np.array([tariff.valid_from for tariff in dated], "datetime64[D]")
    which = np.searchsorted(starts, days, side="right") - 1
    if len(which) and which[0] < 0:
        raise ValueError(f"no tariff is in force on {days[0]}: publish one first")
    months = days.astype("datetime64[M]")
    turns = (which[1:] != which[:-1]) | (months[1:] != months[:-1])
    at_once = max(1, AT_ONCE // max(1, len(counted.meter_ids)))
    edges = [0, *(np.flatnonzero(turns) + 1).tolist(), len(days)] if len(days) else []
    for first, end in pairwise(edges):
        tariff = dated[int(which[first])]
        step = end - first if scheme_named(tariff.scheme).by_month else at_once
        for row in range(first, end, step):
            yield counted.rows(row, min(row + step, end)), tariff


def standings_after(clearing: Clearing, standings: Mapping[int, Standing]) -> dict[int, Standing]:
    """Every meter's standing once ``clearing`` is booked; others keep theirs."""
    month = month_start(local_day(clearing.interval.start))
    new = Standing(month)
    return {**standings} | {
        share.flow.meter_id: share.after(standings.get(share.flow.meter_id, new).in_month(month))
        for share in clearing.shares
    }
