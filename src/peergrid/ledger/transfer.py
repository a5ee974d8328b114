"""The words of the books: whose account, and which fact a transfer records."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Whose account: a meter's owner, the neighbours' pool, the grid, or the levy's receiver.

    ``payout`` holds what is being paid out; ``provider`` is the mobile-money provider outside.
    """

    METER = "meter"
    POOL = "pool"
    GRID = "grid"
    LEVY = "levy"
    PAYOUT = "payout"
    PROVIDER = "provider"


class TransferKind(StrEnum):
    """Which business fact of an interval a transfer records."""

    GRID_ENERGY = "grid_energy"
    LEVY = "levy"
    NEIGHBOUR_ENERGY = "neighbour_energy"
    SHARED_ENERGY = "shared_energy"
    FEED_IN = "feed_in"
    CREDIT_EARNED = "credit_earned"
    CREDIT_USED = "credit_used"
    VAT = "vat"
    FIXED = "fixed"
    CREDIT_LOST = "credit_lost"
    CREDIT_PAID = "credit_paid"


class PayoutPart(StrEnum):
    """What a transfer of a payout stands for: what arrives, or what sending it costs."""

    PAYOUT = "payout"
    FEE = "payout_fee"
    TAX = "payout_tax"


class TopUpPart(StrEnum):
    """What a transfer of a top-up stands for: it has one part only."""

    TOP_UP = "top_up"


type EntryKind = TransferKind | PayoutPart | TopUpPart


def kind_named(name: str) -> EntryKind:
    """What an entry of the books is called. Raises ValueError for anything else."""
    for kinds in (PayoutPart, TopUpPart):
        if name in kinds:
            return kinds(name)
    return TransferKind(name)
