"""The rules that an order book can be cleared under, and what each asks for besides the book."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from peergrid.cli.order_book import PRICE_DIGITS, whole
from peergrid.errors import Invalid
from peergrid.market.auction import (
    Outcome,
    clear_at,
    clear_at_limits,
    clear_call,
    clear_uniform,
)
from peergrid.market.auction_offers import (
    crossing_price,
    mid_market_price,
    pruned,
    supply_demand_price,
)
from peergrid.market.auction_orders import MOST_MICROS_PER_KWH, Orders
from peergrid.money import Whole


@dataclass(frozen=True)
class Terms:
    """What a rule asks for besides the book, as it was typed; None where nothing was."""

    reference: str | None
    alpha: str | None
    compensation: str | None

    @property
    def reference_micros(self) -> int:
        if self.reference is None:
            raise Invalid("a call needs the price of the call before: give it with --reference")
        return whole(self.reference, "--reference", PRICE_DIGITS, MOST_MICROS_PER_KWH)

    def share(self, name: str, default: Fraction) -> Fraction:
        """``alpha`` or ``compensation``, from 0 to 1."""
        text: str | None = getattr(self, name)
        try:
            share = default if text is None else Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise Invalid(f"--{name} is {text!r}: write 0.5 or 1/3") from error
        if not 0 <= share <= 1:
            raise Invalid(f"--{name} is {text}: it must lie between 0 and 1")
        return share


def _mid_market(asks: Orders, bids: Orders, terms: Terms) -> Whole:
    return mid_market_price(asks, bids, terms.share("alpha", Fraction(1, 2)))


def _supply_demand(asks: Orders, bids: Orders, terms: Terms) -> Whole:
    return supply_demand_price(asks, bids, terms.share("compensation", Fraction(0)))


RULES: dict[str, tuple[str | None, Callable[[Orders, Orders, Terms], Outcome]]] = {
    # a rule's own option, and how it clears
    "uniform": (None, lambda asks, bids, _: clear_uniform(asks, bids)),
    "pay_as_bid": (None, lambda asks, bids, _: clear_at_limits(asks, bids, "bid")),
    "pay_as_ask": (None, lambda asks, bids, _: clear_at_limits(asks, bids, "ask")),
    "call": ("reference", lambda a, b, terms: clear_call(a, b, terms.reference_micros)),
    "mmr": ("alpha", lambda a, b, terms: clear_at(a, b, _mid_market(a, b, terms))),
    "pruned_mmr": ("alpha", lambda a, b, terms: clear_at(a, b, _mid_market(*pruned(a, b), terms))),
    "sdr": ("compensation", lambda a, b, terms: clear_at(a, b, _supply_demand(a, b, terms))),
    "pruned_sdr": (
        "compensation",
        lambda a, b, terms: clear_at(a, b, _supply_demand(*pruned(a, b), terms)),
    ),
    "crossing": (None, lambda a, b, _: clear_at(a, b, crossing_price(a, b))),
}
