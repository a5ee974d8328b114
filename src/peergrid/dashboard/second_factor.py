"""The second lock of the door: a code of an authenticator, which is enrolled at the first time."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import banner, quiet
from peergrid.dashboard.preferences import pt
from peergrid.dashboard.session import Session
from peergrid.dashboard.sign_in import Opened, big_button, door_field, door_sheet
from peergrid.errors import PeerGridError

ASKED = "Write the six digits that your authenticator shows, or a recovery code."
KEEP = "Add this key to an authenticator app. Keep the recovery codes on paper: each opens once."


@ft.component
def SecondFactorScreen(  # noqa: N802
    session: Session, challenge: wire.Challenge, enter: Callable[[Opened], None]
) -> ft.Control:
    typed, _ = ft.use_state({"code": ""})
    is_busy, set_busy = ft.use_state(initial=False)
    trouble, set_trouble = ft.use_state("")
    nothing_yet: wire.Enrolment | None = None
    enrolment, set_enrolment = ft.use_state(nothing_yet)

    async def begin() -> None:
        if challenge.is_enrolled:
            return
        try:
            set_enrolment(await session.client.enrol(challenge.challenge))
        except PeerGridError as error:
            set_trouble(str(error))

    async def try_code(_: object) -> None:
        set_busy(True)
        try:
            me = await session.answer(challenge.challenge, typed["code"].strip())
        except PeerGridError as error:
            set_trouble(str(error))
            set_busy(False)
        else:
            enter(me)

    ft.use_effect(begin, [])
    field = door_field("Code", typed["code"], is_busy=is_busy)
    field.autofill_hints = ft.AutofillHint.ONE_TIME_CODE
    field.on_change = lambda event: typed.update(code=event.control.value)
    field.on_submit = try_code
    return door_sheet(
        [
            *(_shown_once(enrolment) if enrolment else []),
            quiet(ASKED, 14),
            field,
            *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
            big_button("Continue", try_code, is_busy=is_busy),
        ]
    )


def _shown_once(enrolment: wire.Enrolment) -> list[ft.Control]:
    return [
        quiet(KEEP, 14),
        ft.Text(enrolment.secret, selectable=True, size=pt(16)),
        ft.Text(enrolment.uri, selectable=True, size=pt(12)),
        ft.Text("\n".join(enrolment.recovery_codes), selectable=True, size=pt(14)),
    ]
