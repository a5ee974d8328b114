"""A clearing becomes transfers: the same for the model's books and for the platform's."""

from peergrid.ledger.transfer import GRID, LEVY, POOL, Account, AccountKind, Transfer, TransferKind
from peergrid.market.clearing import Clearing
from peergrid.market.schemes import Share
from peergrid.money import Unit


def transfers_of(clearing: Clearing) -> list[Transfer]:
    """What ``clearing`` moves, meter by meter; the pool keeps nothing.

    Raises ValueError if neighbours did not pay exactly what neighbours received.
    """
    if clearing.unbalanced_micros:
        raise ValueError(
            f"the clearing of {clearing.interval.start} is out by {clearing.unbalanced_micros} micros"
        )
    return [transfer for share in clearing.shares for transfer in _transfers_of_share(share)]


def _transfers_of_share(share: Share) -> list[Transfer]:
    meter = Account(AccountKind.METER, share.flow.meter_id)
    facts = (
        (TransferKind.GRID_ENERGY, GRID, meter, Unit.USD, share.retail_micros),
        (TransferKind.LEVY, LEVY, meter, Unit.USD, share.levy_micros),
        (TransferKind.NEIGHBOUR_ENERGY, POOL, meter, Unit.USD, share.paid_micros),
        (TransferKind.SHARED_ENERGY, meter, POOL, Unit.USD, share.earned_micros),
        (TransferKind.FEED_IN, meter, GRID, Unit.USD, share.feed_in_micros),
        (TransferKind.CREDIT_EARNED, meter, GRID, Unit.WH_CREDIT, share.credit_earned_wh),
        (TransferKind.CREDIT_USED, GRID, meter, Unit.WH_CREDIT, share.credit_used_wh),
    )
    return [
        Transfer(share.flow.meter_id, kind, debit, credit, unit, amount)
        for kind, debit, credit, unit, amount in facts
        if amount
    ]
