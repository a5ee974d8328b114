"""Whether the feeder gives power, when it was or will be off, and one line worth knowing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, said, text
from peergrid.dashboard.energies import Energies
from peergrid.dashboard.hint import hint_of
from peergrid.dashboard.preferences import pt, t
from peergrid.dashboard.words import format_day, format_price, format_time
from peergrid.energy import day_start, local_day

ONE_DAY = timedelta(days=1)
STRIP_PX = 12


def feeder_card(me: wire.Me, shown: Energies) -> ft.Control | None:
    """Of the day that goes on; None for any other."""
    ahead = shown.ahead
    if not ahead or not shown.market:
        return None
    off = next((one for one in ahead.outages if one.starts <= ahead.at < one.ends), None)
    if off:
        status, icon, color = (
            t("power_off", time=format_time(off.ends)),
            ft.Icons.POWER_OFF_ROUNDED,
            theme.TROUBLE,
        )
    elif shown.newest and (shown.newest.import_wh or shown.newest.export_wh):
        status, icon, color = t("power_on"), ft.Icons.POWER_ROUNDED, theme.NEIGHBOURS
    else:
        status, icon, color = t("power_unknown"), ft.Icons.POWER_ROUNDED, theme.QUIET
    top = ft.Row(
        [
            ft.Icon(icon, size=22, color=color),
            ft.Text(status, size=pt(16), weight=ft.FontWeight.W_600, color=theme.INK, expand=True),
        ],
        spacing=10,
    )
    cuts = [_cut(one, shown.latest) for one in ahead.outages] or [t("cuts_none")]
    strip = _strip(shown.latest, ahead)
    return card(
        said(status, top),
        said(t("cuts_said", cuts="; ".join(cuts)), strip),
        *(text(cut, 13, theme.QUIET) for cut in cuts),
        *_hint(me, shown),
        name=t("power"),
    )


def _cut(one: wire.Outage, today: date) -> str:
    start, end = format_time(one.starts), format_time(one.ends)
    day = local_day(one.starts)
    if day > today:
        return t("cut_tomorrow", day=format_day(day), start=start, end=end)
    return t("cut_known", start=start, end=end)


def _strip(day: date, ahead: wire.Ahead) -> ft.Control:
    """The day from left to right: on, off, and what has not come yet."""
    start = day_start(day)
    marks = sorted(
        {start, start + ONE_DAY, _within(ahead.at, start)}
        | {_within(end, start) for one in ahead.outages for end in (one.starts, one.ends)}
    )
    pieces = [
        ft.Container(
            expand=max(round((b - a).total_seconds() / 60), 1),
            bgcolor=_color(a, b, ahead.outages, ahead.at),
        )
        for a, b in pairwise(marks)
    ]
    hours = [ft.Text(f"{hour:02}", size=pt(11), color=theme.QUIET) for hour in (0, 6, 12, 18, 24)]
    bar = ft.Container(
        ft.Row(list(pieces), spacing=0),
        height=STRIP_PX,
        border_radius=STRIP_PX / 2,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return ft.Column(
        [bar, ft.Row(list(hours), alignment=ft.MainAxisAlignment.SPACE_BETWEEN)], spacing=2
    )


def _within(instant: datetime, start: datetime) -> datetime:
    return min(max(instant, start), start + ONE_DAY)


def _color(a: datetime, b: datetime, outages: Sequence[wire.Outage], at: datetime) -> ft.ColorValue:
    is_off = any(one.starts <= a and b <= one.ends for one in outages)
    color = theme.TROUBLE if is_off else theme.NEIGHBOURS
    return color if b <= at else ft.Colors.with_opacity(0.6 if is_off else 0.2, color)


def _hint(me: wire.Me, shown: Energies) -> list[ft.Control]:
    """One line that is true, or none."""
    if not shown.ahead or not shown.market:
        return []
    hint = hint_of(me.role, shown.ahead, shown.market, shown.newest)
    if not hint:
        return []
    words = t(
        hint.key,
        time=format_time(hint.start) if hint.start else "",
        start=format_time(hint.start) if hint.start else "",
        end=format_time(hint.end) if hint.end else "",
        price=format_price(hint.price_micros),
        cost=format_price(hint.price_micros),
        payout=format_price(hint.payout_micros),
        percent=hint.percent,
    )
    line = ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.LIGHTBULB_OUTLINE, size=20, color=theme.SUN_INK),
                ft.Text(words, size=pt(14), color=theme.SUN_INK, expand=True),
            ],
            spacing=10,
        ),
        bgcolor=theme.SUN_SOFT,
        border_radius=14,
        padding=ft.Padding.symmetric(vertical=10, horizontal=12),
    )
    return [said(f"{t('hint')}: {words}", line)]
