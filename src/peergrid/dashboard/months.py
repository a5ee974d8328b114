"""One month of the market after another, as the address of a page names it."""

from datetime import date, datetime, timedelta

import flet as ft

from peergrid.dashboard.components import steps
from peergrid.dashboard.live import Desk
from peergrid.dashboard.period import ONE_DAY, day_in
from peergrid.dashboard.words import format_month
from peergrid.energy import local_day, month_start, next_month


def newest_month(settled_until: datetime) -> date:
    """The local month that the newest settled half hour lies in."""
    return month_start(local_day(settled_until - timedelta.resolution))


def month_at(desk: Desk, settled_until: datetime) -> date:
    """The month that the address names after the part of the room; else the newest."""
    newest = newest_month(settled_until)
    asked = day_in(desk.place.partition("/")[2])
    return min(month_start(asked), newest) if asked else newest


def month_steps(desk: Desk, month: date, settled_until: datetime) -> ft.Control:
    """Step through the months until the newest one."""
    part = desk.place.partition("/")[0]
    after = next_month(month)
    forth = (
        (lambda: desk.turn_to(f"{part}/{after}")) if month < newest_month(settled_until) else None
    )
    back = lambda: desk.turn_to(f"{part}/{month_start(month - ONE_DAY)}")  # noqa: E731
    return steps(format_month(month), back, forth, "month")
