"""My market: what the community offered, wanted and shared, and at what price."""

from collections.abc import Callable
from datetime import date

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.chart import Series, day_chart
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
from peergrid.dashboard.limits import LimitsCard
from peergrid.dashboard.live import Desk, day_at, use_live
from peergrid.dashboard.otherwise import OtherwiseCard
from peergrid.dashboard.period import ONE_DAY
from peergrid.dashboard.preferences import t
from peergrid.dashboard.scheme import pays_in_credit
from peergrid.dashboard.words import format_day, format_price, format_time
from peergrid.money import MICROS, WH_PER_KWH, cost_micros, price_micros_per_kwh
from peergrid.words.figures import format_kwh


@ft.component
def MarketScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    day, show_day = day_at(desk)
    view = use_live(desk, lambda: desk.client.market(day), day)
    title = screen_title(t("my_market"), me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    days = _day_steps((view.is_left and day) or shown.day, shown.latest, show_day)
    if view.is_left:
        return frame(title, view.trouble, days, waiting())
    left, right = market_cards(shown)
    if shown.scheme.takes_limits and me.meters:
        right.append(LimitsCard(desk, me.meters))
    if shown.intervals:
        left.append(OtherwiseCard(desk, shown.day))
    return frame(title, view.trouble, days, columns(left, right, is_wide=desk.is_wide))


def _day_steps(day: date, latest: date, show_day: Callable[[date | None], None]) -> ft.Control:
    """Step through the days; on the latest one the screen goes on living."""
    after = day + ONE_DAY
    return steps(
        t("today_is", day=format_day(day)) if day == latest else format_day(day),
        lambda: show_day(day - ONE_DAY),
        (lambda: show_day(after if after < latest else None)) if day < latest else None,
        "day",
    )


def market_cards(shown: wire.Market) -> tuple[list[ft.Control], list[ft.Control]]:
    """A day of the community, for the left column and for the right one."""
    if not shown.intervals:
        nothing = empty(t("nothing_on_day"))
        return [card(nothing, pilot_label(shown.scheme))], []
    return [_price(shown), _prices(shown)], [_energies(shown), _supply(shown), _demand(shown)]


def _price(shown: wire.Market) -> ft.Control:
    """Of the newest half hour, or of a whole day that is over."""
    last = shown.intervals[-1]
    if shown.day == shown.latest:
        rows, when = [last], t("at_time", time=format_time(last.interval_start))
    else:
        rows, when = shown.intervals, t("on_this_day")
    cost = _mean([(one.price_micros_per_kwh, one.demand_wh) for one in rows])
    payout = _mean([(one.payout_micros_per_kwh, one.shared_wh) for one in rows])
    name, price = t("drawn_costs"), cost
    if pays_in_credit(shown.scheme):
        beneath = f"{t('mean_at', when=when)};\n{t('credit_not_money')}"
    elif payout is None:
        beneath = t("nothing_shared", when=when)
    else:
        name, price = t("shared_earns"), payout
        beneath = t("while_drawn", price=format_price(cost), when=when)
    return sunny_card(
        big_figure(name, format_price(price), beneath, theme.SUN_INK),
        pilot_label(shown.scheme, on_sun=True),
    )


def _mean(priced: list[tuple[int | None, int]]) -> int | None:
    """The mean of prices [micros/kWh], each weighed by its energy [Wh]."""
    known = [(price, energy_wh) for price, energy_wh in priced if price is not None]
    spent_micros = sum(cost_micros(price, energy_wh) for price, energy_wh in known)
    return price_micros_per_kwh(spent_micros, sum(energy_wh for _, energy_wh in known))


def _supply(shown: wire.Market) -> ft.Control:
    shared_wh = sum(one.shared_wh for one in shown.intervals)
    sent_wh = sum(one.grid_export_wh for one in shown.intervals)
    return split_card(
        t("supply"),
        format_kwh(sum(one.supply_wh for one in shown.intervals)),
        [
            Part(t("shared_with"), shared_wh, format_kwh(shared_wh), theme.NEIGHBOURS),
            Part(t("sent_to_grid"), sent_wh, format_kwh(sent_wh), theme.GRID),
        ],
    )


def _demand(shown: wire.Market) -> ft.Control:
    shared_wh = sum(one.shared_wh for one in shown.intervals)
    drawn_wh = sum(one.grid_import_wh for one in shown.intervals)
    return split_card(
        t("demand"),
        format_kwh(sum(one.demand_wh for one in shown.intervals)),
        [
            Part(t("met_by_neighbours"), shared_wh, format_kwh(shared_wh), theme.NEIGHBOURS),
            Part(t("drawn"), drawn_wh, format_kwh(drawn_wh), theme.GRID),
        ],
    )


def _energies(shown: wire.Market) -> ft.Control:
    rows = shown.intervals
    named = [
        (t("supply"), [one.supply_wh for one in rows], theme.SUN),
        (t("demand"), [one.demand_wh for one in rows], theme.GRID),
        (t("shared"), [one.shared_wh for one in rows], theme.NEIGHBOURS),
    ]
    series = [
        Series(
            name,
            color,
            [value / WH_PER_KWH for value in values],
            [format_kwh(value) for value in values],
            is_filled=name == t("supply"),
            is_dashed=name == t("demand"),
        )
        for name, values, color in named
    ]
    said = ", ".join(f"{name} {format_kwh(sum(values))}" for name, values, _ in named)
    return day_chart(
        t("over_day"),
        t("per_half_hour"),
        f"{format_day(shown.day)}: {said}.",
        [one.interval_start for one in rows],
        series,
    )


def _prices(shown: wire.Market) -> ft.Control:
    rows = shown.intervals
    named = [(t("drawn_costs"), [one.price_micros_per_kwh for one in rows], theme.GRID)]
    if not pays_in_credit(shown.scheme):
        earned = [one.payout_micros_per_kwh for one in rows]
        named.append((t("shared_earns"), earned, theme.NEIGHBOURS))
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
        t("drawn_cost_span", least=format_price(min(known)), most=format_price(max(known)))
        if known
        else t("nothing_drawn")
    )
    return day_chart(
        t("price_over_day"),
        t("usd_per_kwh"),
        f"{format_day(shown.day)}: {span}.",
        [one.interval_start for one in rows],
        series,
    )
