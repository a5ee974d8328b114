"""The audit on demand says what `peergrid check` would, to operators and auditors."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from peergrid.client import Client
from peergrid.errors import Refused
from peergrid.settlement.settle import settle
from peergrid.wire.operator import AwaitedMeter
from tests.community import FIRST, PASSWORD, START, Street, report, report_both
from tests.conftest import Backend


def as_member[T](backend: Backend, who: str, what: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with Client(backend.url) as client:
            await client.sign_in(f"{who}@street.example", PASSWORD)
            return await what(client)

    return asyncio.run(asked())


def test_books_that_add_up_have_no_findings_and_a_changed_amount_is_found(
    backend: Backend, street: Street
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)

    whole = as_member(backend, "chipo", Client.audit)
    with backend.database.transaction() as connection:
        connection.execute("alter table transfer disable trigger user")
        connection.execute("update transfer set amount = amount + 1")
        connection.execute("alter table transfer enable trigger user")
    broken = as_member(backend, "chipo", Client.audit)

    assert (whole.intervals, whole.findings) == (1, [])
    assert whole.settled_until == FIRST.end
    assert broken.findings != []
    with pytest.raises(Refused):
        as_member(backend, "ada", Client.audit)


def test_a_late_meter_is_told_from_a_silent_one(backend: Backend, street: Street) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    report(backend.database, street.ada_meter, FIRST.later(1), 0, 1_000)

    late = as_member(backend, "chipo", Client.settlement)
    report(backend.database, street.ada_meter, FIRST.later(2), 0, 1_000)
    silent = as_member(backend, "chipo", Client.settlement)
    report(backend.database, street.ben_meter, FIRST.later(2), 400, 0)
    gap = as_member(backend, "chipo", Client.settlement)

    waited = AwaitedMeter(meter="street-ben", since=FIRST.end, is_silent=False)
    assert late.awaited == gap.awaited == [waited]
    assert silent.awaited == [waited.model_copy(update={"is_silent": True})]
    assert late.missing_meters == ["street-ben"]
    assert late.waits_until is not None
    assert (late.waits_until - START).total_seconds() == (72 + 1) * 3_600


def test_nothing_is_awaited_before_anybody_has_reported(backend: Backend, street: Street) -> None:
    told = as_member(backend, "chipo", Client.settlement)

    assert (told.awaited, told.waits_until, street.ben.name) == ([], None, "Ben")
