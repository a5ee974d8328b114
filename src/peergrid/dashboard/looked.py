"""Who else saw or changed what is mine, newest first, page by page."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import card, quiet, steps, trouble_banner, waiting
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.mine import row_of
from peergrid.dashboard.preferences import t
from peergrid.dashboard.words import format_instant

SHOWN = 10  # at once on a phone

type Turned = tuple[int, ...]  # the numbers before which each page so far began


@ft.component
def LookedCard(desk: Desk) -> ft.Control:  # noqa: N802
    """A page of entries, and the way to older and newer ones."""
    newest: Turned = ()
    turned, turn = ft.use_state(newest)
    before = turned[-1] if turned else None
    view = use_live(desk, lambda: desk.client.my_trail(before), before)
    name = t("trail")
    if view.value is None:
        return card(trouble_banner(view.trouble) if view.trouble else waiting(), name=name)
    if not view.value and not turned:
        return card(quiet(t("trail_none")), name=name)
    if view.is_left:
        return card(waiting(), name=name)
    return card(*_page(view.value, turned, turn), name=name)


def _page(
    entries: list[wire.TrailEntry], turned: Turned, turn: Callable[[Turned], None]
) -> list[ft.Control]:
    shown = entries[:SHOWN]
    newer = (lambda: turn(turned[:-1])) if turned else None
    older = (lambda: turn((*turned, shown[-1].number))) if len(entries) > SHOWN else None
    span = f"{format_instant(shown[-1].at)} \N{EN DASH} {format_instant(shown[0].at)}"
    rows = [
        row_of(
            t("trail_row", actor=one.actor, role=one.role, verb=one.verb, object=one.object),
            format_instant(one.at),
            None,
        )
        for one in shown
    ]
    return [*rows, *([steps(span, newer, older, "page")] if newer or older else [])]
