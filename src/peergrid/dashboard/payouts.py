"""Money to one's own mobile wallet: what it costs before one agrees, and its steps afterwards."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import segments
from peergrid.dashboard.components import Part, banner, card, figure_row, quiet, said, text
from peergrid.dashboard.live import Act, Desk, use_deeds, use_typed
from peergrid.dashboard.preferences import t
from peergrid.dashboard.words import format_instant
from peergrid.errors import Invalid
from peergrid.money import MICROS, format_usd
from peergrid.wire import MobileMoney, PayoutState

SHOWN = 5  # payouts, the newest first
TYPED = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")
COLORS = {
    PayoutState.PAID: theme.NEIGHBOURS,
    PayoutState.FAILED: theme.TROUBLE,
    PayoutState.REJECTED: theme.TROUBLE,
}


@dataclass(frozen=True)
class Offer:
    """What was quoted, for whom; ``key`` makes asking twice one payout."""

    quote: wire.PayoutQuote
    number: str
    key: str


@dataclass(frozen=True)
class Asking:
    """The form as it is filled in; ``offer`` is what was quoted for just that."""

    service: MobileMoney = MobileMoney.ECOCASH
    number: str = ""
    amount: str = ""
    offer: Offer | None = None


def micros_of(typed: str) -> int | None:
    """US dollars as people type them [micros]; None for what is no amount.

    >>> micros_of("10"), micros_of(" 9,5 "), micros_of("0.05"), micros_of("ten"), micros_of("1.234")
    (10000000, 9500000, 50000, None, None)
    """
    found = TYPED.fullmatch(typed.strip())
    if not found:
        return None
    return int(found[1]) * MICROS + int((found[2] or "").ljust(2, "0")) * (MICROS // 100)


@ft.component
def PayoutCard(desk: Desk, payouts: list[wire.Payout], again: Callable[[], None]) -> ft.Control:  # noqa: N802
    """A form that quotes first, and asks once that was agreed to; then what became of others."""
    form = use_typed(desk, "payout", Asking())
    shown = form.now
    trouble, tried = use_deeds(desk)

    async def quote() -> None:
        asked = form.now
        micros = micros_of(asked.amount)
        if micros is None or not asked.number.strip():
            raise Invalid(t("payout_needs"))
        quoted = await desk.client.payout_quote(micros, asked.service)
        if form.now == asked:
            form.put(replace(asked, offer=Offer(quoted, asked.number.strip(), str(uuid4()))))

    async def ask() -> None:
        if shown.offer:
            await desk.client.ask_for_payout(request_of(shown.offer))
            form.put(replace(form.now, offer=None, amount=""))
            again()

    def change(**changed: Any) -> None:
        """What was quoted was for something else, and is no offer any more."""
        keep = form.put if form.now.offer or "service" in changed else form.note
        keep(replace(form.now, offer=None, **changed))

    def serve(key: str) -> None:
        change(service=MobileMoney(key))

    services = [(one.value, t(f"payout_{one.value}")) for one in MobileMoney]
    first = ft.OutlinedButton(t("payout_quote"), on_click=tried(quote), height=44)
    return card(
        segments(t("payout"), services, shown.service, serve),
        _field(t("payout_number"), shown.number, lambda typed: change(number=typed)),
        _field(t("payout_amount"), shown.amount, lambda typed: change(amount=typed)),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        *(_offered(shown.offer, tried(ask)) if shown.offer else [first]),
        *(_payout(one) for one in payouts[:SHOWN]),
        name=t("payout"),
    )


def _field(label: str, value: str, change: Callable[[str], None]) -> ft.Control:
    return ft.TextField(
        label=label, value=value, on_change=lambda event: change(event.control.value)
    )


def request_of(offer: Offer) -> wire.PayoutRequest:
    """What was quoted, asked for."""
    return wire.PayoutRequest(
        key=offer.key,
        service=offer.quote.service,
        number=offer.number,
        amount_micros=offer.quote.amount_micros,
        received_micros=offer.quote.received_micros,
    )


def _offered(offer: Offer, ask: Act) -> list[ft.Control]:
    """What becomes of the amount, to the cent, and the button that agrees to it."""
    quoted = offer.quote
    received = format_usd(quoted.received_micros)
    rows = [
        (t("payout_received"), received, theme.NEIGHBOURS),
        (t("payout_fee"), format_usd(quoted.fee_micros), theme.LINE),
        (t("payout_tax"), format_usd(quoted.tax_micros), theme.LINE),
        (t("payout_taken"), format_usd(quoted.taken_micros), theme.SUN),
    ]
    words = t("payout_ask", amount=received, number=offer.number)
    return [
        *(figure_row(Part(name, 1, value, color)) for name, value, color in rows),
        ft.FilledButton(words, on_click=ask, height=48),
    ]


def _payout(payout: wire.Payout) -> ft.Control:
    """Where a payout has got to."""
    ended = payout.concluded_at or payout.requested_at
    step = t(f"payout_{payout.state.value}", time=format_instant(ended), why=payout.reason or "")
    head = t("payout_to", amount=format_usd(payout.received_micros), number=payout.number)
    color = COLORS.get(payout.state, theme.SUN)
    mark = ft.Container(width=12, height=12, border_radius=4, bgcolor=color)
    lines = ft.Column([text(head), quiet(step.strip(" :"), 12)], spacing=0, expand=True)
    return said(f"{head}. {step}", ft.Row([mark, lines], spacing=10))
