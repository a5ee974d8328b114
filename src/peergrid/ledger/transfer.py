"""The words of the books: whose account, and which fact a transfer records."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Whose account: a meter's owner, the neighbours' pool, the grid, or the levy's receiver."""

    METER = "meter"
    POOL = "pool"
    GRID = "grid"
    LEVY = "levy"


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
