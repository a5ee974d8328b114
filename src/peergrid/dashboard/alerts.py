"""What is amiss, the gravest first, and a button for each that says: I have seen it."""

from collections.abc import Awaitable, Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, said, text
from peergrid.dashboard.words import count_of, format_instant
from peergrid.wire import AlertKind

GRAVE = {AlertKind.BOOKS_OFF, AlertKind.POWER_OFF}
NONE = "Nothing is amiss."

type See = Callable[[wire.Alert], Callable[[], Awaitable[None]]]


def alerts_card(alerts: list[wire.Alert], see: See | None) -> ft.Control:
    """Every alert that is there; ``see`` None, and they can only be read."""
    if not alerts:
        row = _line(ft.Icons.CHECK_CIRCLE_OUTLINE, theme.NEIGHBOURS, NONE, "")
        return card(row, name="Alerts")
    return card(*(_alert(alert, see) for alert in alerts), name="Alerts")


def told(alert: wire.Alert) -> str:
    """An alert in one sentence."""
    count, since = alert.count, format_instant(alert.since)
    match alert.kind:
        case AlertKind.BOOKS_OFF:
            return f"The books do not add up in {count_of(count, 'unit')}: stop payouts and check."
        case AlertKind.POWER_OFF:
            return f"The feeder has been off since {since}."
        case AlertKind.SETTLEMENT_WAITS:
            return f"{count_of(count, 'half hour')} not settled since {since}."
        case AlertKind.SILENT_METERS:
            verb = "is" if count == 1 else "are"
            return f"{count_of(count, 'meter')} {verb} silent, the last since {since}."
        case AlertKind.PAYOUTS_WAIT:
            return f"{count_of(count, 'payout')} asked for, the last on {since}."
        case AlertKind.MEMBERS_LEAVE:
            verb = "asks" if count == 1 else "ask"
            return (
                f"{count_of(count, 'member')} {verb} for their data to be deleted, since {since}."
            )


def _alert(alert: wire.Alert, see: See | None) -> ft.Control:
    words = told(alert)
    if alert.acknowledged_by:
        beneath = f"Seen by {alert.acknowledged_by}, {format_instant(alert.acknowledged_at)}"
        return _line(ft.Icons.VISIBILITY_OUTLINED, theme.QUIET, words, beneath)
    color = theme.TROUBLE if alert.kind in GRAVE else theme.SUN
    icon = ft.Icons.ERROR_OUTLINE if alert.kind in GRAVE else ft.Icons.NOTIFICATIONS_OUTLINED
    line = _line(icon, color, words, "")
    if not see:
        return line
    button = ft.OutlinedButton(
        ft.Text("Seen", semantics_label=f"Seen: {words}"), on_click=see(alert)
    )
    return ft.Row([ft.Container(line, expand=True), button], spacing=10)


def _line(icon: ft.IconData, color: ft.ColorValue, words: str, beneath: str) -> ft.Control:
    lines = [text(words, 14)] + ([text(beneath, 12, theme.QUIET)] if beneath else [])
    row = ft.Row(
        [ft.Icon(icon, size=22, color=color), ft.Column(lines, spacing=0, expand=True)], spacing=10
    )
    return said(f"{words} {beneath}".strip(), row)
