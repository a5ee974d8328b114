"""Which time is looked at: its length, one step back and forth, and a calendar."""

from collections.abc import Callable
from datetime import date, datetime

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.choice import segments
from peergrid.dashboard.components import icon_button
from peergrid.dashboard.course import name_of
from peergrid.dashboard.period import Period, Span, around
from peergrid.dashboard.preferences import pt, t
from peergrid.energy import FIRST_YEAR

type Turn = Callable[[str], None]
SWIPE_PX_PER_S = 300  # slower is a finger that scrolls


def place_of(period: Period, latest: date) -> str:
    """The address of a period; the newest one has none of its own, and goes on living."""
    is_newest = period == around(period.span, latest)
    if is_newest:
        return "" if period.span is Span.DAY else period.span.value
    return period.place


def time_bar(period: Period, latest: date, turn_to: Turn) -> ft.Control:
    spans = segments(
        t("time"),
        [(span, t(f"span_{span}")) for span in Span],
        period.span,
        lambda key: turn_to(place_of(around(Span(key), _kept(period, latest)), latest)),
    )
    return ft.Column(
        [ft.Row([ft.Container(spans, expand=True)]), _steps(period, latest, turn_to)],
        spacing=6,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _kept(period: Period, latest: date) -> date:
    """The day to look at when the span changes: the newest, if it lies in what is shown."""
    return latest if period.start <= latest < period.end else period.start


def _steps(period: Period, latest: date, turn_to: Turn) -> ft.Control:
    words = name_of(period)
    if period == Period(Span.DAY, latest):
        words = t("today_is", day=words)
    back, forth = steppers(period, latest, turn_to)
    return ft.Row(
        [
            icon_button(ft.Icons.CHEVRON_LEFT, t(f"{period.span}_before"), back),
            ft.Container(
                ft.Semantics(
                    content=ft.Text(
                        words,
                        size=pt(15),
                        weight=ft.FontWeight.W_600,
                        color=theme.INK,
                        text_align=ft.TextAlign.CENTER,
                    ),
                    container=True,
                ),
                alignment=ft.Alignment.CENTER,
                expand=True,
            ),
            icon_button(
                ft.Icons.CALENDAR_MONTH_OUTLINED,
                t("choose_date"),
                lambda: _open_calendar(period, latest, turn_to),
            ),
            icon_button(ft.Icons.CHEVRON_RIGHT, t(f"{period.span}_after"), forth),
        ],
        spacing=4,
    )


def steppers(
    period: Period, latest: date, turn_to: Turn
) -> tuple[Callable[[], None] | None, Callable[[], None] | None]:
    """One step back and one forth; None where there is nothing."""
    back = period.before
    forth = period.after
    return (
        (lambda: turn_to(place_of(back, latest))) if back.start.year > FIRST_YEAR + 1 else None,
        (lambda: turn_to(place_of(forth, latest))) if forth.start <= latest else None,
    )


def swiped(content: ft.Control, period: Period, latest: date, turn_to: Turn) -> ft.Control:
    """To the right for what was before, to the left for what came after."""
    back, forth = steppers(period, latest, turn_to)

    def end(event: ft.DragEndEvent[ft.GestureDetector]) -> None:
        speed = event.primary_velocity or 0
        step = back if speed > 0 else forth
        if abs(speed) > SWIPE_PX_PER_S and step:
            step()

    return ft.GestureDetector(
        content, on_horizontal_drag_end=end, exclude_from_semantics=True, drag_interval=50
    )


def _open_calendar(period: Period, latest: date, turn_to: Turn) -> None:
    def choose(event: ft.Event[ft.DatePicker]) -> None:
        chosen = event.control.value
        if isinstance(chosen, datetime):
            day = chosen.astimezone().date() if chosen.tzinfo else chosen.date()
            turn_to(place_of(around(period.span, day), latest))

    ft.context.page.show_dialog(
        ft.DatePicker(
            first_date=datetime(FIRST_YEAR + 2, 1, 1),  # noqa: DTZ001 - days have no zone
            last_date=datetime(latest.year, latest.month, latest.day),  # noqa: DTZ001
            current_date=datetime(latest.year, latest.month, latest.day),  # noqa: DTZ001
            value=datetime(period.start.year, period.start.month, period.start.day),  # noqa: DTZ001
            help_text=t("choose_date"),
            on_change=choose,
        )
    )
