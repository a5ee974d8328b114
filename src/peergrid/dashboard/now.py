"""Now: the whole community at a glance, for its operator."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.alerts import See, alerts_card
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
from peergrid.dashboard.live import Act, Desk, use_deeds, use_live
from peergrid.dashboard.market import market_cards
from peergrid.dashboard.outages import FeederCard, Hands
from peergrid.dashboard.settlement import settlement_line
from peergrid.dashboard.state import Now, load_now
from peergrid.dashboard.words import format_instant
from peergrid.energy import INTERVAL, day_start, local_day
from peergrid.words.figures import format_kwh


@ft.component
def NowScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    turn, set_turn = ft.use_state(0)
    trouble, tried = use_deeds(desk)
    view = use_live(desk, lambda: load_now(desk.client), turn)
    title = screen_title("Now", me.community)
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    hands, see = _hands(desk, lambda: set_turn(turn + 1), tried)
    may_act = me.role is wire.Role.OPERATOR
    left, right = market_cards(shown.market)
    left = [_newest(shown), FeederCard(desk, shown, hands if may_act else None), *left]
    right = [alerts_card(shown.alerts, see if may_act else None), _meters(shown), *right]
    return frame(title, view.trouble or trouble, columns(left, right, is_wide=desk.is_wide))


def _hands(desk: Desk, look: Callable[[], None], tried: Callable[[Act], Act]) -> tuple[Hands, See]:
    """What can be done here; after each deed, look again."""

    async def report(outage: wire.OutageReport) -> None:
        await desk.client.report_outage(outage)
        look()

    def withdraw(outage_id: int) -> Act:
        async def act() -> None:
            await desk.client.withdraw_outage(outage_id)
            look()

        return tried(act)

    def see(alert: wire.Alert) -> Act:
        async def act() -> None:
            await desk.client.acknowledge(alert)
            look()

        return tried(act)

    return Hands(report, withdraw), see


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


def _meters(shown: Now) -> ft.Control:
    overview = shown.overview
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
        figure_row(Part("Readings", 1, f"{shown.readings:,}", theme.NEIGHBOURS, _pace(shown))),
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


def _pace(shown: Now) -> str:
    """How many readings of this day each of its half hours so far has."""
    latest = shown.overview.latest
    if latest is None:
        return "none yet"
    passed = (latest - day_start(local_day(latest))) // INTERVAL + 1
    return f"of this day, {shown.readings / passed:,.1f} a half hour"
