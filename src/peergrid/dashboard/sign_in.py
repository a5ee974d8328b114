"""The door: email, password, and one gentle sentence if they do not fit."""

from collections.abc import Awaitable, Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, quiet
from peergrid.errors import Invalid, PeerGridError, Throttled, Unavailable, Unknown

STRETCH = ft.CrossAxisAlignment.STRETCH

type Door = Callable[[str, str], Awaitable[wire.Me]]

WRONG = "That email and password don't fit together. Please try once more."
NEEDED = "Please write your email and your password."
AWAY = "Can't reach PeerGrid right now. Please try again in a moment."


@ft.component
def SignInScreen(  # noqa: N802
    open_door: Door, enter: Callable[[wire.Me], None], greeting: str
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
            me = await open_door(email, password)
        except (Unknown, Invalid):
            set_trouble(WRONG)
        except Throttled as error:
            set_trouble(str(error))
        except Unavailable:
            set_trouble(AWAY)
        except PeerGridError as error:
            set_trouble(str(error))
        else:
            enter(me)
            return
        set_busy(False)

    def type_in(name: str) -> Callable[[ft.Event[ft.TextField]], None]:
        return lambda event: typed.update({name: event.control.value})

    fields = _fields(typed, is_busy=is_busy)
    for name, field in fields.items():
        field.on_change = type_in(name)
        field.on_submit = try_door
    icon = ft.Icons.CLOUD_OFF_OUTLINED if trouble == AWAY else ft.Icons.INFO_OUTLINE
    told = [banner(trouble, icon)] if trouble else []
    form = [*fields.values(), *told, _button(try_door, is_busy=is_busy)]
    sheet = ft.Column(
        [_brand(), ft.AutofillGroup(ft.Column(form, spacing=14, horizontal_alignment=STRETCH))],
        spacing=28,
        width=380,
    )
    return ft.Container(sheet, alignment=ft.Alignment.CENTER, padding=24, expand=True)


def _fields(typed: dict[str, str], *, is_busy: bool) -> dict[str, ft.TextField]:
    email = _field("Email", typed["email"], is_busy=is_busy)
    email.keyboard_type = ft.KeyboardType.EMAIL
    email.autofill_hints = ft.AutofillHint.EMAIL
    email.autofocus = True
    password = _field("Password", typed["password"], is_busy=is_busy)
    password.password = True
    password.autofill_hints = ft.AutofillHint.PASSWORD
    return {"email": email, "password": password}


def _field(label: str, value: str, *, is_busy: bool) -> ft.TextField:
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


def _button(act: Callable[[object], Awaitable[None]], *, is_busy: bool) -> ft.Control:
    return ft.FilledButton(
        content="Signing in…" if is_busy else "Sign in",
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
