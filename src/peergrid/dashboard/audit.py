"""Audit: who saw or changed what in the community, newest first, by the kind of deed."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import card, empty, frame, quiet, screen_title, steps
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.table import table
from peergrid.dashboard.words import format_instant

A_PAGE = 100  # entries, as the API gives them
EVERY = ""
OFTEN = ("look at", "add", "change", "publish", "approve", "end", "revoke", "erase")
NONE = "Nobody has seen or changed anything of that kind."


@ft.component
def AuditScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """The kind of deed stands in the address, so that a page of it can be sent to somebody."""
    verb = desk.place if desk.place in OFTEN else EVERY
    newest: tuple[int, ...] = ()
    turned, turn = ft.use_state(newest)
    before = turned[-1] if turned else None
    view = use_live(desk, lambda: desk.client.trail(verb=verb or None, before=before), verb, before)

    def look_for(kind: str) -> None:
        turn(newest)
        desk.turn_to(kind)

    title = screen_title("Audit", f"Who saw or changed what in {me.community}.")
    kinds = choice(
        "What was done", [(EVERY, "Everything"), *((v, v) for v in OFTEN)], verb, look_for
    )
    if view.value is None:
        return frame(title, view.trouble, card(kinds))
    entries = view.value
    return frame(title, view.trouble, card(kinds), _page(entries, turned, turn))


def _page(
    entries: list[wire.TrailEntry],
    turned: tuple[int, ...],
    turn: Callable[[tuple[int, ...]], None],
) -> ft.Control:
    """A page of entries; ``turned`` are the numbers before which each page so far began."""
    if not entries:
        return card(empty(NONE), name="Trail")
    newer = (lambda: turn(turned[:-1])) if turned else None
    is_full = len(entries) == A_PAGE
    older = (lambda: turn((*turned, entries[-1].number))) if is_full else None
    span = f"{entries[-1].number:,} to {entries[0].number:,}"
    rows = [(told_deed(entry), told_who(entry), format_instant(entry.at)) for entry in entries]
    return card(
        quiet("No entry can be changed or taken out unseen: each seals the one before it."),
        *([steps(span, newer, older, "page")] if newer or older else []),
        table(["What", "Who", "When"], rows, [5, 4, 3]),
        name="Trail",
    )


def told_deed(entry: wire.TrailEntry) -> str:
    """What was done, and beneath it to which."""
    whose = "of everybody" if entry.of_everybody else ""
    which = ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in entry.ids.items())
    return "\n".join(filter(None, [f"{entry.verb} {entry.object} {whose}".strip(), which]))


def told_who(entry: wire.TrailEntry) -> str:
    """Who did it, and beneath that in which role and from where."""
    return f"{entry.actor}\n{entry.role}, {entry.came_from}"
