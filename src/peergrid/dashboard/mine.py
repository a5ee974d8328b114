"""What is stored about me, what I agreed to, and where I am signed in."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, card, quiet, said
from peergrid.dashboard.live import Act, Desk, use_deeds
from peergrid.dashboard.preferences import pt, t
from peergrid.dashboard.words import format_instant

CONSENT_WORDS = "2026-11"  # the version of the words on this screen
ARCHIVE = "peergrid-everything.zip"


@ft.component
def Deed(desk: Desk, name: str, deed: Act) -> ft.Control:  # noqa: N802
    """A button, and beneath it what went wrong."""
    trouble, tried = use_deeds(desk)
    told = [banner(trouble)] if trouble else []
    return ft.Column([ft.OutlinedButton(name, on_click=tried(deed)), *told], spacing=6)


def data_card(desk: Desk, again: Callable[[], None], *, is_leaving: bool) -> ft.Control:
    """All that is stored as one file, and a way to have it deleted."""

    async def take() -> None:
        content = b"".join([part async for part in desk.client.everything()])
        await ft.FilePicker().save_file(file_name=ARCHIVE, src_bytes=content)

    async def ask() -> None:
        await desk.client.ask_for_erasure()
        again()

    async def keep() -> None:
        await desk.client.keep_data()
        again()

    asked = [banner(t("erasure_asked"), ft.Icons.INFO_OUTLINE)] if is_leaving else []
    deed = Deed(desk, t("erasure_keep"), keep) if is_leaving else Deed(desk, t("erasure_ask"), ask)
    return card(
        Deed(desk, t("my_data_take"), take),
        *asked,
        quiet(t("my_data_erase")),
        deed,
        name=t("my_data"),
    )


def consents_card(
    desk: Desk, consents: list[wire.ConsentRow], again: Callable[[], None]
) -> ft.Control:
    """Each purpose, whether it was agreed to, and the way to change one's mind."""
    newest = {one.purpose: one for one in sorted(consents, key=lambda row: row.given_at)}
    rows = [_consent(desk, purpose, newest.get(purpose), again) for purpose in wire.ConsentPurpose]
    return card(*rows, name=t("consents"))


def _consent(
    desk: Desk,
    purpose: wire.ConsentPurpose,
    given: wire.ConsentRow | None,
    again: Callable[[], None],
) -> ft.Control:
    stands = given is not None and given.withdrawn_at is None
    if given is None:
        beneath = t("consent_never")
    elif given.withdrawn_at is None:
        beneath = t("consent_since", since=format_instant(given.given_at))
    else:
        beneath = t("consent_withdrawn", since=format_instant(given.withdrawn_at))

    async def change() -> None:
        if stands:
            await desk.client.withdraw_consent(purpose)
        else:
            await desk.client.give_consent(purpose, CONSENT_WORDS)
        again()

    deed = Deed(desk, t("consent_withdraw" if stands else "consent_give"), change)
    return row_of(t(f"consent_{purpose}"), beneath, deed)


def sessions_card(
    desk: Desk, sessions: list[wire.SessionRow], again: Callable[[], None]
) -> ft.Control:
    """Every device that is signed in, this one too."""

    def ending(row: wire.SessionRow) -> Act:
        async def end() -> None:
            await desk.client.end_sessions(row.session_id)
            again()

        return end

    async def end_all() -> None:
        await desk.client.end_sessions()
        desk.leave()

    rows = [
        row_of(
            f"{row.device} ({t('session_this')})" if row.is_this else row.device,
            format_instant(row.created_at),
            Deed(desk, t("session_end"), ending(row)),
        )
        for row in sessions
    ]
    body = rows or [quiet(t("sessions_none"))]
    return card(*body, Deed(desk, t("session_end_all"), end_all), name=t("sessions"))


def row_of(name: str, beneath: str, deed: ft.Control | None) -> ft.Control:
    """Something with what is said of it beneath, and what can be done about it."""
    words = said(
        f"{name}. {beneath}",
        ft.Column(
            [
                ft.Text(name, size=pt(14), color=theme.INK),
                ft.Text(beneath, size=pt(12), color=theme.QUIET),
            ],
            spacing=0,
        ),
    )
    return ft.Column([words, *([deed] if deed else [])], spacing=6)


@ft.component
def DoorCard(desk: Desk, email: str) -> ft.Control:  # noqa: N802
    """A new password by letter."""
    told, tell = ft.use_state("")

    async def send() -> None:
        await desk.client.ask_for_reset(email)
        tell(t("reset_sent"))

    return card(
        *([banner(told, ft.Icons.INFO_OUTLINE)] if told else []),
        Deed(desk, t("new_password_send"), send),
        name=t("door"),
    )
