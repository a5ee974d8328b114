"""What a share moves: the one table that settlement books by and the audit holds the books to."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from peergrid.ledger.transfer import AccountKind, TransferKind
from peergrid.money import Unit, Whole


class Fact(NamedTuple):
    """A transfer between a meter's owner and one other account.

    ``amount`` names what of a share moves; ``energy_wh`` and ``less_wh`` the energy that it
    stands for, so that a statement can say it ('': none).
    """

    kind: TransferKind
    is_owed: bool
    other: AccountKind
    unit: Unit
    amount: str
    energy_wh: str
    less_wh: str = ""

    def energy_of(self, values: Mapping[str, Whole]) -> Whole:
        """Of shares by their columns: what energy each moves for [Wh]."""
        shape = values[self.amount].shape
        energy_wh = values[self.energy_wh] if self.energy_wh else np.zeros(shape, np.int64)
        return energy_wh - values[self.less_wh] if self.less_wh else energy_wh

    @property
    def row(self) -> str:
        """The same for SQL, of a share ``h``."""
        energy = " - ".join(f"h.{name}" for name in (self.energy_wh, self.less_wh) if name) or "0"
        words = f"'{self.kind}', {self.is_owed}, '{self.other}', '{self.unit}'"
        return f"({words}, h.{self.amount}::bigint, {energy})"


K, A, U = TransferKind, AccountKind, Unit
OWED, EARNED = True, False
FACTS = (
    Fact(K.GRID_ENERGY, OWED, A.GRID, U.USD, "retail_micros", "billed_wh"),
    Fact(K.LEVY, OWED, A.LEVY, U.USD, "levy_micros", "billed_wh"),
    Fact(K.NEIGHBOUR_ENERGY, OWED, A.POOL, U.USD, "paid_micros", "bought_wh"),
    Fact(K.SHARED_ENERGY, EARNED, A.POOL, U.USD, "earned_micros", "sold_wh"),
    Fact(K.FEED_IN, EARNED, A.GRID, U.USD, "feed_in_micros", "export_wh", "sold_wh"),
    Fact(K.CREDIT_EARNED, EARNED, A.GRID, U.WH_CREDIT, "credit_earned_wh", "export_wh"),
    Fact(K.CREDIT_USED, OWED, A.GRID, U.WH_CREDIT, "credit_used_wh", "credit_used_wh"),
    Fact(K.VAT, OWED, A.GRID, U.USD, "vat_micros", "billed_wh"),
    Fact(K.FIXED, OWED, A.GRID, U.USD, "fixed_micros", ""),
    Fact(K.CREDIT_LOST, OWED, A.GRID, U.WH_CREDIT, "credit_lost_wh", "credit_lost_wh"),
    Fact(K.CREDIT_PAID, EARNED, A.GRID, U.USD, "credit_paid_micros", "credit_lost_wh"),
)
AMOUNTS = tuple(fact.amount for fact in FACTS)
FACTS_OF_H = f"""(values
  {", ".join(fact.row for fact in FACTS)}
  ) f (kind, is_owed, other, unit, amount, energy_wh)"""
