"""Now: the whole community at a glance, for its operator."""

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    Part,
    big_figure,
    card,
    columns,
    figure_row,
    frame,
    screen_title,
    sunny_card,
    text,
)
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.market import market_cards
from peergrid.dashboard.settlement import settlement_line
from peergrid.dashboard.state import Now, load_now
from peergrid.dashboard.words import format_instant
from peergrid.words.figures import format_kwh


@ft.component
def NowScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    view = use_live(desk, lambda: load_now(desk.client))
    title = screen_title("Now", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    left, right = market_cards(shown.market)
    left, right = [_newest(shown), *left], [_meters(shown.overview), *right]
    return frame(title, view.trouble, columns(left, right, is_wide=desk.is_wide))


def _newest(shown: Now) -> ft.Control:
    """Supply and demand of the newest half hour."""
    overview = shown.overview
    return sunny_card(
        text(f"Half hour of {format_instant(overview.latest)}", 13, theme.SUN_INK),
        ft.Row(
            [
                _figure("Supply", overview.supply_wh),
                _figure("Demand", overview.demand_wh),
            ],
            spacing=16,
        ),
        text(settlement_line(shown.settlement), 13, theme.SUN_INK),
    )


def _figure(name: str, energy_wh: int) -> ft.Control:
    figure = big_figure(name, format_kwh(energy_wh), "", theme.SUN_INK, size=27)
    return ft.Container(figure, expand=True)


def _meters(overview: wire.Overview) -> ft.Control:
    silent = overview.silent_meters
    return card(
        figure_row(Part("Households", 1, str(overview.households), theme.LINE, "in the community")),
        figure_row(Part("Producers", 1, str(overview.producers), theme.SUN, "with panels")),
        figure_row(
            Part(
                "Reported",
                1,
                str(overview.reported_meters),
                theme.NEIGHBOURS,
                "in the newest half hour",
            )
        ),
        figure_row(
            Part(
                "Silent",
                1,
                str(silent),
                theme.TROUBLE if silent else theme.LINE,
                "two half hours behind or more",
            )
        ),
        name="Meters",
    )
