"""The keys a meter sends with: made, rotated with an overlap, revoked; a new one is shown once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, quiet, said, text
from peergrid.dashboard.live import Act, Desk, use_deeds, use_typed
from peergrid.dashboard.members.sure import Sure, dialog
from peergrid.dashboard.preferences import pt
from peergrid.dashboard.words import format_instant

OVERLAPS = {"0": "at once", "1": "in 1 hour", "24": "in 24 hours", "168": "in 7 days"}
USUAL = "24"  # hours
ONCE = (
    "It is shown this once: put it into the meter now. Nobody can read it again, only replace it."
)
OLD_ONES = "The keys before it end"
WHY_OVERLAP = "Until then the meter may send with either."


def keys_of(
    desk: Desk, meter: str, keys: Sequence[wire.KeyRow], again: Callable[[], None] | None
) -> list[ft.Control]:
    """A meter's keys; ``again`` None, and they can only be read."""
    rows = [_key(desk, row, again) for row in keys] or [quiet("No key: it cannot send.")]
    return [*rows, *([NewKeyButton(desk, meter, again, is_first=not keys)] if again else [])]


def _key(desk: Desk, row: wire.KeyRow, again: Callable[[], None] | None) -> ft.Control:
    words = f"Key {row.key_id}, made {format_instant(row.created_at)}"
    used = f"last used {format_instant(row.last_used_at)}"
    ends = f"good until {format_instant(row.ends_at)}" if row.ends_at else "good until revoked"
    lines = ft.Column([text(words, 13), quiet(f"{used}, {ends}", 12)], spacing=0)
    told = said(f"{words}, {used}, {ends}", lines)
    if not again:
        return told
    question = f"{row.meter} can no longer send with it, from now on."
    revoke = Sure(desk, "Revoke", f"key {row.key_id}", question, _revoking(desk, row, again))
    return ft.Row(
        [ft.Container(told, expand=True), revoke], vertical_alignment=ft.CrossAxisAlignment.START
    )


def _revoking(desk: Desk, row: wire.KeyRow, again: Callable[[], None]) -> Act:
    async def revoke() -> None:
        await desk.client.revoke_key(row.key_id)
        again()

    return revoke


@dataclass(frozen=True)
class Making:
    """How far the making of a key has come; ``made`` until its operator has kept it."""

    is_open: bool = False
    overlap_hours: str = USUAL
    made: wire.NewKey | None = None


@ft.component
def NewKeyButton(  # noqa: N802
    desk: Desk, meter: str, again: Callable[[], None], *, is_first: bool
) -> ft.Control:
    """Asks until when the keys before it stay good, then shows the new one, until it is kept.

    Nor is it lost when the window turns or the story is left meanwhile.
    """
    typed = use_typed(desk, f"new key of {meter}", Making())
    making, keep = typed.now, typed.put
    trouble, tried = use_deeds(desk)

    async def make() -> None:
        order = wire.KeyOrder(meter=meter, overlap_hours=int(making.overlap_hours))
        keep(replace(making, made=await desk.client.new_key(order)))

    def close() -> None:
        keep(Making())

    def kept() -> None:
        close()
        again()

    def choose(hours: str) -> None:
        keep(replace(making, overlap_hours=hours))

    until = [
        choice(OLD_ONES, list(OVERLAPS.items()), making.overlap_hours, choose),
        quiet(WHY_OVERLAP),
    ]
    form = [*([] if is_first else until), *([banner(trouble)] if trouble else [])]
    ask = [
        ft.TextButton("Cancel", on_click=lambda _: close()),
        ft.FilledButton("Make the key", on_click=tried(make)),
    ]
    title = f"A new key for {meter}"
    sheet = shown_once(making.made, kept) if making.made else dialog(title, form, ask)
    ft.use_dialog(sheet if making.is_open else None)
    name = "Make a key" if is_first else "New key"
    button = ft.OutlinedButton(
        ft.Text(name, semantics_label=f"{name} for {meter}"),
        icon=ft.Icons.KEY,
        on_click=lambda _: keep(replace(making, is_open=True)),
    )
    return ft.Row([button])


def shown_once(made: wire.NewKey, kept: Callable[[], None]) -> ft.AlertDialog:
    """The key itself, to copy; when this is closed, it is nowhere any more."""

    async def copy() -> None:
        await ft.Clipboard().set(made.key)

    sheet = ft.Container(
        ft.Text(made.key, size=pt(15), color=theme.INK, selectable=True),
        bgcolor=theme.PAPER,
        border_radius=12,
        padding=ft.Padding.all(12),
    )
    content = [banner(ONCE, ft.Icons.KEY), said(f"Key: {made.key}", sheet)]
    actions: list[ft.Control] = [
        ft.OutlinedButton("Copy the key", icon=ft.Icons.CONTENT_COPY, on_click=copy),
        ft.FilledButton("I have kept it", on_click=lambda _: kept()),
    ]
    return dialog(f"Key {made.key_id} of {made.meter}", content, actions)
