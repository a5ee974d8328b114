"""One member's whole story: standing, connections, meters and keys, payouts, statement, changes."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    Part,
    card,
    columns,
    figure_row,
    frame,
    quiet,
    said,
    screen_title,
    text,
)
from peergrid.dashboard.live import Desk, use_look
from peergrid.dashboard.members.changes import ChangesCard
from peergrid.dashboard.members.holdings import connections_card
from peergrid.dashboard.members.month import StatementCard
from peergrid.dashboard.members.sure import Sure
from peergrid.dashboard.mine import Deed
from peergrid.dashboard.state import load_story
from peergrid.dashboard.words import format_instant
from peergrid.money import format_usd
from peergrid.words.figures import format_kwh

STANDINGS = {
    wire.Standing.ACTIVE: "May sign in.",
    wire.Standing.LEAVING: "Asks for their data to be deleted. May sign in until that is done.",
    wire.Standing.WAITING: "Waits for an operator's approval, and cannot sign in before.",
    wire.Standing.SUSPENDED: "Suspended: cannot sign in. Their meters go on.",
}
SUSPEND = "They are signed out at once and cannot sign in again. Their meters go on."
ERASE = (
    "Name, address and sign-ins go, for good. Their meters have to be ended or handed over first,"
    " and nothing be owed; the books stay, without a name."
)
READ_ONLY = "An auditor sees everything here, and changes nothing."


@ft.component
def StoryScreen(  # noqa: N802
    desk: Desk, me: wire.Me, member_id: int, back: Callable[[], None]
) -> ft.Control:
    turn, set_turn = ft.use_state(0)
    view = use_look(desk, lambda: load_story(desk.client, member_id), member_id, turn)
    leave = ft.Row([ft.TextButton("All members", icon=ft.Icons.ARROW_BACK, on_click=back)])
    if not view.value:
        return ft.Column([leave, frame(screen_title(f"Member {member_id}"), view.trouble)])
    story = view.value
    may_change = me.role is wire.Role.OPERATOR

    def again() -> None:
        set_turn(turn + 1)

    left = [
        _standing(desk, me, story.member, again),
        _payouts(story.payouts),
        StatementCard(desk, member_id),
    ]
    right = [
        connections_card(desk, story, again if may_change else None),
        ChangesCard(desk, member_id, turn),
    ]
    title = screen_title(story.member.name, f"{story.member.email}, {story.member.role}")
    told = [] if may_change else [quiet(READ_ONLY)]
    body = columns(left, right, is_wide=desk.is_wide)
    return ft.Column([leave, frame(title, view.trouble, *told, body)], spacing=4)


def _standing(
    desk: Desk, me: wire.Me, member: wire.MemberRow, again: Callable[[], None]
) -> ft.Control:
    """Whether they may sign in, what is theirs, and what an operator can change about it."""
    rows = [text(STANDINGS[member.standing])]
    if member.meters:
        rows += [
            figure_row(Part("Balance", 1, format_usd(member.usd_micros), theme.NEIGHBOURS)),
            figure_row(Part("Energy credit", 1, format_kwh(member.credit_wh), theme.SUN)),
            quiet("A balance below zero is to be paid by the member."),
        ]
    if me.role is wire.Role.OPERATOR and me.member_id != member.member_id:
        rows.append(_deed(desk, member, again))
    return card(*rows, name=f"Standing: {member.standing}")


def _deed(desk: Desk, member: wire.MemberRow, again: Callable[[], None]) -> ft.Control:
    async def approve() -> None:
        await desk.client.approve(member.member_id)
        again()

    async def suspend() -> None:
        await desk.client.suspend(member.member_id)
        again()

    async def erase() -> None:
        await desk.client.erase_member(member.member_id)
        again()

    match member.standing:
        case wire.Standing.WAITING:
            return Deed(desk, "Approve", approve)
        case wire.Standing.SUSPENDED:
            return Deed(desk, "Reinstate", approve)
        case wire.Standing.ACTIVE:
            return Sure(desk, "Suspend", member.name, SUSPEND, suspend)
        case wire.Standing.LEAVING:
            return Sure(desk, "Erase", member.name, ERASE, erase)


def _payouts(payouts: list[wire.PayoutRow]) -> ft.Control:
    """What they asked for, and what became of it; it is decided on in another room."""
    page = ft.context.page
    settlement = ft.TextButton(
        "Decide on payouts in Settlement", on_click=lambda _: page.navigate("/settlement")
    )
    if not payouts:
        return card(quiet("They have not asked for a payout."), name="Payouts")
    return card(*map(_payout, payouts), ft.Row([settlement], wrap=True), name="Payouts")


def _payout(row: wire.PayoutRow) -> ft.Control:
    words = f"{format_usd(row.received_micros)} to {row.number}"
    when = format_instant(row.concluded_at or row.requested_at)
    beneath = f"{row.state}, {when}{f': {row.reason}' if row.reason else ''}"
    lines = ft.Column([text(words), quiet(beneath, 12)], spacing=0)
    return said(f"{words}. {beneath}", lines)
