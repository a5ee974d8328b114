"""The feeder as its operator sees it: on or off, the outages known, and a form to report one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import stepper
from peergrid.dashboard.components import banner, card, icon_button, quiet, said, text
from peergrid.dashboard.live import Desk, use_typed
from peergrid.dashboard.state import Now
from peergrid.dashboard.words import format_instant, format_time
from peergrid.energy import INTERVAL, local_day
from peergrid.errors import PeerGridError

SHOWN = 4  # outages, the newest first
USUAL, MOST = timedelta(hours=4), timedelta(hours=24)


@dataclass(frozen=True, eq=False)
class Hands:
    """What an operator can do about outages; what they raise is told in the form."""

    report: Callable[[wire.OutageReport], Awaitable[None]]
    withdraw: Callable[[int], Callable[[], Awaitable[None]]]


@ft.component
def FeederCard(desk: Desk, shown: Now, hands: Hands | None) -> ft.Control:  # noqa: N802 - a component
    """``hands`` None, and it can only be read."""
    now = (shown.overview.latest + INTERVAL) if shown.overview.latest else None
    off = [one for one in shown.outages if now and one.starts <= now < one.ends]
    if off:
        status = f"Off until {_until(off[0])}"
        icon, color = ft.Icons.POWER_OFF_ROUNDED, theme.TROUBLE
    elif shown.overview.reported_meters:
        status, icon, color = "The feeder is on", ft.Icons.POWER_ROUNDED, theme.NEIGHBOURS
    else:
        status, icon, color = "No meter has reported", ft.Icons.POWER_ROUNDED, theme.QUIET
    head = ft.Row([ft.Icon(icon, size=22, color=color), text(status, 16)], spacing=10)
    known = [_outage(one, shown.settlement.settled_until, hands) for one in shown.outages[:SHOWN]]
    form = [ReportForm(desk, now, hands)] if hands and now else []
    none = [quiet("No outage was reported.")]
    return card(said(status, head), *(known or none), *form, name="Feeder")


def _outage(outage: wire.Outage, settled_until: datetime | None, hands: Hands | None) -> ft.Control:
    words = f"{format_instant(outage.starts)} to {_until(outage)}"
    is_open = settled_until is None or outage.starts >= settled_until
    row: list[ft.Control] = [ft.Container(text(words), expand=True)]
    if hands and is_open:
        withdraw = hands.withdraw(outage.outage_id)
        row.append(icon_button(ft.Icons.UNDO, f"Withdraw the outage of {words}", withdraw))
    return ft.Row(row)


def _until(outage: wire.Outage) -> str:
    same = local_day(outage.starts) == local_day(outage.ends)
    return format_time(outage.ends) if same else format_instant(outage.ends)


@ft.component
def ReportForm(desk: Desk, now: datetime, hands: Hands) -> ft.Control:  # noqa: N802 - a component
    """When it begins and how long it lasts, in half hours."""
    moving = use_typed(desk, "outage moved", timedelta())
    lasting = use_typed(desk, "outage length", USUAL)
    moved, length = moving.now, lasting.now
    trouble, set_trouble = ft.use_state("")
    starts = now + moved

    async def report() -> None:
        try:
            await hands.report(wire.OutageReport(starts=starts, ends=starts + length))
            set_trouble("")
        except PeerGridError as error:
            set_trouble(str(error))

    earlier = None if moved <= -MOST else (lambda: moving.put(moved - INTERVAL))
    later = None if moved >= MOST else (lambda: moving.put(moved + INTERVAL))
    shorter = None if length <= INTERVAL else (lambda: lasting.put(length - INTERVAL))
    longer = None if length >= MOST else (lambda: lasting.put(length + INTERVAL))
    hours = f"{length / timedelta(hours=1):g} h"
    return ft.Column(
        [
            _steps("Begins", format_instant(starts), ("Earlier", earlier), ("Later", later)),
            _steps("Lasts", hours, ("Shorter", shorter), ("Longer", longer)),
            *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
            ft.OutlinedButton("Report an outage", on_click=report, height=44),
        ],
        spacing=6,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


type Named = tuple[str, Callable[[], None] | None]


def _steps(name: str, shown: str, less: Named, more: Named) -> ft.Control:
    """One step less and one more, each button with its name."""

    def button(icon: ft.IconData, named: Named) -> ft.Control:
        return icon_button(icon, f"{named[0]}: {name.lower()} {shown}", named[1])

    return stepper(
        text(name), button(ft.Icons.REMOVE, less), text(shown), button(ft.Icons.ADD, more)
    )
