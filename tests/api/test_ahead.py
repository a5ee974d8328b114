"""A household knows when its feeder is off, and when a kWh costs another price."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from peergrid import wire
from peergrid.api.ahead import prices_ahead
from peergrid.client import Client
from peergrid.market.tariff import TimeOfUse
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.meters.outages import report_outage
from tests.community import FIRST, PASSWORD, START, Street, report_both
from tests.conftest import Backend

HOUR = timedelta(hours=1)


def test_a_household_knows_the_outages_of_today_and_tomorrow_only(
    backend: Backend, street: Street
) -> None:
    report_both(backend.database, street, FIRST)
    with backend.database.transaction() as connection:
        for begins in (-9 * HOUR, 18 * HOUR, 40 * HOUR):
            starts = START + begins
            report_outage(connection, street.community_id, starts, starts + 4 * HOUR)

    async def ask() -> wire.Ahead:
        async with Client(backend.url) as client:
            await client.sign_in(street.ben.email, PASSWORD)
            return await client.ahead()

    known = asyncio.run(ask())

    assert known.at == FIRST.end
    assert [one.starts for one in known.outages] == [START + 18 * HOUR]
    assert known.prices == []


def test_the_hours_of_another_price_are_told_for_a_day() -> None:
    evening = TimeOfUse("evening", 36, 42, 20_000, "weekdays")
    tariff = replace(zetdc_tariff("mid_market"), times=(evening,))
    friday = datetime(2026, 9, 4, 17, tzinfo=UTC)  # 19:00 in Harare

    (tonight,) = prices_ahead(tariff, friday)

    assert (tonight.starts, tonight.ends) == (friday - HOUR, friday + 2 * HOUR)
    assert (tonight.name, tonight.micros_per_kwh) == ("evening", 20_000)
    assert prices_ahead(tariff, friday + 3 * HOUR) == []
