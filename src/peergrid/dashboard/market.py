"""My market: what the community offered, wanted and shared, and at what price."""

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.chart import DayChart, Series
from peergrid.dashboard.components import (
    Part,
    big_figure,
    card,
    columns,
    empty,
    frame,
    pilot_label,
    screen_title,
    split_card,
    sunny_card,
)
from peergrid.dashboard.energy import day_steps
from peergrid.dashboard.live import Desk, use_day, use_live
from peergrid.dashboard.words import format_day, format_kwh, format_price, format_time
from peergrid.money import MICROS, WH_PER_KWH


@ft.component
def MarketScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    day, show_day = use_day()
    view = use_live(desk, lambda: desk.client.market(day), day)
    title = screen_title("My market", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    days = day_steps(shown.day, shown.latest, show_day)
    left, right = market_cards(shown)
    return frame(title, view.trouble, days, columns(left, right, is_wide=desk.is_wide))


def market_cards(shown: wire.Market) -> tuple[list[ft.Control], list[ft.Control]]:
    """A day of the community, for the left column and for the right one."""
    if not shown.intervals:
        nothing = empty("Nothing is settled on this day yet.")
        return [card(nothing, pilot_label(shown.scheme))], []
    return [_price(shown), _prices(shown)], [_energies(shown), _supply(shown), _demand(shown)]


def _price(shown: wire.Market) -> ft.Control:
    last = shown.intervals[-1]
    cost = format_price(last.price_micros_per_kwh)
    if last.shared_wh:
        name, price = "A shared kWh earns", format_price(last.payout_micros_per_kwh)
        beneath = f"while a drawn one costs {cost} on average"
    else:
        name, price, beneath = "A drawn kWh costs", cost, "as nothing is shared"
    return sunny_card(
        big_figure(name, price, f"{beneath} at {format_time(last.interval_start)}", theme.SUN_INK),
        pilot_label(shown.scheme, on_sun=True),
    )


def _supply(shown: wire.Market) -> ft.Control:
    shared_wh = sum(one.shared_wh for one in shown.intervals)
    sent_wh = sum(one.grid_export_wh for one in shown.intervals)
    return split_card(
        "Supply",
        format_kwh(sum(one.supply_wh for one in shown.intervals)),
        [
            Part("Shared with neighbours", shared_wh, format_kwh(shared_wh), theme.NEIGHBOURS),
            Part("Sent to the grid", sent_wh, format_kwh(sent_wh), theme.GRID),
        ],
    )


def _demand(shown: wire.Market) -> ft.Control:
    shared_wh = sum(one.shared_wh for one in shown.intervals)
    drawn_wh = sum(one.grid_import_wh for one in shown.intervals)
    return split_card(
        "Demand",
        format_kwh(sum(one.demand_wh for one in shown.intervals)),
        [
            Part("Met by neighbours", shared_wh, format_kwh(shared_wh), theme.NEIGHBOURS),
            Part("Drawn from the grid", drawn_wh, format_kwh(drawn_wh), theme.GRID),
        ],
    )


def _energies(shown: wire.Market) -> ft.Control:
    rows = shown.intervals
    named = [
        ("Supply", [one.supply_wh for one in rows], theme.SUN),
        ("Demand", [one.demand_wh for one in rows], theme.GRID),
        ("Shared", [one.shared_wh for one in rows], theme.NEIGHBOURS),
    ]
    series = [
        Series(
            name,
            color,
            [value / WH_PER_KWH for value in values],
            [format_kwh(value) for value in values],
            is_filled=name == "Supply",
            is_dashed=name == "Demand",
        )
        for name, values, color in named
    ]
    said = ", ".join(f"{name} {format_kwh(sum(values))}" for name, values, _ in named)
    return DayChart(
        "Over the day",
        "kWh in each half hour",
        f"{format_day(shown.day)}: {said}.",
        [one.interval_start for one in rows],
        series,
    )


def _prices(shown: wire.Market) -> ft.Control:
    rows = shown.intervals
    named = [
        ("A drawn kWh costs", [one.price_micros_per_kwh for one in rows], theme.GRID),
        ("A shared kWh earns", [one.payout_micros_per_kwh for one in rows], theme.NEIGHBOURS),
    ]
    series = [
        Series(
            name,
            color,
            [None if value is None else value / MICROS for value in values],
            [format_price(value) for value in values],
            is_stepped=True,
        )
        for name, values, color in named
    ]
    known = [one.price_micros_per_kwh for one in rows if one.price_micros_per_kwh is not None]
    span = (
        f"a drawn kWh cost {format_price(min(known))} to {format_price(max(known))}"
        if known
        else "nothing was drawn"
    )
    return DayChart(
        "Price over the day",
        "US$ per kWh",
        f"{format_day(shown.day)}: {span}.",
        [one.interval_start for one in rows],
        series,
    )
