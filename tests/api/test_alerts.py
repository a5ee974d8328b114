"""An operator is told what is amiss, and says that it has been seen."""

import asyncio
from datetime import timedelta

from peergrid import wire
from peergrid.client import Client
from peergrid.meters.outages import outages_of, report_outage, withdraw_outage
from peergrid.settlement.settle import settle
from peergrid.wire import AlertKind
from tests.community import FIRST, PASSWORD, START, Street, report, report_both
from tests.conftest import Backend

HOUR = timedelta(hours=1)


def told(backend: Backend, street: Street, *seen: AlertKind) -> list[wire.Alert]:
    """What the operator is told, once those of the kinds ``seen`` have been acknowledged."""

    async def ask() -> list[wire.Alert]:
        async with Client(backend.url) as client:
            await client.sign_in(street.chipo.email, PASSWORD)
            for alert in await client.alerts():
                if alert.kind in seen:
                    await client.acknowledge(alert)
            return await client.alerts()

    return asyncio.run(ask())


def kinds(alerts: list[wire.Alert]) -> dict[AlertKind, int]:
    return {alert.kind: alert.count for alert in alerts}


def test_where_nothing_is_amiss_nothing_is_told(backend: Backend, street: Street) -> None:
    assert told(backend, street) == []

    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)

    assert told(backend, street) == []


def test_a_silent_meter_is_told_until_seen_and_again_when_another_falls_silent(
    backend: Backend, street: Street
) -> None:
    report_both(backend.database, street, FIRST)
    for number in (1, 2):
        report(backend.database, street.ada_meter, FIRST.later(number), 0, 10)
    _, ben = told(backend, street)

    _, seen = told(backend, street, AlertKind.SILENT_METERS)
    report(backend.database, street.ben_meter, FIRST.later(6), 10, 0)
    settlement, ada = told(backend, street)

    assert (ben.kind, ben.count, ben.since) == (AlertKind.SILENT_METERS, 1, START)
    assert ben.acknowledged_by is None
    assert (seen.acknowledged_by, seen.acknowledged_at is None) == ("Chipo", False)
    assert settlement.kind is AlertKind.SETTLEMENT_WAITS
    assert (ada.count, ada.since) == (1, FIRST.later(2).start)
    assert ada.acknowledged_by is None


def test_an_outage_is_told_while_it_lasts(backend: Backend, street: Street) -> None:
    report_both(backend.database, street, FIRST)
    with backend.database.transaction() as connection:
        report_outage(connection, street.community_id, START + HOUR / 2, START + 2 * HOUR)

    assert kinds(told(backend, street)) == {AlertKind.POWER_OFF: 1}

    with backend.database.transaction() as connection:
        (outage,) = outages_of(connection, street.community_id)
        withdraw_outage(connection, street.community_id, outage.outage_id)
        report_outage(connection, street.community_id, START + 2 * HOUR, START + 3 * HOUR)

    assert told(backend, street) == []


def test_settlement_that_waits_for_more_than_an_hour_is_told(
    backend: Backend, street: Street
) -> None:
    for number in range(2):
        report_both(backend.database, street, FIRST.later(number))
    assert told(backend, street) == []

    report_both(backend.database, street, FIRST.later(2))

    (alert,) = told(backend, street)
    assert (alert.kind, alert.count, alert.since) == (AlertKind.SETTLEMENT_WAITS, 3, START)


def test_what_is_gone_needs_nobody_to_see_it(backend: Backend, street: Street) -> None:
    async def see() -> list[wire.Alert]:
        async with Client(backend.url) as client:
            await client.sign_in(street.chipo.email, PASSWORD)
            gone = wire.Alert(
                kind=AlertKind.BOOKS_OFF,
                count=1,
                since=START,
                acknowledged_by=None,
                acknowledged_at=None,
            )
            return await client.acknowledge(gone)

    assert asyncio.run(see()) == []
    with backend.database.transaction() as connection:
        assert connection.execute("select count(*) from acknowledged").fetchone() == (0,)


def test_who_asks_for_their_data_to_be_deleted_is_told_until_they_think_again(
    backend: Backend, street: Street
) -> None:
    async def ask() -> list[list[wire.Alert]]:
        async with Client(backend.url) as ada, Client(backend.url) as chipo:
            await ada.sign_in(street.ada.email, PASSWORD)
            await chipo.sign_in(street.chipo.email, PASSWORD)
            await ada.ask_for_erasure()
            await ada.ask_for_erasure()
            asked = await chipo.alerts()
            (leaving,) = (await chipo.members_page(standing=wire.Standing.LEAVING)).rows
            assert (leaving.name, (await ada.me()).standing) == ("Ada", wire.Standing.LEAVING)
            await ada.keep_data()
            assert (await ada.me()).standing is wire.Standing.ACTIVE
            return [asked, await chipo.alerts()]

    asked, after = asyncio.run(ask())

    assert kinds(asked) == {AlertKind.MEMBERS_LEAVE: 1}
    assert after == []
