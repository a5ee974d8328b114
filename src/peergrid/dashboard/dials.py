"""The dials of a scenario: choose one, turn them, and have it run."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from peergrid import wire
from peergrid.dashboard.choice import choice, stepper
from peergrid.dashboard.components import banner, card, icon_button, quiet, text
from peergrid.dashboard.live import Desk, use_typed
from peergrid.dashboard.preferences import needs_lines
from peergrid.errors import PeerGridError

STEPS = {"share": 0.05, "hours a day": 1.0, "times": 0.1}  # what a touch adds or takes
NOTHING = "As the scenario says"

type Turned = dict[str, float | int | str]


@ft.component
def Dials(  # noqa: N802 - a component bears the name of what it draws
    desk: Desk,
    offers: list[wire.LaboratoryOffer],
    ask: Callable[[wire.ExperimentOrder], Awaitable[None]],
) -> ft.Control:
    """The form that asks for an experiment; what it may not be is told beneath it."""
    scenario = use_typed(desk, "scenario", offers[0].scenario)
    nothing_turned: Turned = {}
    dials = use_typed(desk, "dials", nothing_turned)
    title = use_typed(desk, "experiment", "")
    trouble, set_trouble = ft.use_state("")
    offer = next((one for one in offers if one.scenario == scenario.now), offers[0])
    turned = dials.now

    whole = [dial for dial in offer.dials if dial.is_whole]
    others = [dial for dial in offer.dials if not dial.is_whole]

    def choose_scenario(chosen: str) -> None:
        scenario.put(chosen)
        dials.put(nothing_turned)

    def set_dial(path: str, value: float | str | None) -> None:
        kept = {key: known for key, known in dials.now.items() if key != path}
        dials.put(kept if value is None else kept | {path: value})

    async def run(_: object) -> None:
        settings = dials.now
        words = title.now.strip() or _told(offer, settings)
        order = wire.ExperimentOrder(title=words[:100], scenario=offer.scenario, settings=settings)
        try:
            await ask(order)
            set_trouble("")
        except PeerGridError as error:
            set_trouble(str(error))

    return card(
        *_scenario(offers, offer, choose_scenario),
        *_together([_number(dial, turned.get(dial.path), set_dial) for dial in whole]),
        *(_dial(dial, turned.get(dial.path), set_dial) for dial in others),
        ft.TextField(
            label="Name",
            hint_text=_told(offer, turned),
            value=title.now,
            max_length=100,
            on_change=lambda event: title.note(event.control.value),
        ),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        ft.FilledButton("Run", icon=ft.Icons.PLAY_ARROW, on_click=run, height=48),
        name="New experiment",
    )


def _scenario(
    offers: list[wire.LaboratoryOffer],
    chosen: wire.LaboratoryOffer,
    choose: Callable[[str], None],
) -> list[ft.Control]:
    said = f"{chosen.households:,} homes, {chosen.days:,} days, {_scheme(chosen.scheme)}"
    options = [(one.scenario, one.title) for one in offers]
    return [choice("Scenario", options, chosen.scenario, choose), quiet(said)]


def _dial(
    dial: wire.Dial, value: Any, set_dial: Callable[[str, float | str | None], None]
) -> ft.Control:
    if dial.choices:
        options = [("", NOTHING), *((one, _scheme(one)) for one in dial.choices)]
        return choice(dial.says, options, value or "", lambda key: set_dial(dial.path, key or None))
    return _steps(dial, value, set_dial)


def _number(
    dial: wire.Dial, value: Any, set_dial: Callable[[str, float | str | None], None]
) -> ft.Control:
    return ft.TextField(
        label=dial.says,
        hint_text=f"{dial.least:,.0f} to {dial.most:,.0f}",
        value="" if value is None else f"{value:g}",
        keyboard_type=ft.KeyboardType.NUMBER,
        input_filter=ft.InputFilter(r"[0-9]*"),
        on_blur=lambda event: set_dial(dial.path, _whole(event.control.value)),
        on_submit=lambda event: set_dial(dial.path, _whole(event.control.value)),
    )


def _together(fields: list[ft.Control]) -> list[ft.Control]:
    """Side by side, if the text leaves room for that."""
    if needs_lines():
        return fields
    return [ft.Row([ft.Container(field, expand=True) for field in fields])]


def _steps(
    dial: wire.Dial, value: float | None, set_dial: Callable[[str, float | str | None], None]
) -> ft.Control:
    """Less and more, a step a touch: named, and as good with a thumb as with a keyboard."""
    shown = (dial.as_it_is or 0.0) if value is None else value
    words = format_setting(dial.unit, shown)
    step = STEPS[dial.unit]
    less, more = max(dial.least or 0.0, shown - step), min(dial.most or 1.0, shown + step)

    def button(icon: ft.IconData, name: str, to: float) -> ft.Control:
        turn = None if to == shown else (lambda: set_dial(dial.path, round(to, 2)))
        return icon_button(icon, f"{name}: {dial.says}, now {words}", turn)

    reset = ft.TextButton(f"As it is: {dial.says}", on_click=lambda _: set_dial(dial.path, None))
    says = ft.Column([text(dial.says), *([] if value is None else [reset])], spacing=0)
    figure = quiet(words, 14) if value is None else text(words, 14)
    return stepper(
        says, button(ft.Icons.REMOVE, "Less", less), figure, button(ft.Icons.ADD, "More", more)
    )


def format_setting(unit: str, value: float | str) -> str:
    """What a dial is turned to.

    >>> format_setting("share", 0.35), format_setting("times", 1.5), format_setting("homes", 200)
    ('35 %', '1.5 x', '200 homes')
    """
    if isinstance(value, str):
        return _scheme(value)
    if unit == "share":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:g} x" if unit == "times" else f"{value:g} {unit}".strip()


def told_settings(dials: list[wire.Dial], turned: Turned) -> str:
    """The dials that were turned, in one line."""
    says = {dial.path: dial for dial in dials}
    return ", ".join(
        f"{says[path].says.lower() if path in says else path}"
        f" {format_setting(says[path].unit if path in says else '', value)}"
        for path, value in turned.items()
    )


def _told(offer: wire.LaboratoryOffer, turned: Turned) -> str:
    settings = told_settings(offer.dials, turned)
    return f"{offer.title}: {settings}" if settings else offer.title


def _scheme(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _whole(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() else None
