"""A second factor of one's own: set up here and confirmed with a code, or taken off with one."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import banner, card, quiet, said
from peergrid.dashboard.live import Act, Desk
from peergrid.dashboard.mine import Deed
from peergrid.dashboard.preferences import pt, t
from peergrid.errors import Invalid

SHORTEST_CODE = 6
GROUP = 4  # letters: a key is copied by hand, too


@ft.component
def AuthenticatorCard(desk: Desk, again: Callable[[], None], *, is_on: bool) -> ft.Control:  # noqa: N802
    """The key and the recovery codes are shown until the first code has come back, and once."""
    typed, _ = ft.use_state({"code": ""})
    nothing_yet: wire.Enrolment | None = None
    enrolment, show = ft.use_state(nothing_yet)
    told, tell = ft.use_state("")

    async def begin() -> None:
        tell("")
        show(await desk.client.enrol_second_factor())

    async def confirm() -> None:
        await desk.client.confirm_second_factor(code_in(typed))
        typed["code"] = ""
        show(None)
        tell(t("second_factor_on"))
        again()

    async def take_off() -> None:
        await desk.client.end_second_factor(code_in(typed))
        tell(t("second_factor_ended"))
        again()

    if is_on:
        body = [
            quiet(t("second_factor_is_on")),
            *_asked(desk, typed, "second_factor_end", take_off),
        ]
    elif enrolment:
        asked = _asked(desk, typed, "second_factor_confirm", confirm)
        body = [*shown_once(enrolment), quiet(t("factor_asked"), 14), *asked]
    else:
        body = [quiet(t("second_factor_why")), Deed(desk, t("second_factor_begin"), begin)]
    notice = [banner(told, ft.Icons.INFO_OUTLINE)] if told else []
    return card(*notice, *body, name=t("second_factor"))


def code_in(typed: dict[str, str]) -> str:
    """What was typed as a code. Raises Invalid for what is too short to be one."""
    code = typed["code"].strip()
    if len(code) < SHORTEST_CODE:
        raise Invalid(t("code_needed"))
    return code


def _asked(desk: Desk, typed: dict[str, str], deed: str, act: Act) -> list[ft.Control]:
    """Where a code is written, and the button that sends it."""
    field = ft.TextField(
        label=t("second_factor_code"),
        value=typed["code"],
        autofill_hints=ft.AutofillHint.ONE_TIME_CODE,
        on_change=lambda event: typed.update(code=event.control.value),
        border_radius=14,
    )
    return [field, Deed(desk, t(deed), act)]


def shown_once(enrolment: wire.Enrolment) -> list[ft.Control]:
    """The key, to copy or to open in an app of this very phone, and the recovery codes."""
    secret = enrolment.secret
    key = " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
    codes = "\n".join(enrolment.recovery_codes)
    return [
        quiet(t("factor_keep"), 14),
        said(key, ft.Text(key, selectable=True, size=pt(16))),
        ft.OutlinedButton(t("factor_open"), url=enrolment.uri),
        quiet(t("factor_codes"), 14),
        said(codes, ft.Text(codes, selectable=True, size=pt(14))),
    ]
