"""A month or a year of energy in one light request: one's own, and the community's."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import pytest

from peergrid import wire
from peergrid.client.client import Client
from peergrid.errors import Invalid, NotFound, Refused
from peergrid.meters.seal import seal
from peergrid.meters.upkeep import Upkeep
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, START, Street, report_both
from tests.conftest import Backend

DAY, NEXT, NEW_YEAR = date(2026, 9, 1), date(2026, 9, 2), date(2027, 1, 1)
OCTOBER = date(2026, 10, 1)


def ask[T](backend: Backend, who: str, question: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with Client(backend.url) as client:
            await client.sign_in(f"{who}@street.example", PASSWORD)
            return await question(client)

    return asyncio.run(asked())


@pytest.fixture
def counted(backend: Backend, street: Street) -> Backend:
    """A sealed day and an open half hour of the next; Ada sends out 1,000 Wh, Ben draws 400."""
    for offset in range(49):
        report_both(backend.database, street, FIRST.later(offset))
    settle(backend.database, street.community_id)
    assert seal(backend.database, keep_open_days=1) == 2
    return backend


def test_a_month_by_the_day_is_a_row_a_day(counted: Backend) -> None:
    told = ask(counted, "ada", lambda client: client.energy_sums(wire.Step.DAY, DAY, OCTOBER))

    assert [(one.start, one.readings, one.export_wh) for one in told.sums] == [
        (START, 48, 48_000),
        (datetime(2026, 9, 1, 22, tzinfo=UTC), 1, 1_000),
    ]
    first = told.sums[0]
    assert (first.generation_wh, first.self_consumed_wh, first.demand_wh) == (
        *(62_400, 14_400),
        14_400,
    )


def test_a_year_by_the_month_is_a_row_a_month(counted: Backend) -> None:
    told = ask(counted, "ben", lambda client: client.energy_sums(wire.Step.MONTH, DAY, NEW_YEAR))

    assert [(one.start, one.readings, one.import_wh) for one in told.sums] == [(START, 49, 19_600)]


def test_a_day_by_the_hour_is_of_one_meter_if_asked(counted: Backend, street: Street) -> None:
    serial = street.ben_meter.serial
    told = ask(counted, "ben", lambda client: client.energy_sums(wire.Step.HOUR, DAY, NEXT, serial))

    assert [one.import_wh for one in told.sums] == [800] * 24


def test_the_operator_sees_all_together(counted: Backend) -> None:
    told = ask(counted, "chipo", lambda client: client.community_sums(wire.Step.DAY, DAY, OCTOBER))

    assert [(one.readings, one.import_wh, one.export_wh) for one in told.sums] == [
        *((96, 19_200, 48_000), (2, 400, 1_000))
    ]
    with pytest.raises(Refused, match="operator"):
        ask(counted, "ada", lambda client: client.community_sums(wire.Step.DAY, DAY, OCTOBER))


def test_a_neighbours_meter_is_not_found_and_ones_own_without_readings_is_empty(
    backend: Backend, street: Street
) -> None:
    def of(serial: str) -> Callable[[Client], Awaitable[wire.EnergySums]]:
        return lambda client: client.energy_sums(wire.Step.DAY, DAY, OCTOBER, serial)

    assert ask(backend, "ada", of(street.ada_meter.serial)).sums == []
    with pytest.raises(NotFound, match="no meter"):
        ask(backend, "ada", of(street.ben_meter.serial))


@pytest.mark.parametrize(
    ("step", "end", "sentence"),
    [
        (wire.Step.DAY, DAY, "ends after it begins"),
        (wire.Step.HOUR, date(2026, 10, 3), "By the hour, ask for at most 31 days"),
        (wire.Step.DAY, date(2027, 9, 3), "By the day, ask for at most 366 days"),
        (wire.Step.MONTH, date(2037, 9, 1), "By the month, ask for at most 3660 days"),
    ],
)
def test_more_than_one_answer_holds_is_refused(
    backend: Backend, street: Street, step: wire.Step, end: date, sentence: str
) -> None:
    assert street
    with pytest.raises(Invalid, match=sentence):
        ask(backend, "ada", lambda client: client.energy_sums(step, DAY, end))


def test_the_highest_of_a_month_are_named(counted: Backend, street: Street) -> None:
    assert Upkeep(counted.database, keep_open_days=1).once()

    told = ask(counted, "chipo", lambda client: client.highest(OCTOBER.replace(month=9, day=17)))
    drawn = ask(counted, "chipo", lambda client: client.highest(DAY, wire.Rank.IMPORT, most=1))

    assert (told.month, [one.member for one in told.connections]) == (DAY, ["Ada"])
    assert [(one.meter, one.import_wh) for one in drawn.connections] == [
        (street.ben_meter.serial, 19_600)
    ]
    with pytest.raises(Refused, match="operator"):
        ask(counted, "ada", lambda client: client.highest(DAY))
