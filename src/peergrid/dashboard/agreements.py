"""What members agree on: each meter's part of the neighbours' sun, drafted, shown, then applied."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, card, columns, empty, frame, quiet, text
from peergrid.dashboard.live import Act, Desk, Form, use_deeds, use_live, use_typed
from peergrid.dashboard.table import table
from peergrid.dashboard.typed import PER_CENT_PPM, day_of, shown, whole_of
from peergrid.dashboard.words import count_of, format_instant
from peergrid.errors import Invalid
from peergrid.money import PARTS
from peergrid.wire import AgreementState

WHAT = "Each meter's part of the neighbours' sun, for the scheme that shares by coefficients."
NONE_YET = "Nothing has been agreed on yet."
SHOWN = 25  # parts of an agreement, the largest first
LONGEST = 64  # letters of a meter's serial
HINT = "harare_street-001 12.5"


@dataclass(frozen=True)
class Writing:
    """The parts as they are typed, a meter a line, and the draft that they are of."""

    parts: str = ""
    agreement_id: int | None = None
    is_open: bool = False
    valid_from: str = ""  # the day that a published one is to be applied from


def parts_of(typed: str) -> wire.AgreementParts:
    r"""A meter and its part [%] a line; the API judges whether they come to 100 %.

    >>> [part.coefficient_ppm for part in parts_of("a-1 12.5\n\na-2  87,5").parts]
    [125000, 875000]

    Raises Invalid for a line that says something else.
    """
    parts = []
    for number, line in enumerate(typed.splitlines(), 1):
        if not line.strip():
            continue
        meter, _, percent = line.strip().rpartition(" ")
        if not 0 < len(meter.strip()) <= LONGEST:
            raise Invalid(f"Line {number}: write a meter and its part in %, such as {HINT}.")
        ppm = whole_of(percent, PER_CENT_PPM, f"Line {number}, part")
        if not 0 <= ppm <= PARTS:
            raise Invalid(f"Line {number}: a part lies between 0 and 100 %.")
        part = {"meter": meter.strip(), "coefficient_ppm": ppm}
        parts.append(wire.AgreementPart.model_validate(part))
    return wire.AgreementParts(parts=parts)


def typed_parts(parts: Sequence[wire.AgreementPart]) -> str:
    """What ``parts_of`` reads back."""
    return "\n".join(f"{one.meter} {shown(one.coefficient_ppm, PER_CENT_PPM)}" for one in parts)


def equal_parts(meters: Sequence[str]) -> list[wire.AgreementPart]:
    """All alike; the millionths left over go one each to the first.

    >>> [one.coefficient_ppm for one in equal_parts(["a", "b", "c"])]
    [333334, 333333, 333333]
    """
    each, rest = divmod(PARTS, max(len(meters), 1))
    return [
        wire.AgreementPart(meter=meter, coefficient_ppm=each + (place < rest))
        for place, meter in enumerate(meters)
    ]


@dataclass(frozen=True, eq=False)
class Hands:
    """What an operator can do; ``asked``: the one to apply if they say so again."""

    desk: Desk
    writing: Form[Writing]
    asked: int | None
    ask: Callable[[int | None], None]
    act: Callable[[Callable[[], Awaitable[object]]], Act]


@ft.component
def AgreementsPart(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802 - named as what it draws
    turn, set_turn = ft.use_state(0)
    nobody: int | None = None
    asked, ask = ft.use_state(nobody)
    writing = use_typed(desk, "agreement", Writing())
    trouble, tried = use_deeds(desk)
    view = use_live(desk, desk.client.all_agreements, turn)
    if view.value is None:
        return frame(quiet(WHAT), view.trouble)

    def act(deed: Callable[[], Awaitable[object]]) -> Act:
        async def done() -> None:
            await deed()
            ask(None)
            set_turn(turn + 1)

        return tried(done)

    may_act = me.role is wire.Role.OPERATOR
    hands = Hands(desk, writing, asked, ask, act) if may_act else None
    told = [banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []
    newest_first = list(reversed(view.value))
    cards = [_agreement(one, hands) for one in newest_first]
    none = [card(empty(NONE_YET), name="Agreements")]
    form = [_form(hands)] if hands else []
    return frame(
        quiet(WHAT), view.trouble, *told, columns(cards or none, form, is_wide=desk.is_wide)
    )


def _agreement(one: wire.Agreement, hands: Hands | None) -> ft.Control:
    largest = sorted(one.parts, key=lambda part: (-part.coefficient_ppm, part.meter))
    rows = [(part.meter, _percent(part.coefficient_ppm)) for part in largest[:SHOWN]]
    rest = len(largest) - SHOWN
    more = [quiet(f"and {count_of(rest, 'meter')} with smaller parts")] if rest > 0 else []
    deeds = _deeds(one, hands) if hands else []
    return card(
        text(_state(one)),
        *deeds,
        table(["Meter", "Part"], rows, [3, 1]),
        *more,
        name=f"Agreement {one.agreement_id}",
    )


def _state(one: wire.Agreement) -> str:
    if one.state is AgreementState.APPLIED:
        return f"Applied: it holds from {one.valid_from} on, and never changes."
    if one.state is AgreementState.PUBLISHED:
        return f"Published {format_instant(one.published_at)}: every member sees it."
    return "Draft: only operators and auditors see it."


def _deeds(one: wire.Agreement, hands: Hands) -> list[ft.Control]:
    number, client, writing = one.agreement_id, hands.desk.client, hands.writing
    if one.state is AgreementState.DRAFT:
        typed = typed_parts(one.parts)
        change = lambda: writing.put(Writing(typed, number, is_open=True))  # noqa: E731
        buttons = [
            _button("Publish", one, hands.act(lambda: client.publish_agreement(number))),
            _button("Change", one, change),
            _button("Throw away", one, hands.act(lambda: client.drop_agreement(number))),
        ]
        return [ft.Row(list(buttons), wrap=True, spacing=8)]
    if one.state is AgreementState.APPLIED:
        return []
    if hands.asked != number:
        return [ft.Row([_button("Apply", one, lambda: hands.ask(number))])]

    async def apply() -> None:
        await client.apply_agreement(number, day_of(writing.now.valid_from, "First day"))

    return [
        quiet("It holds from that day on, for good: only another agreement can take its place."),
        ft.TextField(
            label="First day",
            hint_text="2026-10-01",
            value=writing.now.valid_from,
            on_change=lambda event: writing.note(
                replace(writing.now, valid_from=event.control.value)
            ),
        ),
        ft.Row(
            [
                ft.FilledButton("Apply for good", on_click=hands.act(apply), height=44),
                ft.OutlinedButton("Not yet", on_click=lambda: hands.ask(None), height=44),
            ],
            wrap=True,
        ),
    ]


def _form(hands: Hands) -> ft.Control:
    """A line a meter: as good for three as for three hundred, and pasted from a sheet."""
    writing, client = hands.writing, hands.desk.client
    if not writing.now.is_open:
        begin = lambda: writing.put(replace(writing.now, is_open=True))  # noqa: E731
        return card(
            ft.FilledButton("New agreement", icon=ft.Icons.ADD, on_click=begin, height=44),
            name="Prepare",
        )
    number = writing.now.agreement_id

    async def fill() -> None:
        meters = [one.meter for one in await client.meters() if one.active_until is None]
        writing.put(replace(writing.now, parts=typed_parts(equal_parts(meters))))

    async def keep() -> None:
        parts = parts_of(writing.now.parts)
        if number is None:
            await client.draft_agreement(parts)
        else:
            await client.change_agreement(number, parts)
        writing.put(Writing())

    return card(
        quiet("A meter and its part in % on each line; all parts come to 100 %."),
        ft.TextField(
            label="Meters and parts",
            value=writing.now.parts,
            hint_text=HINT,
            multiline=True,
            min_lines=4,
            max_lines=14,
            on_change=lambda event: writing.note(replace(writing.now, parts=event.control.value)),
            on_blur=lambda _: writing.put(writing.now),
        ),
        quiet(_sum_said(writing.now.parts)),
        ft.Row(
            [
                ft.FilledButton("Keep the draft", on_click=hands.act(keep), height=44),
                ft.OutlinedButton("All meters alike", on_click=hands.act(fill), height=44),
                ft.OutlinedButton("Cancel", on_click=lambda: writing.put(Writing()), height=44),
            ],
            wrap=True,
            spacing=8,
            run_spacing=8,
        ),
        name="New agreement" if number is None else f"Agreement {number}",
    )


def _sum_said(typed: str) -> str:
    try:
        parts = parts_of(typed).parts
    except Invalid as error:
        return str(error)
    total = sum(part.coefficient_ppm for part in parts)
    return f"{count_of(len(parts), 'meter')}, together {_percent(total)}"


def _percent(ppm: int) -> str:
    return f"{shown(ppm, PER_CENT_PPM)} %"


def _button(words: str, one: wire.Agreement, act: Act | Callable[[], None]) -> ft.Control:
    label = ft.Text(
        words, semantics_label=f"{words} agreement {one.agreement_id}", color=theme.SUN_INK
    )
    return ft.OutlinedButton(label, on_click=act)
