"""A top-up by the API: asked for, paid on Paynow's page, told by Paynow, seen in the wallet."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.database.pool import Database
from peergrid.settings import PaynowSettings, Settings
from tests.community import PASSWORD
from tests.conftest import SECRET, free_port
from tests.payments.paying import EARNED, USD, found_town
from tests.payments.paynow_server import INTEGRATION_ID, KEY, PaynowServer, paynow_server

ASKED = {"key": "once", "amount_micros": 5 * USD}


@pytest.fixture
def there() -> Iterator[PaynowServer]:
    with paynow_server() as server:
        yield server


@pytest.fixture
def http(
    url: str, database: Database, there: PaynowServer, tmp_path: Path
) -> Iterator[httpx.Client]:
    """Ben's client of a backend that has an integration with Paynow."""
    paynow = PaynowSettings(INTEGRATION_ID, KEY, there.url)
    settings = Settings(tmp_path, url, SECRET, second_factor=False, paynow=paynow)
    found_town(database)
    port = free_port()
    with (
        serving(create_app(settings, url), "127.0.0.1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1") as client,
    ):
        signing_in = {"email": "ben@street.example", "password": PASSWORD}
        token = client.post("/sign-in", json=signing_in).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def told(http: httpx.Client, message: str) -> httpx.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return httpx.post(f"{http.base_url}top-ups/update", content=message, headers=kind)


def test_a_top_up_from_the_page_to_the_wallet(http: httpx.Client, there: PaynowServer) -> None:
    first, again = (http.post("/me/top-ups", json=ASKED).json() for _ in range(2))
    assert first == again
    assert (first["state"], first["page_url"]) == (
        "waiting",
        f"{there.url}/Payment/ConfirmPayment/0",
    )

    there.statuses[0] = "Paid"
    answers = [told(http, there.told(0)).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert [one["state"] for one in http.get("/me/top-ups").json()] == ["paid"]
    assert http.get("/wallet").json()["balances"][0]["amount"] == EARNED + 5 * USD
    lines = http.get("/wallet/statement?month=2026-09-01").json()["lines"]
    assert [line["words"] for line in lines if line["amount"] == 5 * USD] == ["Paid in by you"]


def test_paynow_is_asked_and_not_the_messenger(http: httpx.Client, there: PaynowServer) -> None:
    http.post("/me/top-ups", json=ASKED)
    there.statuses[0] = "Paid"
    message = there.told(0)  # signed, but by the time it comes it is no longer so
    there.statuses[0] = "Created"

    assert told(http, message).status_code == 204
    assert told(http, message.replace("Paid", "Sent")).status_code == 422
    assert told(http, "é=1").status_code == 422

    assert [one["state"] for one in http.get("/me/top-ups").json()] == ["waiting"]


def test_bad_input_is_refused_with_a_sentence(http: httpx.Client, there: PaynowServer) -> None:
    uneven = http.post("/me/top-ups", json=ASKED | {"amount_micros": 5_001})
    assert (uneven.status_code, uneven.json()["detail"]) == (
        422,
        "Top up whole cents, from US$0.01 to US$1,000.",
    )
    there.is_away = True
    away = http.post("/me/top-ups", json=ASKED)
    assert (away.status_code, away.json()["detail"]) == (
        503,
        "Paynow does not answer; try again.",
    )
