"""What goes wrong is one clear problem answer, and changes nothing."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest

from peergrid.settlement.settle import settle
from peergrid.wire import MAX_READINGS
from tests.community import FIRST, PASSWORD, START, Street, report, report_both
from tests.conftest import Backend

NOON = "2026-09-01T10:00:00Z"


def reading(street: Street, **changes: Any) -> dict[str, Any]:
    return {
        "meter": street.ada_meter.serial,
        "interval_start": NOON,
        "import_wh": 0,
        "export_wh": 640,
        "generation_wh": 910,
    } | changes


def send(backend: Backend, key: str, *readings: dict[str, Any]) -> httpx.Response:
    return httpx.post(
        f"{backend.url}/api/v1/readings",
        json={"readings": list(readings)},
        headers={"Authorization": f"Bearer {key}"},
        timeout=20,
    )


def count_of_readings(backend: Backend) -> int:
    with backend.database.transaction() as connection:
        row = connection.execute("select count(*) from reading").fetchone()
    assert row is not None
    return int(row[0])


type SignIn = Callable[[str], httpx.Client]


@pytest.fixture
def sign_in(backend: Backend, street: Street) -> Iterator[SignIn]:
    """Signs one of the street's members in; their connections are closed at the end."""
    with ExitStack() as stack:

        def as_member(name: str) -> httpx.Client:
            body = {"email": f"{name}@street.example", "password": PASSWORD}
            token = httpx.post(f"{backend.url}/api/v1/sign-in", json=body, timeout=20).json()
            headers = {"Authorization": f"Bearer {token['access_token']}"}
            url = f"{backend.url}/api/v1"
            return stack.enter_context(httpx.Client(base_url=url, headers=headers, timeout=20))

        yield as_member


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"interval_start": "2026-09-01T10:10:00Z"}, "intervals start at :00 or :30"),
        ({"interval_start": "2026-09-01T10:00:00"}, "is not UTC"),
        ({"interval_start": "2026-09-01T12:00:00+02:00"}, "is not UTC"),
        ({"interval_start": "yesterday"}, "interval_start"),
        ({"export_wh": -1}, "greater than or equal to 0"),
        ({"export_wh": 6_901}, "above the 6900 Wh"),
        ({"export_wh": 1e300}, "export_wh"),
        ({"export_wh": 0.5}, "export_wh"),
        ({"export_wh": None}, "export_wh"),
        ({"exprot_wh": 1}, "exprot_wh"),
        ({"quality": 2}, "quality"),
        ({"revision": 40_000}, "revision"),
        ({"interval_start": "2020-01-01T00:00:00Z"}, "is active from"),
        ({"interval_start": "9999-12-31T23:30:00Z"}, "is not in the years 2000 to 2100"),
        ({"interval_start": "0001-01-01T00:00:00Z"}, "is not in the years 2000 to 2100"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused_with_its_row(
    backend: Backend, street: Street, changes: dict[str, Any], sentence: str
) -> None:
    good = reading(street, interval_start="2026-09-01T11:00:00Z")

    answer = send(backend, street.ada_key, good, reading(street, **changes))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]
    assert re.search(r"Reading 2|readings\.1", answer.json()["detail"])
    assert count_of_readings(backend) == 0


def test_not_a_number_in_json_is_refused(backend: Backend, street: Street) -> None:
    body = '{"readings": [{"meter": "street-ada", "interval_start": "2026-09-01T10:00:00Z",'
    body += ' "import_wh": NaN, "export_wh": 1}]}'

    answer = httpx.post(
        f"{backend.url}/api/v1/readings",
        content=body,
        headers={"Authorization": f"Bearer {street.ada_key}"},
    )

    assert answer.status_code == 422
    assert count_of_readings(backend) == 0


def test_the_same_batch_twice_counts_once(backend: Backend, street: Street) -> None:
    first = send(backend, street.ada_key, reading(street))
    second = send(backend, street.ada_key, reading(street))

    assert first.json() == {"received": 1, "stored": 1, "corrected": 0, "unchanged": 0}
    assert second.json() == {"received": 1, "stored": 0, "corrected": 0, "unchanged": 1}
    assert count_of_readings(backend) == 1


def test_other_numbers_for_a_known_reading_are_a_conflict(backend: Backend, street: Street) -> None:
    send(backend, street.ada_key, reading(street))

    answer = send(backend, street.ada_key, reading(street, export_wh=641))

    assert answer.status_code == 409
    assert "revision 1" in answer.json()["detail"]


def test_too_many_readings_or_bytes_are_refused(backend: Backend, street: Street) -> None:
    many = send(backend, street.ada_key, *[reading(street)] * (MAX_READINGS + 1))
    large = httpx.post(f"{backend.url}/api/v1/readings", content=b"x" * 1_000_001)
    endless = httpx.post(
        f"{backend.url}/api/v1/sign-in", content=(b"x" * 100_000 for _ in range(20))
    )

    assert many.status_code == 422
    assert large.status_code == endless.status_code == 413


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/me/", "/api/v2/me"])
def test_what_is_not_there_is_a_problem_and_no_page(
    backend: Backend, method: str, path: str
) -> None:
    answer = httpx.request(method, backend.url + path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"Nothing answers {method} {path}" in answer.json()["detail"]


def test_the_statement_explains_the_balance(
    backend: Backend, street: Street, sign_in: SignIn
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    ada = sign_in("ada")

    wallet = ada.get("/wallet").json()
    statement = ada.get("/wallet/statement").json()

    assert statement["month"] == "2026-09-01"
    assert {line["words"] for line in statement["lines"]} == {
        "Energy shared with neighbours, 0.40 kWh",
        "Energy sold to the grid, 0.60 kWh",
    }
    assert statement["closing"] == wallet["balances"]
    assert sum(line["amount"] for line in statement["lines"]) == wallet["balances"][0]["amount"]


def test_a_correction_is_told_as_taken_back(
    backend: Backend, street: Street, sign_in: SignIn
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    report(backend.database, street.ben_meter, FIRST, 500, 0, revision=1)
    settle(backend.database, street.community_id)

    lines = sign_in("ben").get("/wallet/statement").json()["lines"]

    assert [line["words"] for line in lines] == [
        "Energy from neighbours, 0.90 kWh",
        "Taken back: Energy from neighbours, 0.40 kWh",
    ]


def test_the_day_the_month_and_the_year_agree(
    backend: Backend, street: Street, sign_in: SignIn
) -> None:
    for number in range(3):
        report_both(backend.database, street, FIRST.later(number))
    settle(backend.database, street.community_id)
    ada = sign_in("ada")

    day = ada.get("/energy/day").json()
    month = ada.get("/energy/month", params={"month": "2026-09-15"}).json()
    year = ada.get("/energy/year", params={"year": 2026}).json()

    assert day["day"] == day["latest"] == "2026-09-01"
    assert day["total"] == month["total"] == year["total"]
    assert [part["start"] for part in month["parts"]] == ["2026-09-01"]
    assert [part["start"] for part in year["parts"]] == ["2026-09-01"]
    assert year["parts"][0]["settled_readings"] == 3


def test_the_market_shows_what_was_shared_and_the_operator_who_is_silent(
    backend: Backend, street: Street, sign_in: SignIn
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    for number in range(1, 4):
        report(backend.database, street.ada_meter, FIRST.later(number), 0, 1_000, 1_300)
    operator = sign_in("chipo")

    market = operator.get("/market").json()
    overview = operator.get("/operator/overview").json()
    settlement = operator.get("/operator/settlement").json()

    assert [one["shared_wh"] for one in market["intervals"]] == [400]
    assert market["scheme"]["is_pilot"] is True
    assert (overview["silent_meters"], overview["reported_meters"]) == (1, 1)
    assert settlement["waiting_intervals"] == 3
    assert settlement["missing_meters"] == ["street-ben"]
    assert {one["amount"] for one in settlement["unbalanced"]} == {0}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "today", "\x00"])
def test_a_day_that_is_none_is_refused(sign_in: SignIn, day: str) -> None:
    ada = sign_in("ada")

    for path, name in (
        *(("energy/day", "day"), ("energy/month", "month"), ("market", "day")),
        *(("wallet/statement", "month"), ("energy/year", "year")),
    ):
        answer = ada.get(path, params={name: day})
        assert answer.status_code == 422, (path, answer.text)
        assert name in answer.json()["detail"]


def test_an_address_with_a_nul_in_it_is_refused(backend: Backend) -> None:
    body = {"email": "a\x00@b.example", "password": PASSWORD}

    assert httpx.post(f"{backend.url}/api/v1/sign-in", json=body).status_code == 422


def test_a_day_without_readings_is_empty_and_not_an_error(
    backend: Backend, street: Street, sign_in: SignIn
) -> None:
    ada = sign_in("ada")

    day = ada.get("/energy/day", params={"day": str((START + timedelta(days=90)).date())})
    wallet = ada.get("/wallet").json()

    assert day.json()["intervals"] == []
    assert {one["amount"] for one in wallet["balances"]} == {0}


def test_every_answer_is_kept_from_caches_frames_and_sniffing(backend: Backend) -> None:
    headers = httpx.get(f"{backend.url}/api/v1/me").headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["www-authenticate"] == "Bearer"
