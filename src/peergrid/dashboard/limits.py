"""What a member would pay a neighbour at most and take at least, where the scheme heeds that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, card, quiet, trouble_banner
from peergrid.dashboard.live import Desk, use_deeds, use_live, use_typed
from peergrid.dashboard.preferences import t
from peergrid.dashboard.typed import whole_of
from peergrid.dashboard.words import format_instant, format_price
from peergrid.errors import Invalid
from peergrid.money import MICROS


@dataclass(frozen=True)
class Asking:
    """The form as it is filled in; no ``meter``: the first."""

    meter: str = ""
    bid: str = ""
    ask: str = ""


def newest_of(rows: Sequence[wire.LimitPrices]) -> dict[str, wire.LimitPrices]:
    """The last prices of each meter; ``rows`` come in the order in which they hold."""
    return {row.meter: row for row in rows}


def limit_of(typed: str) -> int | None:
    """A price as it is typed [micros/kWh]; None for an empty field. Raises Invalid for the rest.

    >>> limit_of("0.12"), limit_of(" ")
    (120000, None)
    """
    if not typed.strip():
        return None
    try:
        limit = whole_of(typed, MICROS, "")
    except Invalid:
        limit = -1
    if limit < 0:
        raise Invalid(t("limits_needs"))
    return limit


@ft.component
def LimitsCard(desk: Desk, meters: Sequence[str]) -> ft.Control:  # noqa: N802 - a component
    turn, set_turn = ft.use_state(0)
    form = use_typed(desk, "limits", Asking())
    trouble, tried = use_deeds(desk)
    view = use_live(desk, desk.client.limits, turn)
    meter = form.now.meter if form.now.meter in meters else meters[0]

    def note(**changed: Any) -> None:
        form.note(replace(form.now, **changed))

    async def set_prices() -> None:
        bid, ask = limit_of(form.now.bid), limit_of(form.now.ask)
        await desk.client.set_limits(
            wire.LimitPrices(meter=meter, bid_micros_per_kwh=bid, ask_micros_per_kwh=ask)
        )
        form.put(Asking(meter))
        set_turn(turn + 1)

    options = [(serial, serial) for serial in meters]
    pick = lambda key: form.put(replace(form.now, meter=key))  # noqa: E731
    return card(
        quiet(t("limits_why")),
        *(quiet(said_of(row), 14) for row in newest_of(view.value or []).values()),
        *([choice(t("limits_meter"), options, meter, pick)] if len(meters) > 1 else []),
        _field(t("limits_bid"), form.now.bid, lambda event: note(bid=event.control.value)),
        _field(t("limits_ask"), form.now.ask, lambda event: note(ask=event.control.value)),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        *([trouble_banner(view.trouble)] if view.trouble else []),
        ft.OutlinedButton(t("limits_set"), on_click=tried(set_prices), height=44),
        quiet(t("limits_hold"), 12),
        name=t("limits"),
    )


def said_of(row: wire.LimitPrices) -> str:
    """One meter's prices in a sentence."""
    bid, ask = row.bid_micros_per_kwh, row.ask_micros_per_kwh
    return t(
        "limits_row",
        meter=row.meter,
        bid=t("limits_grid") if bid is None else format_price(bid),
        ask=t("limits_grid") if ask is None else format_price(ask),
        since=format_instant(row.valid_from) if row.valid_from else "-",
    )


def _field(label: str, value: str, change: ft.ControlEventHandler[ft.TextField]) -> ft.Control:
    return ft.TextField(label=label, value=value, on_change=change)
