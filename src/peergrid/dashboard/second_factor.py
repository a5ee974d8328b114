"""The second lock of the door: a code of an authenticator, which is enrolled at the first time."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.authenticator import shown_once
from peergrid.dashboard.components import banner, quiet
from peergrid.dashboard.preferences import t
from peergrid.dashboard.session import Session
from peergrid.dashboard.sign_in import Opened, big_button, door_field, door_sheet
from peergrid.errors import PeerGridError


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
    field = door_field(t("factor_code"), typed["code"], is_busy=is_busy)
    field.autofill_hints = ft.AutofillHint.ONE_TIME_CODE
    field.on_change = lambda event: typed.update(code=event.control.value)
    field.on_submit = try_code
    return door_sheet(
        [
            *(shown_once(enrolment) if enrolment else []),
            quiet(t("factor_asked"), 14),
            field,
            *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
            big_button(t("factor_continue"), try_code, is_busy=is_busy),
        ]
    )
