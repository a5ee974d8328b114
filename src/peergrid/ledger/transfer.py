"""A transfer cannot exist unbalanced: it names the account that gives and the one that gets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from peergrid.money import Unit


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


@dataclass(frozen=True, slots=True)
class Account:
    """An account of one community; only a meter's names its meter."""

    kind: AccountKind
    meter_id: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is AccountKind.METER) != (self.meter_id is not None):
            raise ValueError(f"a {self.kind} account and meter {self.meter_id} do not go together")


POOL = Account(AccountKind.POOL)
GRID = Account(AccountKind.GRID)
LEVY = Account(AccountKind.LEVY)


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


type EntryKind = TransferKind | PayoutPart


def kind_named(name: str) -> EntryKind:
    """What an entry of the books is called. Raises ValueError for anything else."""
    return PayoutPart(name) if name in PayoutPart else TransferKind(name)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Moves ``amount`` > 0 of ``unit`` from the account credited to the account debited.

    An account's balance is what it was debited less what it was credited. ``meter_id`` and
    ``kind`` name the business fact within its settlement; ``energy_wh`` is the energy [Wh] that
    the amount stands for, so that a statement can say it in words. Raises ValueError otherwise.
    """

    meter_id: int
    kind: TransferKind
    debit: Account
    credit: Account
    unit: Unit
    amount: int
    energy_wh: int

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"a transfer moves more than 0, not {self.amount}")
        if self.debit == self.credit:
            raise ValueError(f"a transfer needs two accounts, not {self.debit} twice")

    def reversed(self) -> "Transfer":
        """The transfer that undoes this one."""
        return replace(self, debit=self.credit, credit=self.debit)


def balances(transfers: Iterable[Transfer]) -> Counter[tuple[Account, Unit]]:
    """Every account's balance in every unit; they sum to 0 for each unit."""
    total: Counter[tuple[Account, Unit]] = Counter()
    for transfer in transfers:
        total[transfer.debit, transfer.unit] += transfer.amount
        total[transfer.credit, transfer.unit] -= transfer.amount
    return total
