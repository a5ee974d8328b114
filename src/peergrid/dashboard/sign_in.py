"""The door: email, password, and one gentle sentence if they do not fit."""

from collections.abc import Awaitable, Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, quiet
from peergrid.errors import Invalid, PeerGridError, Throttled, Unavailable, Unknown

STRETCH = ft.CrossAxisAlignment.STRETCH

type Opened = wire.Me | wire.Challenge
type Door = Callable[[str, str], Awaitable[Opened]]
type Reset = Callable[[str], Awaitable[None]]

WRONG = "That email and password don't fit together. Please try once more."
NEEDED = "Please write your email and your password."
NEEDED_FOR_RESET = "Please write your email first."
ON_ITS_WAY = "If that email is a member's, a link is on its way to it."
AWAY = "Can't reach PeerGrid right now. Please try again in a moment."


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
            set_trouble(NEEDED)
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
            set_trouble(ON_ITS_WAY if email else NEEDED_FOR_RESET)
        except PeerGridError as error:
            set_trouble(str(error))

    def type_in(name: str) -> Callable[[ft.Event[ft.TextField]], None]:
        return lambda event: typed.update({name: event.control.value})

    fields = _fields(typed, is_busy=is_busy)
    for name, field in fields.items():
        field.on_change = type_in(name)
        field.on_submit = try_door
    icon = ft.Icons.CLOUD_OFF_OUTLINED if trouble == AWAY else ft.Icons.INFO_OUTLINE
    told = [banner(trouble, icon)] if trouble else []
    words = "Signing in…" if is_busy else "Sign in"
    form = [
        *fields.values(),
        *told,
        big_button(words, try_door, is_busy=is_busy),
        ft.TextButton("Forgot your password?", on_click=forgot),
    ]
    return door_sheet(form)


def gently(error: PeerGridError) -> str:
    """Why the door stays shut, in a sentence for whoever stands before it."""
    if isinstance(error, Unknown | Invalid):
        return WRONG
    if isinstance(error, Unavailable) and not isinstance(error, Throttled):
        return AWAY
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
    email = door_field("Email", typed["email"], is_busy=is_busy)
    email.keyboard_type = ft.KeyboardType.EMAIL
    email.autofill_hints = ft.AutofillHint.EMAIL
    email.autofocus = True
    password = door_field("Password", typed["password"], is_busy=is_busy)
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
            text_style=ft.TextStyle(size=16, weight=ft.FontWeight.W_600),
        ),
    )


def _brand() -> ft.Control:
    return ft.Column(
        [
            ft.Icon(ft.Icons.SOLAR_POWER, size=52, color=theme.SUN),
            ft.Semantics(
                content=ft.Text("PeerGrid", size=34, weight=ft.FontWeight.W_700, color=theme.INK),
                heading_level=1,
            ),
            quiet("Share the sun with your neighbours.", 15),
        ],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        width=380,
    )
