"""An operator invites somebody: a letter with a link goes to them."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import banner, text
from peergrid.dashboard.live import Desk, use_deeds
from peergrid.dashboard.members.sure import dialog
from peergrid.errors import Invalid

NEEDED = "Write a name and an address such as rudo@example.org."
SECOND = "An operator or auditor waits for another operator's approval."
SENT = "A letter with a link to choose a password is on its way to"


@ft.component
def InviteButton(desk: Desk, open_story: Callable[[int], None]) -> ft.Control:  # noqa: N802
    """The same name, address and role again sends a new link."""
    is_open, set_open = ft.use_state(initial=False)
    typed, _ = ft.use_state({"name": "", "email": ""})
    role, set_role = ft.use_state(wire.Role.CONSUMER)
    invited: wire.MemberRow | None = None
    sent, set_sent = ft.use_state(invited)
    trouble, tried = use_deeds(desk)

    async def invite() -> None:
        name, email = typed["name"].strip(), typed["email"].strip()
        try:
            invitation = wire.Invitation(name=name, email=email, role=role)
        except ValueError:
            raise Invalid(NEEDED) from None
        set_sent(await desk.client.invite(invitation))

    def close() -> None:
        typed.update(name="", email="")
        set_sent(None)
        set_open(False)

    def show() -> None:
        found = sent
        close()
        if found:
            open_story(found.member_id)

    form = [*_fields(typed), _roles(role, set_role), *([banner(trouble)] if trouble else [])]
    ask = [
        ft.TextButton("Cancel", on_click=lambda _: close()),
        ft.FilledButton("Invite", on_click=tried(invite)),
    ]
    told = [
        ft.TextButton("Done", on_click=lambda _: close()),
        ft.FilledButton("Open their story", on_click=lambda _: show()),
    ]
    sheet = (
        dialog("Invited", [text(f"{SENT} {sent.email}.")], told)
        if sent
        else dialog("Invite a member", form, ask)
    )
    ft.use_dialog(sheet if is_open else None)
    return ft.FilledButton(
        "Invite a member", icon=ft.Icons.PERSON_ADD_OUTLINED, on_click=lambda _: set_open(True)
    )


def _fields(typed: dict[str, str]) -> list[ft.Control]:
    def field(label: str, name: str) -> ft.TextField:
        return ft.TextField(
            label=label,
            value=typed[name],
            border_radius=14,
            border_color=theme.QUIET,
            on_change=lambda event: typed.update({name: event.control.value or ""}),
        )

    name, email = field("Name", "name"), field("Email", "email")
    name.autofocus = True
    email.keyboard_type = ft.KeyboardType.EMAIL
    return [name, email]


def _roles(role: wire.Role, set_role: Callable[[wire.Role], None]) -> ft.Control:
    options = [(one, one) for one in wire.Role]
    roles = choice("Role", options, role, lambda key: set_role(wire.Role(key)))
    needs_second = role in {wire.Role.OPERATOR, wire.Role.AUDITOR}
    return ft.Column([roles, *([text(SECOND, 13)] if needs_second else [])], spacing=6)
