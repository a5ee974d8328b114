"""My energy: what a home made, used, shared and earned, now and over any time."""

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import card, columns, empty, frame, screen_title, waiting
from peergrid.dashboard.course import course_card
from peergrid.dashboard.energies import Energies, load_energies
from peergrid.dashboard.feeder import feeder_card
from peergrid.dashboard.figures import (
    comparison_card,
    demand_card,
    earned_card,
    generation_card,
    spent_card,
)
from peergrid.dashboard.flow import flow_card
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.period import around, asked_by
from peergrid.dashboard.preferences import t
from peergrid.dashboard.take_along import readings_card
from peergrid.dashboard.timebar import swiped, time_bar


@ft.component
def EnergyScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """The newest day by the community's clock, or the time that the address names."""
    title = screen_title(t("my_energy"), me.community)
    span, day = asked_by(desk.place)
    view = use_live(desk, lambda: load_energies(desk.client, span, day), span, day)
    if not me.meters:
        return frame(title, view.trouble, card(empty(t("no_meter"))))
    if not view.value:
        return frame(title, view.trouble)
    shown = view.value
    latest = shown.latest
    period = around(span, day or latest) if view.is_left else shown.period
    bar = time_bar(period, latest, desk.turn_to)
    body = waiting() if view.is_left else _body(desk, me, shown)
    return frame(title, view.trouble, bar, swiped(body, period, latest, desk.turn_to))


def _body(desk: Desk, me: wire.Me, shown: Energies) -> ft.Control:
    if not shown.rows:
        return card(empty(t("no_readings")))
    is_producer = me.role is wire.Role.PRODUCER
    newest = shown.newest
    now = [flow_card(newest, has_panels=is_producer)] if newest else []
    worth = earned_card(me, shown) if is_producer else spent_card(me, shown)
    made = [generation_card(shown)] if is_producer else []
    rest = [one for one in (feeder_card(me, shown), comparison_card(me, shown)) if one is not None]
    along = readings_card(desk, shown.period)
    left = [*now, worth, *made, demand_card(me, shown)]
    right = [*rest[:-1], course_card(me, shown), *rest[-1:], along]
    return columns(left, right, is_wide=desk.is_wide)
