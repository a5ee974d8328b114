"""Clear one interval: who shared energy with whom, and what it is worth.

The rule is the same for the simulation and for the platform. It reads no clock, no dice and
no database: the same readings, standings and tariff give the same clearing, to the Wh and
to the micro.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from peergrid.energy import Interval, Reading, local_day, month_start
from peergrid.market.schemes import Share, scheme_named
from peergrid.market.sharing import share_energy, turn_of
from peergrid.market.tariff import Standing, Tariff
from peergrid.money import price_micros_per_kwh


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

    @property
    def shared_wh(self) -> int:
        return min(self.demand_wh, self.supply_wh)

    @property
    def grid_import_wh(self) -> int:
        return self.demand_wh - self.shared_wh

    @property
    def grid_export_wh(self) -> int:
        return self.supply_wh - self.shared_wh

    @property
    def price_micros_per_kwh(self) -> int | None:
        """The mean price of a kWh drawn, from wherever; None if nobody drew."""
        paid = sum(s.paid_micros + s.retail_micros + s.levy_micros for s in self.shares)
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
    ordered = sorted(readings, key=lambda reading: reading.meter_id)
    for reading in ordered:
        if reading.interval != interval:
            raise ValueError(f"meter {reading.meter_id}: its reading is not of {interval.start}")
    if len({reading.meter_id for reading in ordered}) != len(ordered):
        raise ValueError(f"a meter has two readings for {interval.start}")
    flows = share_energy(interval, ordered)
    now = standings_in(interval, standings, [flow.meter_id for flow in flows])
    shares = scheme_named(tariff.scheme).price(flows, now, tariff, turn_of(interval))
    return Clearing(interval, tariff.scheme, tuple(shares))


def standings_in(
    interval: Interval, standings: Mapping[int, Standing], meter_ids: Sequence[int]
) -> list[Standing]:
    """Each meter's standing in the local month of ``interval``."""
    month = month_start(local_day(interval.start))
    new = Standing(month)
    return [standings.get(meter_id, new).in_month(month) for meter_id in meter_ids]


def standings_after(clearing: Clearing, standings: Mapping[int, Standing]) -> dict[int, Standing]:
    """Every meter's standing once ``clearing`` is booked; others keep theirs."""
    meter_ids = [share.flow.meter_id for share in clearing.shares]
    before = standings_in(clearing.interval, standings, meter_ids)
    return {**standings} | {
        share.flow.meter_id: share.after(standing)
        for share, standing in zip(clearing.shares, before, strict=True)
    }
