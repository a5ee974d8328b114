"""A transfer cannot exist unbalanced, and undoing it leaves nothing."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.ledger.transfer import (
    GRID,
    LEVY,
    POOL,
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    balances,
)
from peergrid.money import Unit

ADA = Account(AccountKind.METER, 1)
BEN = Account(AccountKind.METER, 2)
PAID = Transfer(2, TransferKind.NEIGHBOUR_ENERGY, POOL, BEN, Unit.USD, 29_760, 400)
EARNED = Transfer(1, TransferKind.SHARED_ENERGY, ADA, POOL, Unit.USD, 29_760, 400)

ACCOUNTS = st.sampled_from([GRID, LEVY, POOL, ADA, BEN])
TRANSFERS = st.builds(
    lambda accounts, **rest: Transfer(1, debit=accounts[0], credit=accounts[1], **rest),
    st.lists(ACCOUNTS, min_size=2, max_size=2, unique=True),
    kind=st.sampled_from(TransferKind),
    unit=st.sampled_from(Unit),
    amount=st.integers(1, 10**12),
    energy_wh=st.integers(0, 10**6),
)


def test_a_transfer_moves_its_amount_from_the_account_credited_to_the_one_debited() -> None:
    moved = balances([PAID, EARNED])

    assert moved[BEN, Unit.USD] == -29_760
    assert moved[POOL, Unit.USD] == 0
    assert moved[ADA, Unit.USD] == 29_760


def test_units_are_kept_apart() -> None:
    credit = Transfer(1, TransferKind.CREDIT_EARNED, ADA, GRID, Unit.WH_CREDIT, 800, 1_000)

    moved = balances([EARNED, credit])

    assert moved[ADA, Unit.USD] == 29_760
    assert moved[ADA, Unit.WH_CREDIT] == 800


def test_nothing_moved_leaves_no_balance() -> None:
    assert not balances([])


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_of_nothing_or_of_less_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match=f"moves more than 0, not {amount}"):
        Transfer(1, TransferKind.LEVY, LEVY, ADA, Unit.USD, amount, 0)


def test_a_transfer_from_an_account_to_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="a transfer needs two accounts"):
        Transfer(1, TransferKind.LEVY, ADA, Account(AccountKind.METER, 1), Unit.USD, 5, 0)


def test_a_meters_account_names_its_meter() -> None:
    with pytest.raises(ValueError, match="a meter account and meter None do not go together"):
        Account(AccountKind.METER)


@pytest.mark.parametrize("kind", [AccountKind.POOL, AccountKind.GRID, AccountKind.LEVY])
def test_no_other_account_names_a_meter(kind: AccountKind) -> None:
    with pytest.raises(ValueError, match=f"a {kind} account and meter 1 do not go together"):
        Account(kind, 1)


def test_a_transfer_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PAID.amount = 1  # type: ignore[misc]


@given(st.lists(TRANSFERS))
def test_all_balances_of_a_unit_sum_to_0(transfers: list[Transfer]) -> None:
    moved = balances(transfers)

    for unit in Unit:
        assert sum(amount for (_, of), amount in moved.items() if of is unit) == 0


@given(st.lists(TRANSFERS))
def test_transfers_and_their_reversals_leave_nothing(transfers: list[Transfer]) -> None:
    moved = balances([*transfers, *(transfer.reversed() for transfer in transfers)])

    assert not any(moved.values())


@given(TRANSFERS)
def test_a_reversal_tells_of_the_same_fact_and_its_reversal_is_the_transfer(
    transfer: Transfer,
) -> None:
    undone = transfer.reversed()

    assert (undone.meter_id, undone.kind, undone.unit) == (
        *(transfer.meter_id, transfer.kind, transfer.unit),
    )
    assert (undone.amount, undone.energy_wh) == (transfer.amount, transfer.energy_wh)
    assert undone != transfer
    assert undone.reversed() == transfer
