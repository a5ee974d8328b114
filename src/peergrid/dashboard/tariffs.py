"""Tariffs: those in force and before, and drafts that are tried before they are published."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    banner,
    card,
    columns,
    empty,
    frame,
    quiet,
    text,
    waiting,
)
from peergrid.dashboard.live import Act, Desk, Form, use_deeds, use_live, use_typed
from peergrid.dashboard.previews import preview_card
from peergrid.dashboard.state import Tariffs, load_tariffs
from peergrid.dashboard.tariff_form import Sheet, tariff_form
from peergrid.dashboard.tariff_terms import Typed, terms_of, told, typed_of
from peergrid.dashboard.told import Told
from peergrid.dashboard.words import format_day, format_instant
from peergrid.energy import local_day, month_start, next_month

WHAT = "What energy costs and earns, from a day on."
TRYING = "A settled month is tried under the draft…"
NONE_YET = "No tariff is published: settlement waits for the first."


@dataclass(frozen=True)
class Writing:
    """What is being written: nothing, a new draft (no ``draft_id``), or other terms of one."""

    form: Typed | None = None
    draft_id: int | None = None


@dataclass(frozen=True, eq=False)
class Hands:
    """What an operator can do with drafts; ``asked``: the one to publish if they say so again."""

    asked: int | None
    writing: Form[Writing]
    ask: Callable[[int | None], None]
    act: Callable[[Callable[[], Awaitable[object]]], Act]


@ft.component
def TariffsPart(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802 - named as what it draws
    turn, set_turn = ft.use_state(0)
    writing = use_typed(desk, "tariff draft", Writing())
    nobody: int | None = None
    asked, ask = ft.use_state(nobody)
    none: wire.TariffPreview | None = None
    preview, show = ft.use_state(none)
    is_tried, set_tried = ft.use_state(initial=False)
    trouble, tried = use_deeds(desk)
    view = use_live(desk, lambda: load_tariffs(desk.client), turn)
    if not view.value:
        return frame(quiet(WHAT), view.trouble)
    shown = view.value

    def act(deed: Callable[[], Awaitable[object]]) -> Act:
        async def done() -> None:
            await deed()
            ask(None)
            set_turn(turn + 1)

        return tried(done)

    def look(draft_id: int, month: date | None) -> Act:
        async def looked() -> None:
            show(None)
            set_tried(True)
            try:
                show(await desk.client.preview_draft(draft_id, month))
            finally:
                set_tried(False)

        return tried(looked)

    hands = Hands(asked, writing, ask, act) if me.role is wire.Role.OPERATOR else None
    told_now = trouble if not writing.now.form else ""
    drafts = _drafts(desk, shown, hands, look, told_now)
    left = [_published(shown)]
    right = [
        drafts,
        *([card(waiting(TRYING))] if is_tried else []),
        *([preview_card(preview)] if preview else []),
        *(_form(desk, shown, hands, trouble) if hands else []),
    ]
    if desk.is_wide:
        return frame(quiet(WHAT), view.trouble, columns(left, right, is_wide=True))
    return frame(quiet(WHAT), view.trouble, *right, *left)


def _published(shown: Tariffs) -> ft.Control:
    """Newest first; the last that began before what is settled next is in force."""
    if not shown.published:
        return card(empty(NONE_YET), name="Published tariffs")
    today = local_day(shown.settled_until) if shown.settled_until else None
    begun = [one for one in shown.published if today and one.valid_from <= today]
    rows = [_tariff(one, is_in_force=one in begun[:1]) for one in shown.published]
    return card(
        quiet("A published tariff never changes. Touch one to read its terms."),
        *rows,
        name="Published tariffs",
        spacing=6,
    )


def _tariff(row: wire.TariffRow, *, is_in_force: bool) -> ft.Control:
    head = f"{row.name}, from {row.valid_from}"
    by = f"published by {row.published_by}" if row.published_by else "published at the founding"
    at = f", {format_instant(row.published_at)}" if row.published_at else ""
    beneath = f"{row.scheme.title}; {'in force; ' if is_in_force else ''}{by}{at}"
    lines = ft.Column([text(head, 15), quiet(beneath, 12)], spacing=0)
    return Told(f"{head}. {beneath}", lines, told(row))


def _drafts(
    desk: Desk,
    shown: Tariffs,
    hands: Hands | None,
    look: Callable[[int, date | None], Act],
    trouble: str,
) -> ft.Control:
    titles = {one.name: one.title for one in shown.schemes}
    until = shown.settled_until
    month = month_start(local_day(until - timedelta.resolution)) if until else None
    rows: list[ft.Control] = []
    for draft in shown.drafts:
        rows.append(_draft(draft, titles.get(draft.terms.scheme, draft.terms.scheme)))
        looks = [_button("Preview", draft, look(draft.draft_id, None))]
        if month:
            looks.append(_button("Preview this month", draft, look(draft.draft_id, month)))
        rows.append(ft.Row([*looks, *_deeds(desk, draft, hands)], wrap=True, spacing=8))
        if hands and hands.asked == draft.draft_id:
            rows.append(_once_more(desk, draft, hands))
    if hands:
        begin = lambda: hands.writing.put(Writing(_blank(shown)))  # noqa: E731
        rows.append(ft.FilledButton("New draft", icon=ft.Icons.ADD, on_click=begin, height=44))
    told_above = [banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []
    none = [] if shown.drafts else [quiet("No tariff is being prepared.")]
    return card(*told_above, *none, *rows, name="Drafts")


def _draft(draft: wire.TariffDraft, scheme: str) -> ft.Control:
    head = f"{draft.terms.name}, from {draft.terms.valid_from}"
    beneath = f"{scheme}; written by {draft.drafted_by}, {format_instant(draft.changed_at)}"
    lines = ft.Column([text(head, 15), quiet(beneath, 12)], spacing=0)
    return Told(f"{head}. {beneath}", lines, told(draft.terms))


def _deeds(desk: Desk, draft: wire.TariffDraft, hands: Hands | None) -> list[ft.Control]:
    if not hands:
        return []
    number, terms = draft.draft_id, draft.terms
    form = typed_of(terms, terms.scheme, terms.name, terms.valid_from)
    return [
        _button("Change", draft, lambda: hands.writing.put(Writing(form, number))),
        _button("Throw away", draft, hands.act(lambda: desk.client.drop_draft(number))),
        _button("Publish", draft, lambda: hands.ask(number)),
    ]


def _once_more(desk: Desk, draft: wire.TariffDraft, hands: Hands) -> ft.Control:
    """Publishing cannot be taken back, so it is asked twice."""
    number = draft.draft_id
    words = (
        f"From {format_day(draft.terms.valid_from)} {draft.terms.valid_from.year} on everybody is"
        f" billed by {draft.terms.name}. A published tariff never changes: only another one, from a"
        " later day on, can take its place."
    )
    buttons: list[ft.Control] = [
        ft.FilledButton(
            "Publish for good",
            on_click=hands.act(lambda: desk.client.publish_draft(number)),
            height=44,
        ),
        ft.OutlinedButton("Not yet", on_click=lambda: hands.ask(None), height=44),
    ]
    return ft.Column(
        [banner(words, ft.Icons.INFO_OUTLINE), ft.Row(buttons, wrap=True)],
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _form(desk: Desk, shown: Tariffs, hands: Hands, trouble: str) -> list[ft.Control]:
    """What is being written, if anything is."""
    writing = hands.writing
    form, number = writing.now.form, writing.now.draft_id
    if form is None:
        return []

    async def keep() -> None:
        terms = terms_of(writing.now.form or form)
        if number is None:
            await desk.client.draft_tariff(terms)
        else:
            await desk.client.change_draft(number, terms)
        writing.put(Writing())

    buttons = [
        ft.FilledButton("Keep the draft", on_click=hands.act(keep), height=44),
        ft.OutlinedButton("Cancel", on_click=lambda: writing.put(Writing()), height=44),
    ]
    sheet = Sheet(
        now=lambda: writing.now.form or form,
        note=lambda typed: writing.note(Writing(typed, number)),
        put=lambda typed: writing.put(Writing(typed, number)),
    )
    return [tariff_form(sheet, shown.schemes, buttons, trouble)]


def _blank(shown: Tariffs) -> Typed:
    """The newest tariff's terms, to begin with the month after what is settled."""
    if not shown.published:
        return Typed(scheme=shown.schemes[0].name)
    newest = shown.published[0]
    after = local_day(shown.settled_until) if shown.settled_until else newest.valid_from
    day = next_month(max(after, newest.valid_from))
    return typed_of(newest, newest.scheme.name, "", day)


def _button(words: str, draft: wire.TariffDraft, act: Act | Callable[[], None]) -> ft.Control:
    label = ft.Text(words, semantics_label=f"{words}: {draft.terms.name}", color=theme.SUN_INK)
    return ft.OutlinedButton(label, on_click=act)
