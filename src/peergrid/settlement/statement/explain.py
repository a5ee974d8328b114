"""Which formula gives a line's amount."""

from peergrid.ledger.transfer import EntryKind, TransferKind
from peergrid.market.tariff import Tariff
from peergrid.settlement.statement.formula import (
    Blocks,
    Credit,
    DayByDay,
    DayPart,
    Formula,
    Halfway,
    Levy,
    OneToOne,
    Priced,
)
from peergrid.settlement.statement.metered import Cleared

HALFWAY_SCHEME = "mid_market"


def formula_of(
    kind: EntryKind,
    amount: int,
    days: tuple[DayPart, ...],
    tariff: Tariff | None,
    cleared: Cleared | None,
) -> Formula:
    """The formula of a line of ``amount`` that the books have as ``days``.

    Where the tariff's own does not give what is booked, to the micro, the days themselves are
    shown: a statement explains the books, it does not argue with them.
    """
    rule = _rule(kind, abs(amount), tariff, cleared) if tariff and cleared else None
    return rule if rule and rule.amount == abs(amount) else DayByDay(days)


def _rule(kind: EntryKind, amount: int, tariff: Tariff, cleared: Cleared) -> Formula | None:
    """What the tariff says; None for what has a price of its own in every half hour."""
    rule: Formula | None = None
    blocks = Blocks(cleared.billed_before_wh, cleared.billed_after_wh, tariff.blocks)
    match kind:
        case TransferKind.GRID_ENERGY:
            rule = blocks
        case TransferKind.LEVY:
            before = blocks.charge_micros(blocks.before_wh)
            rule = Levy(before, blocks.charge_micros(blocks.after_wh), tariff.levy_ppm)
        case TransferKind.CREDIT_EARNED:
            exported = (cleared.exported_before_wh, cleared.exported_after_wh)
            rule = Credit(*exported, tariff.credit_ratio_ppm)
        case TransferKind.CREDIT_USED:
            rule = OneToOne(cleared.credit_used_wh)
        case TransferKind.FEED_IN:
            rule = _feed_in(amount, tariff, cleared)
        case TransferKind.NEIGHBOUR_ENERGY if tariff.scheme == HALFWAY_SCHEME:
            rule = _halfway(amount, tariff, cleared)
    return rule


def _feed_in(amount: int, tariff: Tariff, cleared: Cleared) -> Priced | None:
    price = tariff.feed_in_micros_per_kwh
    exact = Priced(cleared.grid_export_wh, price, cleared.fed_in_half_hours, 0)
    found = Priced(exact.energy_wh, price, exact.half_hours, amount - exact.amount)
    return found if found.is_sound else None


def _halfway(amount: int, tariff: Tariff, cleared: Cleared) -> Halfway | None:
    terms = (cleared.bought_steps, tariff.levy_ppm, tariff.feed_in_micros_per_kwh)
    exact = Halfway(*terms, cleared.bought_half_hours, 0)
    found = Halfway(*terms, cleared.bought_half_hours, amount - exact.amount)
    return found if found.is_sound else None
