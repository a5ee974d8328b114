"""What a community should come to, kept in dictionaries and cleared from the beginning."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from peergrid.energy import Reading, local_day, month_start
from peergrid.market.clearing import clearings
from peergrid.market.metered import metered
from peergrid.market.schemes import plain_terms
from peergrid.market.shares import owed_micros
from peergrid.market.standing import standings_of
from peergrid.market.tariff import Tariff
from peergrid.money import Unit
from peergrid.payments.payout import Asked


@dataclass
class Reference:
    """A community whose every reading, owner and payout is known.

    ``owners`` tells by meter from which interval on it is whose, in order of time; ``asked``
    holds by key the payouts that were asked for.
    """

    tariff: Tariff
    first: int
    stored: dict[tuple[int, int], Reading] = field(default_factory=dict)
    owners: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)

    def store(self, readings: Iterable[Reading]) -> None:
        """The higher revision of each meter and interval stands, in whatever order they came."""
        for reading in readings:
            key = (reading.meter_id, reading.interval.number)
            known = self.stored.get(key)
            if known is None or reading.revision > known.revision:
                self.stored[key] = reading

    def owner(self, meter_id: int, number: int) -> int:
        """The member whose meter it is in an interval."""
        return [member for since, member in self.owners[meter_id] if since <= number][-1]

    def balances(self, end: int) -> dict[int, dict[Unit, int]]:
        """What members who own or owned a meter have, all readings before ``end`` cleared."""
        counted = metered(
            range(self.first, end), [one for (_, at), one in self.stored.items() if at < end]
        )
        meter_ids = counted.meter_ids.tolist()
        standings = standings_of(
            counted.meter_ids, {}, month_start(local_day(counted.interval(0).start))
        )
        micros: dict[int, int] = defaultdict(int)
        credit_wh: dict[tuple[int, int], int] = defaultdict(int)
        changes = {since for spans in self.owners.values() for since, _ in spans}
        cuts = sorted({self.first, end, *(one for one in changes if self.first < one < end)})
        for start, until in pairwise(cuts):
            holders = [(meter_id, self.owner(meter_id, start)) for meter_id in meter_ids]
            theirs = np.array([credit_wh[holder] for holder in holders], np.int64)
            standings = replace(standings, credit_wh=theirs)
            part = counted.rows(start - self.first, until - self.first)
            for cleared in clearings(part, standings, [self.tariff], plain_terms(len(meter_ids))):
                shape = cleared.metered.import_wh.shape
                owed = np.broadcast_to(owed_micros(cleared.shares), shape)
                for (_, member_id), cost in zip(holders, owed.sum(axis=0).tolist(), strict=True):
                    micros[member_id] -= cost
                standings = cleared.after
            credit_wh.update(zip(holders, standings.credit_wh.tolist(), strict=True))
        return {
            member_id: {
                Unit.USD: micros[member_id],
                Unit.WH_CREDIT: sum(
                    wh for (_, holder), wh in credit_wh.items() if holder == member_id
                ),
            }
            for member_id in {one for spans in self.owners.values() for _, one in spans}
        }
