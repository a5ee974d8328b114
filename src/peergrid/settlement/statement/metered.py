"""What a member's meters counted in a month, and how it was shared; tariff by tariff."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import day_start, next_month
from peergrid.market.tariff import Tariff
from peergrid.settlement.statement import queries
from peergrid.settlement.statement.formula import Step, steps_between


@dataclass(frozen=True)
class Counted:
    """The sums of one meter's readings [Wh], and how many readings came about in which way.

    ``trued_up`` of them replaced an earlier one.
    """

    meter_id: int
    import_wh: int
    export_wh: int
    generation_wh: int
    measured: int
    estimated: int
    missing: int
    trued_up: int


@dataclass
class Cleared:
    """One meter's settled half hours under one tariff [Wh].

    The month's billed and exported energy ``before`` and ``after`` them place them in the
    blocks; ``bought_at`` is what neighbours gave, by the grid's price of the block it would
    have fallen into.
    """

    billed_before_wh: int
    exported_before_wh: int
    half_hours: int = 0
    import_wh: int = 0
    export_wh: int = 0
    bought_wh: int = 0
    sold_wh: int = 0
    billed_wh: int = 0
    credit_used_wh: int = 0
    bought_half_hours: int = 0
    fed_in_half_hours: int = 0
    bought_at: Counter[int] = field(default_factory=Counter)

    @property
    def billed_after_wh(self) -> int:
        return self.billed_before_wh + self.billed_wh

    @property
    def exported_after_wh(self) -> int:
        return self.exported_before_wh + self.export_wh

    @property
    def grid_import_wh(self) -> int:
        return self.import_wh - self.bought_wh

    @property
    def grid_export_wh(self) -> int:
        return self.export_wh - self.sold_wh

    @property
    def bought_steps(self) -> tuple[Step, ...]:
        return tuple(Step(energy, price) for price, energy in sorted(self.bought_at.items()))

    def add(self, share: "ShareRow", tariff: Tariff) -> None:
        """Count one more settled half hour, the next in time."""
        reached_wh = self.billed_after_wh
        for step in steps_between(tariff.blocks, reached_wh, reached_wh + share.bought_wh):
            self.bought_at[step.price_micros_per_kwh] += step.energy_wh
        self.half_hours += 1
        self.import_wh += share.import_wh
        self.export_wh += share.export_wh
        self.bought_wh += share.bought_wh
        self.sold_wh += share.sold_wh
        self.billed_wh += share.billed_wh
        self.credit_used_wh += share.credit_used_wh
        self.bought_half_hours += share.bought_wh > 0
        self.fed_in_half_hours += share.export_wh > share.sold_wh


@dataclass(frozen=True)
class ShareRow:
    """One meter's part of one settled half hour [Wh]; ``is_own`` if it was the member's then."""

    connection_id: int
    meter_id: int
    tariff_id: int
    import_wh: int
    export_wh: int
    bought_wh: int
    sold_wh: int
    billed_wh: int
    credit_used_wh: int
    is_own: bool


type ByTariff = dict[tuple[int, int], Cleared]  # meter id and tariff id


def counted_in(connection: Connection, member_id: int, month: date) -> list[Counted]:
    """The readings of a local month of what was the member's by then, meter by meter."""
    with connection.cursor(row_factory=class_row(Counted)) as cursor:
        return cursor.execute(queries.READINGS, _asked(member_id, month)).fetchall()


def cleared_in(
    connection: Connection, member_id: int, month: date, tariffs: dict[int, Tariff]
) -> ByTariff:
    """The settlements of a member's local month that stand, by meter and tariff, in order of time.

    The month's blocks are the connection's: what went before is another meter's too, and another
    member's, as one sum.
    """
    with connection.cursor(row_factory=class_row(ShareRow)) as cursor:
        rows = cursor.execute(queries.SHARES, _asked(member_id, month)).fetchall()
    found: ByTariff = {}
    for _, shares in groupby(rows, key=lambda row: row.connection_id):
        billed_wh = exported_wh = 0
        for share in shares:
            if share.is_own:
                key = (share.meter_id, share.tariff_id)
                cleared = found.setdefault(key, Cleared(billed_wh, exported_wh))
                cleared.add(share, tariffs[share.tariff_id])
            billed_wh += share.billed_wh
            exported_wh += share.export_wh
    return found


def _asked(member_id: int, month: date) -> dict[str, object]:
    start, end = span_of(month)
    return {"member": member_id, "start": start, "end": end}


def span_of(month: date) -> tuple[datetime, datetime]:
    """The instants at which a local month begins and ends."""
    return day_start(month), day_start(next_month(month))
