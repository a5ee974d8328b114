"""My energy: what a home made, used, shared and earned on one day."""

from collections.abc import Callable
from datetime import date, timedelta

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
    steps,
    sunny_card,
    waiting,
)
from peergrid.dashboard.live import Desk, use_day, use_live
from peergrid.dashboard.scheme import pays_in_credit
from peergrid.dashboard.words import format_day, format_price
from peergrid.money import WH_PER_KWH, format_usd, price_micros_per_kwh
from peergrid.words.figures import format_kwh

ONE_DAY = timedelta(days=1)


@ft.component
def EnergyScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """Today by the community's clock, or the day that was stepped to."""
    day, show_day = use_day()
    view = use_live(desk, lambda: desk.client.energy_day(day), day)
    title = screen_title("My energy", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    days = day_steps((view.is_left and day) or shown.day, shown.latest, show_day)
    if view.is_left:
        return frame(title, view.trouble, days, waiting())
    if not shown.intervals:
        return frame(title, view.trouble, days, card(empty("No readings on this day yet.")))
    return frame(title, view.trouble, days, _day(me, shown, is_wide=desk.is_wide))


def day_steps(day: date, latest: date, show_day: Callable[[date | None], None]) -> ft.Control:
    """Step through the days; on the latest one the screen goes on living."""
    after = day + ONE_DAY
    return steps(
        f"Today, {format_day(day)}" if day == latest else format_day(day),
        lambda: show_day(day - ONE_DAY),
        (lambda: show_day(after if after < latest else None)) if day < latest else None,
        "Day",
    )


def _day(me: wire.Me, shown: wire.EnergyDay, *, is_wide: bool) -> ft.Control:
    if me.role is wire.Role.PRODUCER:
        chart = _over_the_day(shown, _producer_series(shown))
        left, right = (
            [_earned(me, shown), _generation(shown.total)],
            [chart, _demand(me, shown.total)],
        )
    else:
        chart = _over_the_day(shown, _consumer_series(shown))
        left, right = [_bought(me, shown), _demand(me, shown.total)], [chart]
    return columns(left, right, is_wide=is_wide)


def _when(shown: wire.EnergyDay) -> str:
    return "today" if shown.day == shown.latest else "on this day"


def _earned(me: wire.Me, shown: wire.EnergyDay) -> ft.Control:
    total = shown.total
    if pays_in_credit(me.scheme):
        name, value = "Energy credit earned", format_kwh(total.credit_earned_wh)
        beneath = f"for {format_kwh(total.sold_wh + total.grid_export_wh)} sent out"
    else:
        name, value = "Earned", format_usd(total.earned_micros + total.feed_in_micros)
        beneath = _earned_for(total)
    return sunny_card(
        big_figure(f"{name} {_when(shown)}", value, beneath, theme.SUN_INK),
        pilot_label(me.scheme, on_sun=True),
    )


def _earned_for(total: wire.Energy) -> str:
    """What was earned is for sharing; the grid pays in money or in energy credit."""
    words = [f"for {format_kwh(total.sold_wh)} shared with neighbours"]
    if total.feed_in_micros:
        words.append(f"and {format_kwh(total.grid_export_wh)} sold to the grid")
    if total.credit_earned_wh:
        words.append(f"and {format_kwh(total.credit_earned_wh)} of energy credit from the grid")
    return ",\n".join(words)


def _bought(me: wire.Me, shown: wire.EnergyDay) -> ft.Control:
    total = shown.total
    bought_wh = total.bought_wh + total.grid_import_wh
    paid_micros = total.paid_micros + total.retail_micros + total.levy_micros
    mean = price_micros_per_kwh(paid_micros, bought_wh)
    words = f"for {format_kwh(bought_wh)}"
    if mean is not None:
        words += f", on average {format_price(mean)} per kWh"
    return sunny_card(
        big_figure(f"Spent {_when(shown)}", format_usd(paid_micros), words, theme.SUN_INK),
        pilot_label(me.scheme, on_sun=True),
    )


def _generation(total: wire.Energy) -> ft.Control:
    waiting_wh = total.export_wh - total.sold_wh - total.grid_export_wh
    return split_card(
        "Generated",
        format_kwh(total.generation_wh),
        [
            _part("Used at home", total.self_consumed_wh, theme.SUN),
            _part("Shared with neighbours", total.sold_wh, theme.NEIGHBOURS),
            _part("Sent to the grid", total.grid_export_wh, theme.GRID),
            *_not_settled(waiting_wh),
        ],
    )


def _demand(me: wire.Me, total: wire.Energy) -> ft.Control:
    waiting_wh = total.import_wh - total.bought_wh - total.grid_import_wh
    own = [_part("From my own panels", total.self_consumed_wh, theme.SUN)]
    drawn = _billed_by_grid(total) if pays_in_credit(me.scheme) else _bought_and_drawn(total)
    return split_card(
        "Used",
        format_kwh(total.demand_wh),
        [
            *(own if me.role is wire.Role.PRODUCER else []),
            *drawn,
            *_not_settled(waiting_wh),
        ],
    )


def _bought_and_drawn(total: wire.Energy) -> list[Part]:
    """Neighbours are paid for theirs, the grid for its own."""
    bought = _at_price(total.paid_micros, total.bought_wh)
    drawn = _at_price(total.retail_micros + total.levy_micros, total.grid_import_wh)
    return [
        _part("Bought from neighbours", total.bought_wh, theme.NEIGHBOURS, bought),
        _part("Drawn from the grid", total.grid_import_wh, theme.GRID, drawn),
    ]


def _billed_by_grid(total: wire.Energy) -> list[Part]:
    """The grid bills what neighbours sent along with its own; energy credit is used first."""
    told = []
    if total.credit_used_wh:
        told.append(f"{format_kwh(total.credit_used_wh)} taken off by energy credit")
    spent_micros = total.retail_micros + total.levy_micros
    if spent_micros:
        told.append(f"{format_usd(spent_micros)} for all that was drawn")
    billed = "billed by the grid" if total.bought_wh else ""
    return [
        _part("From neighbours", total.bought_wh, theme.NEIGHBOURS, billed),
        _part("Drawn from the grid", total.grid_import_wh, theme.GRID, "\n".join(told)),
    ]


def _part(name: str, energy_wh: int, color: ft.ColorValue, beneath: str = "") -> Part:
    return Part(name, energy_wh, format_kwh(energy_wh), color, beneath)


def _not_settled(waiting_wh: int) -> list[Part]:
    return [_part("Not settled yet", waiting_wh, theme.LINE)] if waiting_wh > 0 else []


def _at_price(paid_micros: int, energy_wh: int) -> str:
    if not energy_wh:
        return ""
    mean = format_price(price_micros_per_kwh(paid_micros, energy_wh))
    return f"{format_usd(paid_micros)}, {mean} per kWh"


def _over_the_day(shown: wire.EnergyDay, series: list[Series]) -> ft.Control:
    total = shown.total
    summary = (
        f"{format_day(shown.day)}: generated {format_kwh(total.generation_wh)}, "
        f"used {format_kwh(total.demand_wh)}, shared with neighbours {format_kwh(total.sold_wh)}, "
        f"bought from neighbours {format_kwh(total.bought_wh)}."
    )
    starts = [one.interval_start for one in shown.intervals]
    return DayChart("Over the day", "kWh in each half hour", summary, starts, series)


def _series(name: str, values: list[int], color: ft.ColorValue, **look: bool) -> Series:
    return Series(
        name,
        color,
        [value / WH_PER_KWH for value in values],
        [format_kwh(value) for value in values],
        **look,
    )


def _producer_series(shown: wire.EnergyDay) -> list[Series]:
    rows = shown.intervals
    return [
        _series("Generated", [one.generation_wh for one in rows], theme.SUN, is_filled=True),
        _series("Used", [one.demand_wh for one in rows], theme.GRID, is_dashed=True),
        _series("Shared", [one.sold_wh + one.bought_wh for one in rows], theme.NEIGHBOURS),
    ]


def _consumer_series(shown: wire.EnergyDay) -> list[Series]:
    rows = shown.intervals
    return [
        _series("Used", [one.demand_wh for one in rows], theme.QUIET, is_dashed=True),
        _series(
            "From neighbours", [one.bought_wh for one in rows], theme.NEIGHBOURS, is_filled=True
        ),
        _series("From the grid", [one.grid_import_wh for one in rows], theme.GRID),
    ]
