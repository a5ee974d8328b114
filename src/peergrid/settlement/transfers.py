"""A clearing becomes transfers: the same for the model's books and for the platform's."""

from peergrid.ledger.transfer import GRID, LEVY, POOL, Account, AccountKind, Transfer, TransferKind
from peergrid.market.clearing import Clearing
from peergrid.market.shares import Share
from peergrid.money import Unit


def transfers_of(clearing: Clearing) -> list[Transfer]:
    """What ``clearing`` moves, meter by meter; the pool keeps nothing.

    Raises ValueError if neighbours did not pay exactly what neighbours received.
    """
    if clearing.unbalanced_micros:
        start, micros = clearing.interval.start, clearing.unbalanced_micros
        raise ValueError(f"the clearing of {start} is out by {micros} micros")
    return [transfer for share in clearing.shares for transfer in _transfers_of_share(share)]


def _transfers_of_share(share: Share) -> list[Transfer]:
    flow = share.flow
    meter = Account(AccountKind.METER, flow.meter_id)
    usd, credit = Unit.USD, Unit.WH_CREDIT
    kind = TransferKind
    facts = (
        (kind.GRID_ENERGY, GRID, meter, usd, share.retail_micros, share.billed_wh),
        (kind.LEVY, LEVY, meter, usd, share.levy_micros, share.billed_wh),
        (kind.NEIGHBOUR_ENERGY, POOL, meter, usd, share.paid_micros, flow.bought_wh),
        (kind.SHARED_ENERGY, meter, POOL, usd, share.earned_micros, flow.sold_wh),
        (kind.FEED_IN, meter, GRID, usd, share.feed_in_micros, flow.grid_export_wh),
        (kind.CREDIT_EARNED, meter, GRID, credit, share.credit_earned_wh, flow.export_wh),
        (kind.CREDIT_USED, GRID, meter, credit, share.credit_used_wh, share.credit_used_wh),
        (kind.VAT, GRID, meter, usd, share.vat_micros, share.billed_wh),
        (kind.FIXED, GRID, meter, usd, share.fixed_micros, 0),
        (kind.CREDIT_LOST, GRID, meter, credit, share.credit_lost_wh, share.credit_lost_wh),
        (kind.CREDIT_PAID, meter, GRID, usd, share.credit_paid_micros, share.credit_lost_wh),
    )
    return [Transfer(flow.meter_id, *fact) for fact in facts if fact[4]]
