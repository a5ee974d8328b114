"""The audit: whether everything that was settled still adds up, run when somebody asks."""

import flet as ft

from peergrid.dashboard import theme
from peergrid.dashboard.components import Part, banner, card, figure_row, quiet, text, waiting
from peergrid.dashboard.live import Desk, use_deeds
from peergrid.dashboard.words import count_of, format_instant
from peergrid.wire.operator import AuditResult

WHAT = (
    "Clears every settled half hour anew from its readings, and compares each share, transfer and"
    " balance, each payout, and the chain of the audit trail. It changes nothing."
)


@ft.component
def AuditCard(desk: Desk) -> ft.Control:  # noqa: N802 - a component bears the name of what it draws
    """``peergrid check`` of this community; its result stays until it is run again."""
    none: AuditResult | None = None
    result, show = ft.use_state(none)
    is_running, set_running = ft.use_state(initial=False)
    trouble, tried = use_deeds(desk)

    async def run() -> None:
        set_running(True)
        try:
            show(await desk.client.audit())
        finally:
            set_running(False)

    button = ft.FilledButton("Run the audit", on_click=tried(run), disabled=is_running, height=44)
    body = [waiting("Everything is cleared anew…")] if is_running else _told(result, trouble)
    return card(quiet(WHAT), button, *body, name="The audit")


def _told(result: AuditResult | None, trouble: str) -> list[ft.Control]:
    if trouble:
        return [banner(trouble, ft.Icons.INFO_OUTLINE)]
    if not result:
        return [text("Nobody has run it here since this page was opened.", 13)]
    number = len(result.findings)
    head = figure_row(
        Part(
            "Adds up" if not number else "Does not add up",
            1,
            count_of(result.intervals, "half hour"),
            theme.TROUBLE if number else theme.NEIGHBOURS,
            f"audited {format_instant(result.at)}, of all until"
            f" {format_instant(result.settled_until)}",
        )
    )
    return [head, *(banner(finding, ft.Icons.INFO_OUTLINE) for finding in result.findings)]
