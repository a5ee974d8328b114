"""What a community saves against drawing everything from the grid, and the most it could."""

from dataclasses import dataclass

from peergrid.market.tariff import Tariff


@dataclass(frozen=True)
class Savings:
    """What homes pay together [micros], and what they would with the grid alone.

    With the grid alone a home uses its own sun as before, draws all its imports at the month's
    blocks with levy, and earns nothing for what it sends out. Below 0 a bill is an income.
    """

    bills_micros: int
    grid_only_micros: int

    @property
    def micros(self) -> int:
        """Saved [micros]; below 0 if sharing costs more than it brings.

        Source: gsy-e, wiki/docs/bills_savings.md: bills without sharing - bills with sharing.
        """
        return self.grid_only_micros - self.bills_micros

    @property
    def share(self) -> float | None:
        """Saved / bills with the grid alone; above 1 if homes earn; None without such bills."""
        return self.micros / self.grid_only_micros if self.grid_only_micros else None


def least_bill_micros(
    tariff: Tariff, home_months: int, import_wh: int, export_wh: int
) -> int | None:
    """A bound below which no way to share takes a community's bill [micros]; None for nobody.

    ``import_wh`` and ``export_wh`` passed its meters in ``home_months`` (homes x calendar months).
    As if every Wh sent out took the place of a Wh drawn, at whatever hour, for nothing; as if
    the rest lay in the cheapest blocks of all home-months, which it does when spread evenly,
    as blocks never get cheaper; and as if the grid took what is then left at the feed-in price.
    Credit from before these months is outside it. Our own reference, an assumption.
    """
    if not home_months:
        return None
    each_wh = max(import_wh - export_wh, 0) // home_months
    each_micros = tariff.retail_micros(each_wh) + tariff.levy_micros(each_wh)
    return home_months * each_micros - tariff.feed_in_micros(max(export_wh - import_wh, 0))
