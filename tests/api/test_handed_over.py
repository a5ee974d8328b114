"""A connection changes hands: on every route each sees their own time of it, and no more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from peergrid import wire
from peergrid.client.client import Client
from peergrid.database.pool import Database
from peergrid.errors import Conflict, NotFound
from peergrid.members.membership import add_member
from peergrid.meters.registry import Meter
from peergrid.settlement.connections import hand_over, replace
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, Street, report
from tests.conftest import Backend

SEPTEMBER = date(2026, 9, 1)
BENS_WH, DANS_WH = (1_117, 1_289), (2_347, 2_459, 2_591)
BOUNDARY = FIRST.later(len(BENS_WH))
LAST = FIRST.later(len(BENS_WH) + 1)


def ask[T](backend: Backend, name: str, question: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with Client(backend.url) as client:
            await client.sign_in(f"{name}@street.example", PASSWORD)
            return await question(client)

    return asyncio.run(asked())


@pytest.fixture
def handed(backend: Backend, street: Street) -> Meter:
    """Ben's connection becomes Dan's, who gets another meter half an hour later: that meter."""
    with backend.database.transaction() as connection:
        dan = add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")
        connection.execute(
            "insert into credential select %s, password_hash from credential where member_id = %s",
            (dan.member_id, street.ben.member_id),
        )
        hand_over(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            dan.member_id,
            BOUNDARY.start,
        )
        new = replace(connection, *street.at_bens, "street-dan", LAST.start)
    live(backend.database, street, new)
    return new


def live(database: Database, street: Street, new: Meter) -> None:
    for number, drawn_wh in enumerate((*BENS_WH, *DANS_WH)):
        interval = FIRST.later(number)
        report(database, street.ada_meter, interval, 0, 500)
        report(database, new if interval >= LAST else street.ben_meter, interval, drawn_wh, 0)
    assert settle(database, street.community_id).settled == len(BENS_WH) + len(DANS_WH)


def test_the_statement_counts_what_each_drew_in_their_own_time(
    backend: Backend, handed: Meter
) -> None:
    def counted(name: str) -> dict[str, tuple[int, int, int]]:
        statement = ask(backend, name, lambda c: c.statement(SEPTEMBER))
        return {
            one.meter: (one.import_wh, one.settled, one.bought_wh + one.grid_import_wh)
            for one in statement.meters
        }

    first, *rest = DANS_WH
    assert counted("ben") == {"street-ben": (sum(BENS_WH), 2, sum(BENS_WH))}
    assert counted("dan") == {
        "street-ben": (first, 1, first),
        handed.serial: (sum(rest), 2, sum(rest)),
    }


def test_a_line_goes_on_in_the_blocks_of_the_connection(backend: Backend, handed: Meter) -> None:
    """Dan begins where Ben had come to, and his new meter where the old one had."""
    statement = ask(backend, "dan", lambda c: c.statement(SEPTEMBER))

    begun = {
        line.meter: line.formula.before_wh
        for line in statement.explained
        if line.formula.name == "blocks" and line.kind == "grid_energy"
    }
    bens = sum(BENS_WH) - 2 * 500
    assert begun == {"street-ben": bens, handed.serial: bens + DANS_WH[0] - 500}


@pytest.mark.usefixtures("handed")
def test_energy_replay_and_meters_are_each_ones_own(backend: Backend) -> None:
    for name, own, meters in (
        ("ben", BENS_WH, ["street-ben"]),
        ("dan", DANS_WH, ["street-ben", "street-dan"]),
    ):
        day = ask(backend, name, lambda c: c.energy_day(SEPTEMBER))
        month = ask(backend, name, lambda c: c.energy_month(SEPTEMBER))
        year = ask(backend, name, lambda c: c.energy_year(2026))
        again = ask(backend, name, lambda c: c.market_replay(SEPTEMBER, "mid_market"))
        me = ask(backend, name, lambda c: c.me())

        assert [one.import_wh for one in day.intervals] == list(own)
        assert month.total.import_wh == year.total.import_wh == sum(own)
        assert again.booked == again.replayed
        assert again.booked.import_wh == sum(own)
        assert me.meters == meters


@pytest.mark.usefixtures("handed")
def test_no_answer_tells_the_other_ones_half_hours(backend: Backend) -> None:
    """All routes of a household, as text: none has a figure of the other's time."""

    async def everything(client: Client) -> str:
        answers: list[Any] = [
            await client.me(),
            await client.energy_day(SEPTEMBER),
            await client.energy_month(SEPTEMBER),
            await client.energy_year(2026),
            await client.wallet(),
            await client.statement(SEPTEMBER),
            await client.payouts(),
            await client.limits(),
            await client.agreements(),
            await client.market_replay(SEPTEMBER, "feed_in"),
            (await client.statement_file(SEPTEMBER, "csv")).decode(),
        ]
        return " ".join(str(answer) for answer in answers)

    told = {name: ask(backend, name, everything) for name in ("ben", "dan")}

    for wh in DANS_WH:
        assert str(wh) not in told["ben"]
        assert str(wh) in told["dan"]
    for wh in BENS_WH:
        assert str(wh) not in told["dan"]
        assert str(wh) in told["ben"]
    assert "street-dan" not in told["ben"]


@pytest.mark.usefixtures("handed")
def test_limit_prices_are_set_and_seen_by_who_owns_the_connection(backend: Backend) -> None:
    by_ben = wire.LimitPrices(meter="street-ben", bid_micros_per_kwh=70_000)
    by_dan = wire.LimitPrices(meter="street-dan", bid_micros_per_kwh=80_000)

    with pytest.raises(Conflict, match="street-ben ended at"):
        ask(backend, "ben", lambda c: c.set_limits(by_ben))
    with pytest.raises(NotFound, match="You have no meter street-dan"):
        ask(backend, "ben", lambda c: c.set_limits(by_dan))
    ask(backend, "dan", lambda c: c.set_limits(by_dan))

    assert ask(backend, "ben", lambda c: c.limits()) == []
    found = ask(backend, "dan", lambda c: c.limits())
    assert [(one.meter, one.bid_micros_per_kwh) for one in found] == [("street-dan", 80_000)]


def test_an_operator_replaces_hands_over_and_ends(backend: Backend, street: Street) -> None:
    """The new meter sends with the key that is shown once; another community's is not found."""
    ben, ada = street.ben_meter.meter_id, street.ada.member_id
    boundary, later, last = (FIRST.later(number).start for number in (2, 4, 6))

    replaced = ask(backend, "chipo", lambda c: c.replace_meter(ben, "street-ben-2", boundary))
    new = replaced.meter.meter_id
    handed = ask(backend, "chipo", lambda c: c.hand_over(new, ada, later))
    ended = ask(backend, "chipo", lambda c: c.end_meter(new, last))

    reading = wire.ReadingMessage(
        meter="street-ben-2", interval_start=boundary, import_wh=7, export_wh=0
    )
    receipt = ask(backend, "chipo", lambda c: c.send_readings(replaced.key, [reading]))
    rows = ask(backend, "chipo", lambda c: c.meters())
    assert (handed.member, ended.active_until) == ("Ada", last)
    assert receipt.stored == 1
    assert [(one.meter, one.member, one.active_until) for one in rows] == [
        ("street-ada", "Ada", None),
        ("street-ben", "Ben", boundary),
        ("street-ben-2", "Ada", last),
    ]
    with pytest.raises(Conflict, match="name the one that takes over"):
        ask(backend, "chipo", lambda c: c.end_meter(ben, last))


def test_an_operator_withdraws_an_outage_and_reads_rates(backend: Backend, street: Street) -> None:
    del street
    outage = wire.OutageReport(starts=FIRST.start, ends=LAST.start)
    rate = wire.ExchangeRate(day=SEPTEMBER, micros_per_usd=26_485_000, source="derived")

    (told,) = ask(backend, "chipo", lambda c: c.report_outage(outage))
    left = ask(backend, "chipo", lambda c: c.withdraw_outage(told.outage_id))
    ask(backend, "chipo", lambda c: c.enter_rate(rate))
    rates = ask(backend, "chipo", lambda c: c.entered_rates())

    assert left == []
    assert [(one.micros_per_usd, one.entered_by) for one in rates] == [(26_485_000, "Chipo")]
