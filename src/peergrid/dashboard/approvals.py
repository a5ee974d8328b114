"""Payouts as operators decide on them: one puts them together, another approves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import banner, card, quiet, said, text
from peergrid.dashboard.live import Act, Desk, Form, use_deeds, use_typed
from peergrid.dashboard.words import count_of, format_instant
from peergrid.errors import Invalid
from peergrid.money import format_usd
from peergrid.wire import PayoutState

OVER = {PayoutState.PAID, PayoutState.FAILED, PayoutState.REJECTED}


@dataclass(frozen=True)
class Batch:
    """Payouts that were put together, all in one state."""

    batch_id: int
    rows: Sequence[wire.PayoutRow]

    @property
    def words(self) -> str:
        total = format_usd(sum(row.received_micros for row in self.rows))
        return f"Batch {self.batch_id}: {count_of(len(self.rows), 'payout')}, {total}"

    @property
    def ids(self) -> list[int]:
        return [row.payout_id for row in self.rows]


def batches_in(rows: Sequence[wire.PayoutRow], state: PayoutState) -> list[Batch]:
    """Those of a state, the oldest first."""
    within = [(row.batch_id, row) for row in rows if row.batch_id and row.state is state]
    within.sort(key=lambda each: (each[0], each[1].payout_id))
    return [
        Batch(batch_id, [row for _, row in some])
        for batch_id, some in groupby(within, key=lambda each: each[0])
    ]


@ft.component
def ApprovalsCard(  # noqa: N802 - a component bears the name of what it draws
    desk: Desk, me: wire.Me, rows: list[wire.PayoutRow], again: Callable[[], None]
) -> ft.Control:
    """What waits for a decision, for a second operator, and to be paid; then what is over."""
    trouble, tried = use_deeds(desk)
    reason = use_typed(desk, "payout turned down", "")

    def act(deed: Callable[[], Awaitable[object]]) -> Act:
        async def done() -> None:
            await deed()
            again()

        return tried(done)

    asked = [row for row in rows if row.state is PayoutState.REQUESTED and row.batch_id is None]
    may_act = me.role is wire.Role.OPERATOR
    hands = Hands(desk, me.member_id, reason, act) if may_act else None
    over = [row for row in rows if row.state in OVER]
    body: list[ft.Control] = [
        *(_asked(asked, hands, reason) if asked else []),
        *(_waiting(batch, hands) for batch in batches_in(rows, PayoutState.REQUESTED)),
        *(_held(batch, hands) for batch in batches_in(rows, PayoutState.HELD)),
        *map(_row, over),
    ]
    told = [banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []
    return card(*told, *(body or [quiet("Nobody has asked for a payout.")]), name="Payouts")


@dataclass(frozen=True, eq=False)
class Hands:
    """What an operator can do with payouts."""

    desk: Desk
    member_id: int
    reason: Form[str]
    act: Callable[[Callable[[], Awaitable[object]]], Act]

    def put_together(self, ids: list[int], *, by_file: bool) -> Act:
        batch = wire.BatchOfPayouts(payout_ids=ids, by_file=by_file)
        return self.act(lambda: self.desk.client.create_batch(batch))

    def reject(self, payout_id: int) -> Act:
        async def reject() -> None:
            reason = self.reason.now.strip()
            if not reason:
                raise Invalid("Write beneath why you turn it down: its member reads that.")
            rejection = wire.PayoutRejection(payout_ids=[payout_id], reason=reason)
            await self.desk.client.reject_payouts(rejection)

        return self.act(reject)

    def approve(self, batch_id: int) -> Act:
        return self.act(lambda: self.desk.client.approve_batch(batch_id))

    def conclude(self, ids: list[int], *, is_paid: bool) -> Act:
        conclusion = wire.PayoutConclusion(
            payout_ids=ids, outcome=PayoutState.PAID if is_paid else PayoutState.FAILED
        )
        return self.act(lambda: self.desk.client.conclude_payouts(conclusion))

    def take(self, batch_id: int) -> Act:
        async def take() -> None:
            content = (await self.desk.client.payouts_csv(batch_id)).encode()
            await ft.FilePicker().save_file(file_name=f"payouts-{batch_id}.csv", src_bytes=content)

        return self.act(take)


def _asked(
    rows: list[wire.PayoutRow],
    hands: Hands | None,
    reason: Form[str],
) -> list[ft.Control]:
    ids = [row.payout_id for row in rows]
    total = format_usd(sum(row.received_micros for row in rows))
    head = text(f"{count_of(len(rows), 'payout')} asked for, {total}")
    if not hands:
        return [head, *map(_row, rows)]
    turned_down = [
        ft.Row(
            [
                ft.Container(_row(row), expand=True),
                _button("Turn down", f"{row.member}'s", hands.reject(row.payout_id)),
            ]
        )
        for row in rows
    ]
    return [
        head,
        *turned_down,
        ft.TextField(
            label="Why one is turned down",
            value=reason.now,
            max_length=200,
            on_change=lambda event: reason.note(event.control.value),
        ),
        ft.Row(
            [
                _button("Hand on to the provider", "", hands.put_together(ids, by_file=False)),
                _button("Pay by file", "", hands.put_together(ids, by_file=True)),
            ],
            wrap=True,
        ),
    ]


def _waiting(batch: Batch, hands: Hands | None) -> ft.Control:
    """Who put it together cannot approve it."""
    if not hands or batch.rows[0].created_by == hands.member_id:
        return _told(batch.words, "waits for another operator's approval")
    row = [
        ft.Container(_told(batch.words, "waits for your approval"), expand=True),
        _button("Approve", f"batch {batch.batch_id}", hands.approve(batch.batch_id)),
    ]
    return ft.Row(row)


def _held(batch: Batch, hands: Hands | None) -> ft.Control:
    if not batch.rows[0].by_file:
        return _told(batch.words, "approved; the provider pays")
    told = _told(batch.words, "approved; a person pays it from the file")
    if not hands:
        return told
    name = f"batch {batch.batch_id}"
    buttons: list[ft.Control] = [
        _button("File", f"of {name}", hands.take(batch.batch_id)),
        _button("All paid", f"of {name}", hands.conclude(batch.ids, is_paid=True)),
        _button("None paid", f"of {name}", hands.conclude(batch.ids, is_paid=False)),
    ]
    return ft.Column([told, ft.Row(buttons, wrap=True)], spacing=6)


def _row(row: wire.PayoutRow) -> ft.Control:
    state = f"{row.state.value}, {format_instant(row.concluded_at or row.requested_at)}"
    why = f": {row.reason}" if row.reason else ""
    words = f"{row.member}: {format_usd(row.received_micros)} to {row.number}"
    return _told(words, f"{state}{why}")


def _told(words: str, beneath: str) -> ft.Control:
    lines = ft.Column([text(words), quiet(beneath, 12)], spacing=0)
    return said(f"{words}. {beneath}", lines)


def _button(words: str, of: str, act: Act) -> ft.Control:
    return ft.OutlinedButton(
        ft.Text(words, semantics_label=f"{words} {of}".strip(), color=theme.SUN_INK), on_click=act
    )
