"""The schemes there are."""

from peergrid.market.schemes.apart import FEED_IN, NET_METERING
from peergrid.market.schemes.auctions import CALL_AUCTION, DOUBLE_AUCTION, PAY_AS_BID
from peergrid.market.schemes.bill_sharing import BILL_SHARING
from peergrid.market.schemes.coefficients import COEFFICIENTS
from peergrid.market.schemes.pooled import COMPENSATED, MID_MARKET, SUPPLY_DEMAND
from peergrid.market.schemes.scheme import NO_LIMIT, Scheme, Terms, plain_terms

SCHEMES = {
    scheme.name: scheme
    for scheme in (
        NET_METERING,
        FEED_IN,
        MID_MARKET,
        SUPPLY_DEMAND,
        COMPENSATED,
        BILL_SHARING,
        COEFFICIENTS,
        DOUBLE_AUCTION,
        PAY_AS_BID,
        CALL_AUCTION,
    )
}


def scheme_named(name: str) -> Scheme:
    """The scheme of that name. Raises ValueError that lists the names there are."""
    if name not in SCHEMES:
        raise ValueError(f"no scheme is called {name!r}: choose one of {', '.join(SCHEMES)}")
    return SCHEMES[name]


__all__ = ["NO_LIMIT", "SCHEMES", "Scheme", "Terms", "plain_terms", "scheme_named"]
