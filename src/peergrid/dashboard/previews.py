"""What a draft would have changed: ten households' month, and that of all together."""

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import Part, card, figure_row, quiet
from peergrid.dashboard.table import table
from peergrid.dashboard.words import count_of, format_instant, format_month, format_signed
from peergrid.money import Unit, format_usd

WIDTHS = [4, 4, 4, 4]


def preview_card(preview: wire.TariffPreview) -> ft.Control:
    booked, replayed = preview.booked.bill_micros, preview.replayed.bill_micros
    until = "" if preview.is_complete else f", until {format_instant(preview.settled_until)}"
    rows = [compared(one) for one in preview.households]
    return card(
        quiet(f"{format_month(preview.month)}{until}: on paper, nothing is booked."),
        figure_row(Part("All, as booked", 1, bill_told(booked), theme.LINE)),
        figure_row(Part("All, under the draft", 1, bill_told(replayed), theme.SUN)),
        quiet(
            f"{count_of(preview.dearer, 'household')} would have paid more,"
            f" {count_of(preview.cheaper, 'household')} less."
            " Bills are money: energy credit is beside them."
        ),
        table(["Household", "Booked", "Draft", "Change"], rows, WIDTHS),
        name=f"Preview of draft {preview.draft_id}",
    )


def bill_told(bill_micros: int) -> str:
    """A bill as somebody else reads it.

    >>> bill_told(1_500_000), bill_told(-64_000)
    ('US$1.50 owed', 'US$0.06 earned')
    """
    return f"{format_usd(abs(bill_micros))} {'owed' if bill_micros >= 0 else 'earned'}"


def compared(one: wire.ReplayedMember) -> tuple[str, str, str, str]:
    """A household's bill as it was, as it would have been, and what that changes."""
    booked, replayed = one.booked, one.replayed
    credit_wh = replayed.credit_earned_wh - booked.credit_earned_wh
    credit = f"\n{format_signed(Unit.WH_CREDIT, credit_wh)}" if credit_wh else ""
    change = format_signed(Unit.USD, replayed.bill_micros - booked.bill_micros)
    return (
        one.name,
        bill_told(booked.bill_micros),
        bill_told(replayed.bill_micros),
        f"{change}{credit}",
    )
