"""The door: email, password, and one gentle sentence if they do not fit."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, quiet
from peergrid.dashboard.preferences import Prefer, Preferences, pt, t
from peergrid.errors import Invalid, PeerGridError, Throttled, Unavailable, Unknown
from peergrid.words.catalogue import Language, screens_of

STRETCH = ft.CrossAxisAlignment.STRETCH

type Opened = wire.Me | wire.Challenge
type Door = Callable[[str, str], Awaitable[Opened]]
type Reset = Callable[[str], Awaitable[None]]


@ft.component
def SignInScreen(  # noqa: N802
    open_door: Door, enter: Callable[[Opened], None], ask_for_reset: Reset, greeting: str
) -> ft.Control:
    """What is typed is noted without drawing anew, lest an echo overtake the typist."""
    typed, _ = ft.use_state({"email": "", "password": ""})
    is_busy, set_busy = ft.use_state(initial=False)
    trouble, set_trouble = ft.use_state(greeting)

    async def try_door(_: object) -> None:
        email, password = typed["email"].strip(), typed["password"]
        if not email or not password:
            set_trouble(t("door_needs"))
            return
        set_busy(True)
        try:
            opened = await open_door(email, password)
        except PeerGridError as error:
            set_trouble(gently(error))
        else:
            enter(opened)
            return
        set_busy(False)

    async def forgot(_: object) -> None:
        email = typed["email"].strip()
        try:
            if email:
                await ask_for_reset(email)
            set_trouble(t("reset_sent") if email else t("reset_needs"))
        except PeerGridError as error:
            set_trouble(str(error))

    def type_in(name: str) -> Callable[[ft.Event[ft.TextField]], None]:
        return lambda event: typed.update({name: event.control.value})

    fields = _fields(typed, is_busy=is_busy)
    for name, field in fields.items():
        field.on_change = type_in(name)
        field.on_submit = try_door
    icon = ft.Icons.CLOUD_OFF_OUTLINED if trouble == t("door_away") else ft.Icons.INFO_OUTLINE
    told = [banner(trouble, icon)] if trouble else []
    words = t("signing_in" if is_busy else "sign_in")
    form = [
        *fields.values(),
        *told,
        big_button(words, try_door, is_busy=is_busy),
        ft.TextButton(t("forgot"), on_click=forgot),
    ]
    return door_sheet(form)


def gently(error: PeerGridError) -> str:
    """Why the door stays shut, in a sentence for whoever stands before it."""
    if isinstance(error, Unknown | Invalid):
        return t("wrong_door")
    if isinstance(error, Unavailable) and not isinstance(error, Throttled):
        return t("door_away")
    return str(error)


def door_sheet(form: list[ft.Control]) -> ft.Control:
    """What is asked at the door, under the name of the house."""
    sheet = ft.Column(
        [_brand(), ft.AutofillGroup(ft.Column(form, spacing=14, horizontal_alignment=STRETCH))],
        spacing=28,
        width=380,
    )
    return ft.Container(sheet, alignment=ft.Alignment.CENTER, padding=24, expand=True)


def _fields(typed: dict[str, str], *, is_busy: bool) -> dict[str, ft.TextField]:
    email = door_field(t("email"), typed["email"], is_busy=is_busy)
    email.keyboard_type = ft.KeyboardType.EMAIL
    email.autofill_hints = ft.AutofillHint.EMAIL
    email.autofocus = True
    password = door_field(t("password"), typed["password"], is_busy=is_busy)
    password.password = True
    password.autofill_hints = ft.AutofillHint.PASSWORD
    return {"email": email, "password": password}


def door_field(label: str, value: str, *, is_busy: bool) -> ft.TextField:
    return ft.TextField(
        label=label,
        value=value,
        border_radius=14,
        border_color=theme.LINE,
        focused_border_color=theme.SUN,
        filled=True,
        fill_color=theme.CARD,
        read_only=is_busy,
    )


def big_button(
    words: str, act: Callable[[object], Awaitable[None]], *, is_busy: bool
) -> ft.Control:
    return ft.FilledButton(
        content=words,
        on_click=act,
        disabled=is_busy,
        height=52,
        style=ft.ButtonStyle(
            bgcolor=theme.SUN,
            color="#2B1A00",
            shape=ft.RoundedRectangleBorder(radius=14),
            text_style=ft.TextStyle(size=pt(16), weight=ft.FontWeight.W_600),
        ),
    )


@ft.component
def Tongues(chosen: Preferences, prefer: Prefer) -> ft.Control:  # noqa: N802
    """The languages, each in its own words, for whoever cannot read the others."""

    def speak(language: Language) -> Callable[[], None]:
        return lambda: prefer(replace(chosen, language=language))

    return ft.Row(
        [
            ft.TextButton(
                content=screens_of(language).say(f"language_{language}"),
                on_click=speak(language),
                disabled=language is chosen.language,
            )
            for language in Language
        ],
        alignment=ft.MainAxisAlignment.CENTER,
        wrap=True,
    )


def _brand() -> ft.Control:
    return ft.Column(
        [
            ft.Icon(ft.Icons.SOLAR_POWER, size=52, color=theme.SUN),
            ft.Semantics(
                content=ft.Text(
                    "PeerGrid", size=pt(34), weight=ft.FontWeight.W_700, color=theme.INK
                ),
                heading_level=1,
            ),
            quiet(t("tagline"), 15),
        ],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        width=380,
    )
