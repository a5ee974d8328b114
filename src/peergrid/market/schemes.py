"""How shared energy is priced: one function a scheme, one signature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peergrid.market.sharing import Flow, share_out
from peergrid.market.tariff import Standing, Tariff
from peergrid.money import PARTS, divide


@dataclass(frozen=True, slots=True)
class Share:
    """One meter's part of an interval: its flow [Wh] and what that is worth [micros, Wh credit].

    ``paid`` and ``earned`` pass between neighbours; ``retail``, ``levy`` and ``feed_in`` between
    the meter and the grid. ``billed_wh`` is what counts towards the month's blocks.
    """

    flow: Flow
    billed_wh: int = 0
    paid_micros: int = 0
    earned_micros: int = 0
    retail_micros: int = 0
    levy_micros: int = 0
    feed_in_micros: int = 0
    credit_earned_wh: int = 0
    credit_used_wh: int = 0

    @property
    def cost_micros(self) -> int:
        """What the meter owes for the interval [micros]; negative if it earns."""
        owed = self.paid_micros + self.retail_micros + self.levy_micros
        return owed - self.earned_micros - self.feed_in_micros

    def after(self, standing: Standing) -> Standing:
        """Where the meter stands in its month once this share is booked."""
        return Standing(
            standing.month,
            billed_wh=standing.billed_wh + self.billed_wh,
            exported_wh=standing.exported_wh + self.flow.export_wh,
            credit_wh=standing.credit_wh + self.credit_earned_wh - self.credit_used_wh,
        )


type Price = Callable[[Sequence[Flow], Sequence[Standing], Tariff, int], list[Share]]


@dataclass(frozen=True)
class Scheme:
    """A way to price a community's flows, and how it is told to a producer.

    ``pilot`` says that no rule in force allows it yet; every screen that shows it says so.
    """

    name: str
    title: str
    sentence: str
    pilot: bool
    price: Price

    def explained(self, tariff: Tariff) -> str:
        """The sentence, with the tariff's own figures."""
        return self.sentence.format(credit_ratio=f"{tariff.credit_ratio_ppm / PARTS:g}")


def _buy_from_grid(energy_wh: int, standing: Standing, tariff: Tariff) -> dict[str, int]:
    """Energy credits first, then the blocks of the month."""
    used_wh = min(standing.credit_wh, energy_wh)
    billed_wh = energy_wh - used_wh
    retail, levy = tariff.charge_micros(standing.billed_wh, billed_wh)
    return {
        "credit_used_wh": used_wh,
        "billed_wh": billed_wh,
        "retail_micros": retail,
        "levy_micros": levy,
    }


def net_metering(
    flows: Sequence[Flow], standings: Sequence[Standing], tariff: Tariff, turn: int
) -> list[Share]:
    """Every exported Wh earns an energy credit; every imported Wh is the grid's.

    Sharing is physical only: neighbours owe each other nothing. Credits are used before the
    month's blocks are, which lowers the block the month lands in.

    Source: Statutory Instrument 86 of 2018; ratio 0.8: technomag.co.zw, 30 August 2024.
    """
    del turn  # nothing is split
    return [
        Share(
            flow,
            credit_earned_wh=tariff.credit_wh(standing.exported_wh, flow.export_wh),
            **_buy_from_grid(flow.import_wh, standing, tariff),
        )
        for flow, standing in zip(flows, standings, strict=True)
    ]


def mid_market(
    flows: Sequence[Flow], standings: Sequence[Standing], tariff: Tariff, turn: int
) -> list[Share]:
    """Neighbours trade halfway between the retail price and the feed-in price.

    Retail is stepped, so each buyer's own next block (with levy) is its retail price: nobody
    pays a neighbour more than the grid would have asked. What the buyers pay is shared among
    the sellers by what they sold, to the micro; leftovers turn with ``turn``. Energy credit left
    from net metering is used for what is drawn from the grid, not from neighbours. With one retail
    price for all this is the mid-market rate of Long et al. 2017, supply and demand taken
    after own use as in Bogensperger et al. 2021 (equations 3 to 5).
    """
    paid = []
    for flow, standing in zip(flows, standings, strict=True):
        retail, levy = tariff.charge_micros(standing.billed_wh, flow.bought_wh)
        paid.append(divide(retail + levy + tariff.feed_in_micros(flow.bought_wh), 2))
    earned = share_out(sum(paid), [flow.sold_wh for flow in flows], turn)
    return [
        Share(
            flow,
            paid_micros=paid_micros,
            earned_micros=earned_micros,
            feed_in_micros=tariff.feed_in_micros(flow.grid_export_wh),
            **_buy_from_grid(flow.grid_import_wh, standing, tariff),
        )
        for flow, standing, paid_micros, earned_micros in zip(
            flows, standings, paid, earned, strict=True
        )
    ]


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            "net_metering",
            "Net metering",
            "For each kWh you send out, {credit_ratio} kWh is taken off what you draw later.",
            pilot=False,
            price=net_metering,
        ),
        Scheme(
            "mid_market",
            "Mid-market rate",
            "Neighbours pay each other halfway between the grid's price and the export price.",
            pilot=True,
            price=mid_market,
        ),
    )
}


def scheme_named(name: str) -> Scheme:
    """The scheme of that name. Raises ValueError that lists the names there are."""
    if name not in SCHEMES:
        raise ValueError(f"no scheme is called {name!r}: choose one of {', '.join(SCHEMES)}")
    return SCHEMES[name]
