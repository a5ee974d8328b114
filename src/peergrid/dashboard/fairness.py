"""Fairness: how a settled month was shared, figure by figure, each in plain words."""

from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    Part,
    big_figure,
    card,
    columns,
    empty,
    figure_row,
    frame,
    quiet,
    sunny_card,
    text,
)
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.months import month_at, month_steps
from peergrid.dashboard.words import count_of, format_instant
from peergrid.money import format_usd
from peergrid.words.figures import format_kwh

WHAT = "How a settled month was shared: of all together, nobody's own figures."
NOTHING = "Nothing is settled yet."
NO_FIGURE = "-"  # where one makes no sense, such as 0 / 0
PERCENT, G_PER_KG = 100, 1_000

EVENNESS = {  # an indicator, its name, and what it says
    "participation_index": (
        "Taking part",
        "the part of the homes that pay no more than with the grid alone (Zhou's PI)",
    ),
    "equality_index": (
        "Equality of bills",
        "1 if all homes come out alike; the nearer to 0, the more falls to one (Zhou's EI)",
    ),
    "gini_of_benefits": (
        "Gini of savings",
        "0 if every home saves the same; the nearer to 1, the more falls to one",
    ),
    "jain_of_benefits": (
        "Jain of savings",
        "1 if every home saves the same; 0.5 is as if half of the homes had it all",
    ),
}
FEEDER = {
    "community_self_sufficiency": (
        "Self-sufficiency with neighbours",
        "the part of the demand that did not come from the grid (Zhou's SSI)",
    ),
    "energy_balance_index": (
        "Energy balance",
        "1 if all was made and used within the same half hour (Zhou's EBI)",
    ),
    "power_flatness_index": (
        "Flatness",
        "the nearer to 1, the more alike all half hours on the feeder (Zhou's PFI)",
    ),
    "technical_index": ("These three together", "their weighted sum (Zhou's TPI)"),
}


@dataclass(frozen=True)
class Month:
    """A month of the market, or None before anything is settled."""

    month: date
    settled_until: datetime
    told: wire.MarketIndicators


async def load_month(client: Client, desk: Desk) -> Month | None:
    until = (await client.overview()).settled_until
    if until is None:
        return None
    month = month_at(desk, until)
    return Month(month, until, await client.market_indicators(month))


@ft.component
def FairnessPart(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802 - named as what it draws
    del me  # sums of all together: nothing to change
    loaded: tuple[Month | None, ...] = ()
    view = use_live(desk, lambda: _loaded(desk), desk.place)
    shown = view.value or loaded
    if not shown:
        return frame(quiet(WHAT), view.trouble)
    (month,) = shown
    if month is None:
        return frame(quiet(WHAT), view.trouble, card(empty(NOTHING)))
    turn = card(month_steps(desk, month_at(desk, month.settled_until), month.settled_until))
    if view.is_left:
        return frame(quiet(WHAT), view.trouble, turn)
    told = month.told
    body = columns(
        [_saved(told), _indices("How evenly it fell", EVENNESS, told)],
        [_energy(told), _indices("On the feeder", FEEDER, told), _emissions(told)],
        is_wide=desk.is_wide,
    )
    return frame(quiet(WHAT), view.trouble, turn, body)


async def _loaded(desk: Desk) -> tuple[Month | None]:
    return (await load_month(desk.client, desk),)


def _saved(told: wire.MarketIndicators) -> ft.Control:
    share = _percent(told.savings_share)
    beneath = f"{share} less than with the grid alone" if told.savings_share else ""
    saved = format_usd(told.savings_micros)
    until = "" if told.is_complete else f", until {format_instant(told.settled_until)}"
    days = f"{count_of(told.settled_intervals, 'half hour')} settled{until}"
    return sunny_card(
        big_figure("All homes together saved", saved, beneath, theme.SUN_INK),
        text(f"{count_of(told.households, 'home')}, {days}", 13, theme.SUN_INK),
    )


def _energy(told: wire.MarketIndicators) -> ft.Control:
    rows = [
        Part("Used", 1, format_kwh(told.demand_wh), theme.GRID),
        Part("Generated", 1, format_kwh(told.generation_wh), theme.SUN),
        Part("Shared between neighbours", 1, format_kwh(told.shared_wh), theme.NEIGHBOURS),
        Part(
            "Used at home",
            1,
            _percent(told.self_consumption),
            theme.SUN,
            "of what was generated (self-consumption)",
        ),
        Part(
            "From own panels",
            1,
            _percent(told.self_sufficiency),
            theme.SUN,
            "of what was used (self-sufficiency)",
        ),
    ]
    return card(*map(figure_row, rows), name="Energy")


def _indices(
    name: str, indices: dict[str, tuple[str, str]], told: wire.MarketIndicators
) -> ft.Control:
    rows = []
    for key, (title, says) in indices.items():
        value = getattr(told, key)
        shown = NO_FIGURE if value is None else f"{value:.2f}"
        rows.append(figure_row(Part(title, 1, shown, theme.NEIGHBOURS, says)))
    source = quiet("Indices of Zhou, Wu and Long, Applied Energy 222 (2018).", 12)
    return card(*rows, source, name=name)


def _emissions(told: wire.MarketIndicators) -> ft.Control:
    """Factors disagree, so none stands without its name and source."""
    rows = [
        figure_row(
            Part(
                f"In a {one.factor}",
                1,
                f"{one.grams / G_PER_KG:,.0f} kg",
                theme.LINE,
                f"{one.g_per_kwh} g a kWh; {one.source}",
            )
        )
        for one in told.avoided
    ]
    return card(*rows, name="CO2 that the grid did not emit")


def _percent(share: float | None) -> str:
    return NO_FIGURE if share is None else f"{share * PERCENT:.1f} %"
