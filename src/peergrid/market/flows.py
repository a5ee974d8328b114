"""Where each meter's energy of an interval came from and went to."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from peergrid.market.metered import Metered
from peergrid.market.sharing import share_out_rows
from peergrid.money import Whole


@dataclass(frozen=True, slots=True)
class Flow:
    """Where one meter's energy of an interval came from and went to, all [Wh]."""

    meter_id: int
    import_wh: int
    export_wh: int
    bought_wh: int
    sold_wh: int

    @property
    def grid_import_wh(self) -> int:
        """Drawn from the public grid, not from neighbours [Wh]."""
        return self.import_wh - self.bought_wh

    @property
    def grid_export_wh(self) -> int:
        """Taken by the public grid, not by neighbours [Wh]."""
        return self.export_wh - self.sold_wh


@dataclass(frozen=True, eq=False)
class Flows:
    """The same for many: what was ``metered``, bought and sold (n_intervals, n_meters) [Wh]."""

    metered: Metered
    bought_wh: Whole
    sold_wh: Whole

    @property
    def import_wh(self) -> Whole:
        return self.metered.import_wh

    @property
    def export_wh(self) -> Whole:
        return self.metered.export_wh

    @property
    def grid_import_wh(self) -> Whole:
        return self.metered.import_wh - self.bought_wh

    @property
    def grid_export_wh(self) -> Whole:
        return self.metered.export_wh - self.sold_wh

    def at(self, rows: Whole) -> "Flows":
        """The same of some intervals alone, by their rising places."""
        return Flows(self.metered.at(rows), self.bought_wh[rows], self.sold_wh[rows])

    def part(self, row: int, columns: Any) -> Flow:
        """The flows of one interval and some meters: a flow whose every field is an array."""
        of = self.metered
        counted: Any = (of.import_wh, of.export_wh, self.bought_wh, self.sold_wh)
        return Flow(of.meter_ids[columns], *(energy[row, columns] for energy in counted))

    def one(self, row: int, column: int) -> Flow:
        """The flow of one interval and one meter."""
        part: Any = self.part(row, column)
        return Flow(*(int(getattr(part, field.name)) for field in fields(Flow)))


def pro_rata(metered: Metered) -> Flows:
    """The scarcer side is served in full, the other in proportion to what it counted.

    Supply and demand are what passes the meters, after each home's own use; a meter that
    both drew and sent out within the interval may serve itself, as the community sees its sums.
    Energies bought and sold sum to the same in each interval.
    """
    shared_wh = np.minimum(metered.import_wh.sum(axis=1), metered.export_wh.sum(axis=1))
    bought_wh = share_out_rows(shared_wh, metered.import_wh, metered.turns)
    sold_wh = share_out_rows(shared_wh, metered.export_wh, metered.turns)
    return Flows(metered, bought_wh, sold_wh)
