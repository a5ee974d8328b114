"""The form for a tariff: all its settings, each in the unit that people speak of it in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, card, icon_button, quiet, text
from peergrid.dashboard.live import Act
from peergrid.dashboard.preferences import needs_lines
from peergrid.dashboard.tariff_terms import DAYS, YEAR_ENDS, Typed, TypedBlock, TypedTime

MOST_NAME = 100  # letters, as the API takes them

type Change = Callable[[Typed], None]


def tariff_form(
    typed: Typed,
    schemes: Sequence[wire.SchemeRow],
    change: Change,
    buttons: Sequence[ft.Control],
    trouble: str,
) -> ft.Control:
    """``buttons`` say what may be done with what is typed; ``trouble`` is told above them."""

    def to(**changed: Any) -> None:
        change(replace(typed, **changed))

    return card(
        _field("Name", typed.name, lambda said: to(name=said), most=MOST_NAME),
        _field("First day (year-month-day)", typed.valid_from, lambda said: to(valid_from=said)),
        *_scheme(typed, schemes, to),
        *_blocks(typed, to),
        *_charges(typed, to),
        *_credit(typed, to),
        *_times(typed, to),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        ft.Row(list(buttons), wrap=True, spacing=8, run_spacing=8),
        name="Tariff draft",
    )


def _scheme(
    typed: Typed, schemes: Sequence[wire.SchemeRow], to: Callable[..., None]
) -> list[ft.Control]:
    options = [(one.name, one.title) for one in schemes]
    chosen = [one.paragraph for one in schemes if one.name == typed.scheme]
    return [
        choice("Scheme", options, typed.scheme, lambda key: to(scheme=key)),
        *map(quiet, chosen),
    ]


def _blocks(typed: Typed, to: Callable[..., None]) -> list[ft.Control]:
    """What a month's energy costs, step by step; the last one has no end."""
    blocks = typed.blocks

    def put(place: int, block: TypedBlock) -> None:
        to(blocks=(*blocks[:place], block, *blocks[place + 1 :]))

    def row(place: int, block: TypedBlock) -> ft.Control:
        name = f"Block {place + 1}"
        return _removable(
            [
                _field(
                    f"{name}: up to kWh",
                    block.up_to,
                    lambda said: put(place, replace(block, up_to=said)),
                    hint="no end",
                ),
                _field(
                    f"{name}: US$ a kWh",
                    block.price,
                    lambda said: put(place, replace(block, price=said)),
                ),
            ],
            f"Remove {name.lower()}",
            lambda: to(blocks=(*blocks[:place], *blocks[place + 1 :])),
        )

    return [
        _part(
            "Blocks",
            "A month's energy is priced step by step; the last step has no end.",
        ),
        *(row(place, block) for place, block in enumerate(blocks)),
        _add("Add a block", lambda: to(blocks=(*blocks[:-1], TypedBlock(), *blocks[-1:]))),
    ]


def _charges(typed: Typed, to: Callable[..., None]) -> list[ft.Control]:
    return [
        _part(
            "Charges and export", "Levy and VAT are added to the energy charge, each on its own."
        ),
        _beside(
            _field("Levy, %", typed.levy, lambda said: to(levy=said)),
            _field("VAT, %", typed.vat, lambda said: to(vat=said)),
        ),
        _beside(
            _field("Fixed charge, US$ a month", typed.fixed, lambda said: to(fixed=said)),
            _field("Feed-in price, US$ a kWh", typed.feed_in, lambda said: to(feed_in=said)),
        ),
        _beside(
            _field(
                "Halfway, % from feed-in to retail",
                typed.halfway,
                lambda said: to(halfway=said),
            ),
            _field("Compensation, %", typed.compensation, lambda said: to(compensation=said)),
        ),
        quiet("Where neighbours meet in the mid-market rate; and what sellers keep in much sun."),
    ]


def _credit(typed: Typed, to: Callable[..., None]) -> list[ft.Control]:
    ends = list(YEAR_ENDS.items())
    return [
        _part("Energy credit", "Under a scheme that owes energy for what is sent out."),
        _beside(
            _field("Ratio, % credited", typed.credit_ratio, lambda said: to(credit_ratio=said)),
            _field("Cap, kW sent out", typed.cap, lambda said: to(cap=said), hint="no cap"),
        ),
        ft.Checkbox(
            label="Carried over from month to month",
            value=typed.rolls_over,
            on_change=lambda event: to(rolls_over=bool(event.control.value)),
        ),
        choice("At the end of a year", ends, typed.year_end, lambda key: to(year_end=key)),
        _field("Paid out at, US$ a kWh", typed.paid, lambda said: to(paid=said)),
    ]


def _times(typed: Typed, to: Callable[..., None]) -> list[ft.Control]:
    """Hours at which a kWh costs more, or less."""
    times = typed.times

    def rows(place: int, time: TypedTime) -> list[ft.Control]:
        name = f"Time {place + 1}"

        def put(**changed: str) -> None:
            to(times=(*times[:place], replace(time, **changed), *times[place + 1 :]))

        return [
            _removable(
                [_field(f"{name}: name", time.name, lambda said: put(name=said), most=MOST_NAME)],
                f"Remove {name.lower()}",
                lambda: to(times=(*times[:place], *times[place + 1 :])),
            ),
            _beside(
                _field(f"{name}: from", time.first, lambda said: put(first=said), hint="18:00"),
                _field(f"{name}: until", time.end, lambda said: put(end=said), hint="21:00"),
                _field(f"{name}: US$ more a kWh", time.more, lambda said: put(more=said)),
            ),
            choice(f"{name}: days", list(DAYS.items()), time.on, lambda key: put(on=key)),
        ]

    return [
        _part("Times of use", "Hours at which a kWh costs more; below 0, less."),
        *(control for place, time in enumerate(times) for control in rows(place, time)),
        _add("Add a time", lambda: to(times=(*times, TypedTime()))),
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


def _add(words: str, act: Act | Callable[[], None]) -> ft.Control:
    return ft.OutlinedButton(words, icon=ft.Icons.ADD, on_click=act, height=44)
