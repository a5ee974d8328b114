"""The form for a tariff: all its settings, each in the unit that people speak of it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, card, icon_button, quiet, text
from peergrid.dashboard.preferences import needs_lines
from peergrid.dashboard.tariff_terms import DAYS, YEAR_ENDS, Typed, TypedBlock, TypedTime

HINT_DAY = "2026-10-01"
MOST_NAME = 100  # letters, as the API takes them


@dataclass(frozen=True, eq=False)
class Sheet:
    """A form that is being filled in: letters are noted, what is chosen or added is drawn."""

    now: Callable[[], Typed]
    note: Callable[[Typed], None]
    put: Callable[[Typed], None]

    def typing(self, name: str) -> Callable[[str], None]:
        """What a field does with each letter."""

        def note(said: str) -> None:
            changed: dict[str, Any] = {name: said}
            self.note(replace(self.now(), **changed))

        return note

    def choose(self, **changed: Any) -> None:
        self.put(replace(self.now(), **changed))


def tariff_form(
    sheet: Sheet, schemes: Sequence[wire.SchemeRow], buttons: Sequence[ft.Control], trouble: str
) -> ft.Control:
    """``buttons`` say what may be done with what is typed; ``trouble`` is told above them."""
    typed = sheet.now()
    return card(
        _field("Name", typed.name, sheet.typing("name"), most=MOST_NAME),
        _field("First day", typed.valid_from, sheet.typing("valid_from"), hint=HINT_DAY),
        *_scheme(sheet, schemes),
        *_blocks(sheet),
        *_charges(sheet),
        *_credit(sheet),
        *_times(sheet),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        ft.Row(list(buttons), wrap=True, spacing=8, run_spacing=8),
        name="Tariff draft",
    )


def _scheme(sheet: Sheet, schemes: Sequence[wire.SchemeRow]) -> list[ft.Control]:
    chosen = sheet.now().scheme
    options = [(one.name, one.title) for one in schemes]
    says = [one.paragraph for one in schemes if one.name == chosen]
    return [
        choice("Scheme", options, chosen, lambda key: sheet.choose(scheme=key)),
        *map(quiet, says),
    ]


def _blocks(sheet: Sheet) -> list[ft.Control]:
    """What a month's energy costs, step by step; the last one has no end."""

    def typing(place: int, name: str) -> Callable[[str], None]:
        def note(said: str) -> None:
            typed = sheet.now()
            block = replace(typed.blocks[place], **{name: said})
            sheet.note(replace(typed, blocks=put_at(typed.blocks, place, block)))

        return note

    def row(place: int, block: TypedBlock) -> ft.Control:
        name = f"Block {place + 1}"
        return _removable(
            [
                _field(f"{name}, to kWh", block.up_to, typing(place, "up_to"), hint="no end"),
                _field(f"{name}, US$/kWh", block.price, typing(place, "price")),
            ],
            f"Remove {name.lower()}",
            lambda: sheet.choose(blocks=put_at(sheet.now().blocks, place)),
        )

    def add() -> None:
        *before, last = sheet.now().blocks or (TypedBlock(),)
        sheet.choose(blocks=(*before, TypedBlock(), last))

    return [
        _part("Blocks", "A month's energy is priced step by step; the last step has no end."),
        *(row(place, block) for place, block in enumerate(sheet.now().blocks)),
        _add("Add a block", add),
    ]


def put_at[T](rows: Sequence[T], place: int, *instead: T) -> tuple[T, ...]:
    """The rows with others, or none, in the place of one.

    >>> put_at((1, 2, 3), 1, 7), put_at((1, 2, 3), 1)
    ((1, 7, 3), (1, 3))
    """
    return (*rows[:place], *instead, *rows[place + 1 :])


def _charges(sheet: Sheet) -> list[ft.Control]:
    typed, typing = sheet.now(), sheet.typing
    return [
        _part("Charges and export", "Levy and VAT come upon the energy charge, each on its own."),
        _beside(
            _field("Levy, %", typed.levy, typing("levy")),
            _field("VAT, %", typed.vat, typing("vat")),
        ),
        _beside(
            _field("Fixed, US$/month", typed.fixed, typing("fixed")),
            _field("Feed-in, US$/kWh", typed.feed_in, typing("feed_in")),
        ),
        _beside(
            _field("Halfway, %", typed.halfway, typing("halfway")),
            _field("Compensation, %", typed.compensation, typing("compensation")),
        ),
        quiet(
            "Halfway from feed-in to retail is where neighbours meet; compensation is what sellers"
            " keep of it in much sun."
        ),
    ]


def _credit(sheet: Sheet) -> list[ft.Control]:
    typed, typing = sheet.now(), sheet.typing
    ends = list(YEAR_ENDS.items())
    return [
        _part(
            "Energy credit",
            "Owed for what is sent out, up to the cap; carried over from month to month, or lost.",
        ),
        _beside(
            _field("Ratio, % credited", typed.credit_ratio, typing("credit_ratio")),
            _field("Cap, kW", typed.cap, typing("cap"), hint="no cap"),
        ),
        ft.Checkbox(
            label="Carried over",
            value=typed.rolls_over,
            on_change=lambda event: sheet.choose(rolls_over=bool(event.control.value)),
        ),
        choice(
            "At the end of a year", ends, typed.year_end, lambda key: sheet.choose(year_end=key)
        ),
        _field("Paid out, US$/kWh", typed.paid, typing("paid")),
    ]


def _times(sheet: Sheet) -> list[ft.Control]:
    """Hours at which a kWh costs more, or less."""

    def put(place: int, **changed: str) -> Typed:
        typed = sheet.now()
        time = replace(typed.times[place], **changed)
        return replace(typed, times=put_at(typed.times, place, time))

    def rows(place: int, time: TypedTime) -> list[ft.Control]:
        name = f"Time {place + 1}"

        def typing(part: str) -> Callable[[str], None]:
            return lambda said: sheet.note(put(place, **{part: said}))

        return [
            _removable(
                [_field(f"{name}: name", time.name, typing("name"), most=MOST_NAME)],
                f"Remove {name.lower()}",
                lambda: sheet.choose(times=put_at(sheet.now().times, place)),
            ),
            _beside(
                _field(f"{name}: from", time.first, typing("first"), hint="18:00"),
                _field(f"{name}: until", time.end, typing("end"), hint="21:00"),
                _field(f"{name}: US$/kWh more", time.more, typing("more")),
            ),
            choice(
                f"{name}: days",
                list(DAYS.items()),
                time.on,
                lambda key: sheet.put(put(place, on=key)),
            ),
        ]

    return [
        _part("Times of use", "Hours at which a kWh costs more; below 0, less."),
        *(row for place, time in enumerate(sheet.now().times) for row in rows(place, time)),
        _add("Add a time", lambda: sheet.choose(times=(*sheet.now().times, TypedTime()))),
    ]


def _part(name: str, beneath: str) -> ft.Control:
    return ft.Column([text(name, 15), quiet(beneath)], spacing=0)


def _field(
    label: str, value: str, change: Callable[[str], None], hint: str = "", most: int = 16
) -> ft.Control:
    return ft.TextField(
        label=label,
        value=value,
        hint_text=hint or None,
        max_length=most,
        counter="",
        on_change=lambda event: change(event.control.value),
    )


def _beside(*fields: ft.Control) -> ft.Control:
    """Side by side, if the text leaves room for that."""
    if needs_lines():
        return ft.Column(
            list(fields), spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row([ft.Container(field, expand=True) for field in fields], spacing=8)


def _removable(fields: Sequence[ft.Control], name: str, remove: Callable[[], None]) -> ft.Control:
    return ft.Row(
        [
            ft.Container(_beside(*fields), expand=True),
            icon_button(ft.Icons.DELETE_OUTLINE, name, remove),
        ],
        spacing=4,
    )


def _add(words: str, act: Callable[[], None]) -> ft.Control:
    return ft.OutlinedButton(words, icon=ft.Icons.ADD, on_click=act, height=44)
