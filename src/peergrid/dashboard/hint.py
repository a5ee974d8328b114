"""One line of advice that is true: from prices that are known and cuts that are announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peergrid import wire
from peergrid.money import divide

SOON = timedelta(hours=6)
PERCENT = 100


@dataclass(frozen=True)
class Hint:
    """A phrase of the screens, and what fills its places; prices are micros per kWh."""

    key: str
    start: datetime | None = None
    end: datetime | None = None
    price_micros: int = 0
    payout_micros: int = 0
    percent: int = 0


def hint_of(
    role: wire.Role, ahead: wire.Ahead, market: wire.Market, newest: wire.EnergyInterval | None
) -> Hint | None:
    """What is worth knowing now: a cut to come, then other prices, then what the sun is worth.

    None where nothing is known that would be true.
    """
    if any(one.starts <= ahead.at < one.ends for one in ahead.outages):
        return None
    cut = next((one for one in ahead.outages if ahead.at <= one.starts < ahead.at + SOON), None)
    if cut:
        return Hint("hint_cut", cut.starts)
    return _of_prices(ahead) or _of_the_sun(role, market, newest)


def _of_prices(ahead: wire.Ahead) -> Hint | None:
    """The nearest time of use within reach."""
    for one in ahead.prices:
        if not one.micros_per_kwh or one.starts >= ahead.at + SOON:
            continue
        manner = "dear" if one.micros_per_kwh > 0 else "cheap"
        key = f"hint_{manner}_now" if one.starts <= ahead.at else f"hint_{manner}er"
        return Hint(key, one.starts, one.ends, abs(one.micros_per_kwh))
    return None


def _of_the_sun(
    role: wire.Role, market: wire.Market, newest: wire.EnergyInterval | None
) -> Hint | None:
    """What the newest settled half hour says, to producers while their panels give something."""
    if not market.intervals:
        return None
    last = market.intervals[-1]
    cost, payout = last.price_micros_per_kwh, last.payout_micros_per_kwh
    if role is wire.Role.PRODUCER:
        gives = newest is not None and newest.export_wh > 0
        if not gives or cost is None or payout is None or payout >= cost:
            return None
        key = "hint_own_sun"
        return Hint(key, last.interval_start, price_micros=cost, payout_micros=payout)
    if not last.shared_wh or not last.demand_wh:
        return None
    percent = divide(last.shared_wh * PERCENT, last.demand_wh)
    return Hint("hint_met", last.interval_start, percent=percent) if percent else None
