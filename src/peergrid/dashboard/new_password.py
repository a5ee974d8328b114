"""Where the link of a letter leads: choose a password, once."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from peergrid.dashboard.components import banner, quiet
from peergrid.dashboard.session import Session
from peergrid.dashboard.sign_in import big_button, door_field, door_sheet
from peergrid.errors import PeerGridError

INVITATION, RESET = "invitation", "reset"
DONE = "Your password is set. Please sign in with it."


@dataclass(frozen=True)
class Link:
    """The end of an address that a letter leads to."""

    purpose: str
    token: str


def link_in(address: str) -> Link | None:
    """What a page's address says; None unless it is a letter's."""
    purpose, _, token = address.partition("/")
    return Link(purpose, token) if purpose in {INVITATION, RESET} and token else None


@ft.component
def NewPasswordScreen(  # noqa: N802
    session: Session, link: Link, leave: Callable[[str], None]
) -> ft.Control:
    typed, _ = ft.use_state({"password": ""})
    is_busy, set_busy = ft.use_state(initial=False)
    trouble, set_trouble = ft.use_state("")

    async def choose(_: object) -> None:
        set_busy(True)
        client = session.client
        send = client.accept_invitation if link.purpose == INVITATION else client.reset_password
        try:
            await send(link.token, typed["password"])
        except PeerGridError as error:
            set_trouble(str(error))
            set_busy(False)
        else:
            leave(DONE)

    field = door_field("New password", typed["password"], is_busy=is_busy)
    field.password = True
    field.can_reveal_password = True
    field.autofill_hints = ft.AutofillHint.NEW_PASSWORD
    field.on_change = lambda event: typed.update(password=event.control.value)
    field.on_submit = choose
    return door_sheet(
        [
            quiet("Three or four words that do not belong together are easy to keep.", 14),
            field,
            *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
            big_button("Set password", choose, is_busy=is_busy),
        ]
    )
