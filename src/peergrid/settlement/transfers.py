"""Book what shares move: a transfer for every fact of every meter and interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import Columns, Words, store
from peergrid.database.pool import Connection
from peergrid.ledger.accounts import OwnAccounts, other_accounts, own_accounts
from peergrid.ledger.transfer import TransferKind
from peergrid.market.clearing import Clearings
from peergrid.meters.readings import Owners
from peergrid.money import Unit, Whole
from peergrid.settlement.counted import owners_of
from peergrid.settlement.facts import FACTS, Fact
from peergrid.settlement.record import Settled, share_values

KINDS, UNITS = list(TransferKind), list(Unit)
COLUMNS: Columns = {
    "meter_id": "int4",
    "interval_start": "interval",
    "settlement_id": "int8",
    "kind": Words(tuple(KINDS)),
    "debit_account": "int4",
    "credit_account": "int4",
    "unit": Words(tuple(UNITS)),
    "amount": "int8",
    "energy_wh": "int4",
    "is_reversal": "bool",
}


def post(connection: Connection, community_id: int, settled: Settled, owners: Owners) -> None:
    """Book what the shares of ``settled`` move.

    The database refuses a business fact that is there already. Raises Conflict if the owner of
    a meter has no account.
    """
    outcomes = [outcome.shares for _, outcome in settled.rows]
    moving = [fact for fact in FACTS if any(of.of(fact.amount).any() for of in outcomes)]
    if not moving:
        return
    others = other_accounts(connection, community_id)
    booking = _Booking(
        facts=moving,
        kind=np.array([KINDS.index(fact.kind) for fact in moving]),
        is_owed=np.array([fact.is_owed for fact in moving]),
        unit=np.array([UNITS.index(fact.unit) for fact in moving]),
        other=np.array([others[fact.other, fact.unit] for fact in moving]),
        own={
            place: own_accounts(connection, community_id, unit)
            for place, unit in enumerate(UNITS)
            if any(fact.unit == unit for fact in moving)
        },
    )
    blocks = (booking.of(settled, rows, outcome, owners) for rows, outcome in settled.rows)
    store(connection, "transfer", COLUMNS, blocks)


@dataclass(frozen=True, eq=False)
class _Booking:
    """The facts that move something, each with its place in KINDS, UNITS and its other account.

    Arrays are (n_facts,); ``own`` holds the owners' accounts by the place of their unit.
    """

    facts: Sequence[Fact]
    kind: Whole
    is_owed: NDArray[np.bool_]
    unit: Whole
    other: Whole
    own: Mapping[int, OwnAccounts]

    def of(
        self, settled: Settled, rows: slice, outcome: Clearings, owners: Owners
    ) -> Mapping[str, Whole]:
        """The transfers of one outcome, interval after interval and meter after meter."""
        values = share_values(outcome)
        amounts = np.stack([values[fact.amount] for fact in self.facts], axis=-1)
        energies_wh = np.stack([fact.energy_of(values) for fact in self.facts], axis=-1)
        moved = np.nonzero(amounts)
        row, column, fact = moved
        meter_ids = settled.counted.meter_ids[rows][row, column]
        member_ids = owners_of(outcome.metered, owners)[row, column]
        own, other, is_owed = np.empty_like(fact), self.other[fact], self.is_owed[fact]
        for unit, accounts in self.own.items():
            of_unit = self.unit[fact] == unit
            own[of_unit] = accounts.of(meter_ids[of_unit], member_ids[of_unit])
        return {
            "meter_id": meter_ids,
            "interval_start": outcome.metered.numbers[row],
            "settlement_id": settled.ids[rows][row],
            "kind": self.kind[fact],
            "debit_account": np.where(is_owed, other, own),
            "credit_account": np.where(is_owed, own, other),
            "unit": self.unit[fact],
            "amount": amounts[moved],
            "energy_wh": energies_wh[moved],
            "is_reversal": np.zeros_like(fact),
        }
