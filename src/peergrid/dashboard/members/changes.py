"""What was changed about a member, or by one: the audit trail without its looks."""

import flet as ft

from peergrid.dashboard.audit import A_PAGE, told_deed, told_who
from peergrid.dashboard.components import card, quiet, steps, trouble_banner, waiting
from peergrid.dashboard.live import Desk, use_look
from peergrid.dashboard.table import table
from peergrid.dashboard.words import format_instant

NAME = "Changes"


@ft.component
def ChangesCard(desk: Desk, member_id: int, turn: int) -> ft.Control:  # noqa: N802
    """The newest first; ``turn`` counts what was changed from here meanwhile."""
    newest: tuple[int, ...] = ()
    pages, show = ft.use_state(newest)
    before = pages[-1] if pages else None
    view = use_look(
        desk,
        lambda: desk.client.trail(about=member_id, before=before, looks=False),
        member_id,
        before,
        turn,
    )
    if view.trouble:
        return card(trouble_banner(view.trouble), name=NAME)
    if view.value is None:
        return card(waiting(), name=NAME)
    entries = view.value
    if not entries:
        return card(quiet("Nothing was changed about them yet, nor by them."), name=NAME)
    newer = (lambda: show(pages[:-1])) if pages else None
    is_full = len(entries) == A_PAGE
    older = (lambda: show((*pages, entries[-1].number))) if is_full else None
    span = f"{entries[-1].number:,} to {entries[0].number:,}"
    rows = [(told_deed(entry), told_who(entry), format_instant(entry.at)) for entry in entries]
    return card(
        *([steps(span, newer, older, "page")] if newer or older else []),
        table(["What", "Who", "When"], rows, [5, 4, 3]),
        name=NAME,
    )
