"""The indicators of one's own community over HTTP."""

import asyncio
import json
from datetime import date
from typing import Any

import httpx
import pytest

from peergrid.client import Client
from peergrid.settlement.settle import settle
from peergrid.wire import MarketIndicators
from tests.community import FIRST, PASSWORD, Street, found_street, report_both
from tests.conftest import Backend

PATH = "/api/v1/market/indicators"


def ask(backend: Backend, who: str, **query: str) -> httpx.Response:
    with httpx.Client(base_url=backend.url, timeout=20) as http:
        body = {"email": f"{who}@street.example", "password": PASSWORD}
        token = http.post("/api/v1/sign-in", json=body).json()["access_token"]
        return http.get(PATH, params=query, headers={"Authorization": f"Bearer {token}"})


def refuse_constant(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


@pytest.mark.parametrize("who", ["ada", "ben", "chipo"])
def test_every_member_sees_the_same_figures_of_all_together(
    backend: Backend, street: Street, who: str
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)

    answer = ask(backend, who, month="2026-09-17")

    assert answer.status_code == 200
    told = json.loads(answer.text, parse_constant=refuse_constant)
    assert (told["month"], told["is_complete"], told["settled_intervals"]) == (
        *("2026-09-01", False),
        1,
    )
    assert told["settled_until"] == "2026-08-31T22:30:00Z"
    assert (told["households"], told["shared_wh"]) == (2, 400)
    assert told["savings_micros"] == 33_920 + 600 * 64  # what Ben draws, what Ada feeds in
    assert told["participation_index"] == 1
    assert [(one["factor"], one["grams"]) for one in told["avoided"]] == [
        *(("wet year", 387), ("drought year", 893))
    ]
    assert not {"ada", "ben", street.ada_meter.serial} & set(answer.text.lower().split('"'))


def test_a_month_of_nothing_has_figures_of_nothing(backend: Backend, street: Street) -> None:
    with backend.database.transaction() as connection:
        there = found_street(connection, "elsewhere")
    report_both(backend.database, there, FIRST)
    settle(backend.database, there.community_id)

    told = ask(backend, "ada", month="2026-09-01").json()

    assert told["community"] == "Street"
    assert (told["settled_intervals"], told["households"], told["savings_micros"]) == (0, 0, 0)
    assert told["self_consumption"] is told["gini_of_benefits"] is None


@pytest.mark.parametrize("month", ["", "September", "2026-13-01", "1999-01-01"])
def test_a_month_that_is_none_is_refused(backend: Backend, street: Street, month: str) -> None:
    assert street.community_id

    answer = ask(backend, "ada", month=month)

    assert answer.status_code == 422
    assert "month" in answer.json()["detail"]


def test_the_client_reads_them(backend: Backend, street: Street) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)

    async def asked() -> MarketIndicators:
        async with Client(backend.url) as client:
            await client.sign_in("ben@street.example", PASSWORD)
            return await client.market_indicators(date(2026, 9, 1))

    told = asyncio.run(asked())

    assert told.community_self_sufficiency == 1
    assert told.energy_balance_index == pytest.approx(0.7)
