"""What comes in over HTTP besides one meter's JSON: totals, lines of text, and too much of it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from peergrid.api.allowance import Allowance
from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.text import CSV, NDJSON
from peergrid.settings import Settings
from tests.community import START, Street, found_street
from tests.conftest import SECRET, Backend, free_port

HEADER = "serial,interval_start,import_wh,export_wh,generation_wh\n"
GOOD = "street-ben,2026-09-01T10:00:00Z,1,0,0\n"
BAD = {  # a line after a good one, and what is said of it
    "street-ben,2026-09-01T10:30:00Z,NaN,0,0": "Reading 2 (2026-09-01T10:30Z): import_wh",
    "street-ben,2026-09-01T10:30:00Z,-1,0,0": "Reading 2 (2026-09-01T10:30Z): import_wh",
    "street-ben,2026-09-01T10:30:00Z,6901,0,0": "import_wh 6901 is above the 6900 Wh",
    "street-ben,2026-09-01T10:30:00,0,0,0": "Reading 2: interval_start must be",
    "street-ben,2026-09-01T12:30:00+02:00,0,0,0": "Reading 2: interval_start must be",
    "street-ben,1970-01-01T00:00:00Z,0,0,0": "Reading 2: interval_start must be",
    "street-ben,2100-09-01T10:30:00Z,0,0,0": "this half hour is not over yet",
    "street-ben,2026-09-01T10:00:00Z,1,0,0": "this half hour is twice in the batch",
    "elsewhere-ada,2026-09-01T10:30:00Z,0,0,0": "its meter is not one of this community",
    "'; drop table reading; --,2026-09-01T10:30:00Z,0,0,0": "not one of this community",
}


@pytest.fixture
def strict(url: str, street: Street, backend: Backend, tmp_path: Path) -> Iterator[httpx.Client]:
    """A backend on the wall clock that lets a key send 40 times, and its collector."""
    with backend.database.transaction() as connection:
        found_street(connection, "elsewhere")
        _, key = issue_collector_key(connection, street.community_id, "head-end", START)
    app = create_app(Settings(tmp_path, url, SECRET), url)
    app.state.allowance = Allowance(per_s=0.01, burst=40)
    port = free_port()
    with (
        serving(app, "127.0.0.1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=20) as http,
    ):
        http.headers["Authorization"] = f"Bearer {key}"
        yield http


def count(backend: Backend) -> int:
    with backend.database.transaction() as connection:
        row = connection.execute("select count(*) from every_reading").fetchone()
    return int(row[0]) if row else -1


def bulk(
    http: httpx.Client, body: str, once: str, kind: str = CSV, query: str = ""
) -> httpx.Response:
    headers = {"Content-Type": kind, "Idempotency-Key": once}
    return http.post(f"/readings/bulk{query}", content=body.encode(), headers=headers)


def test_each_bad_line_has_one_clear_answer_and_in_part_the_good_one_is_stored(
    backend: Backend, street: Street, strict: httpx.Client
) -> None:
    for number, (line, said) in enumerate(BAD.items()):
        answer = bulk(strict, HEADER + GOOD + line + "\n", f"whole {number}")
        assert answer.status_code == 422, line
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.json()["detail"]
    assert count(backend) == 0

    lines = HEADER + GOOD + "\n".join(BAD) + "\n"
    receipt = bulk(strict, lines, "in part", query="?partial=true").json()

    assert (receipt["received"], receipt["stored"], receipt["refused_count"]) == (11, 1, 10)
    assert [row["row"] for row in receipt["refused"]] == list(range(2, 12))
    assert count(backend) == 1
    assert bulk(strict, lines, "in part", query="?partial=true").json()["is_replay"]


def test_a_format_that_is_not_taken_is_415_and_a_line_that_is_none_is_named(
    backend: Backend, street: Street, strict: httpx.Client
) -> None:
    parquet = bulk(strict, "PAR1", "1", "application/vnd.apache.parquet")
    broken = bulk(strict, '{"serial": "street-ben"', "2", NDJSON)

    assert (parquet.status_code, broken.status_code) == (415, 422)
    assert "text/csv" in parquet.json()["detail"]
    assert "Line 1 is no reading" in broken.json()["detail"]


def test_a_collector_that_sends_too_much_is_told_when_to_come_back(
    backend: Backend, street: Street, strict: httpx.Client
) -> None:
    answers = [bulk(strict, HEADER + GOOD, "again") for _ in range(41)]

    assert [answer.status_code for answer in answers] == [200] * 40 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 100
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert count(backend) == 1


def test_totals_over_http_make_readings_once(backend: Backend, street: Street) -> None:
    totals = [
        {"at": f"2026-09-01T1{hour}:00:00Z", "import_wh": 10 * hour, "export_wh": 0}
        for hour in range(3)
    ]
    totals.append({"at": "2026-09-01T10:30:00Z", "import_wh": 4, "export_wh": 0})
    body = {"meter": "street-ben", "registers": totals}
    with httpx.Client(base_url=f"{backend.url}/api/v1", timeout=20) as http:
        http.headers["Authorization"] = f"Bearer {street.ben_key}"

        first, again = (http.post("/registers", json=body).json() for _ in range(2))
        foreign = http.post("/registers", json=body | {"meter": "street-ada"})
        local = totals[0] | {"at": "2026-09-01T12:00:00"}
        naive = http.post("/registers", json=body | {"registers": [local]})
        twice = http.post("/registers", json=body | {"registers": totals + totals[:1]})

    assert (first["stored"], first["readings"], len(first["gaps"])) == (4, 2, 1)
    assert (again["stored"], again["unchanged"], again["readings"]) == (0, 4, 0)
    assert (foreign.status_code, naive.status_code, twice.status_code) == (403, 422, 422)
    assert "Register 1" in naive.json()["detail"]
    assert count(backend) == 2


def test_one_meters_json_may_be_compressed(backend: Backend, street: Street) -> None:
    reading = (
        '{"readings": [{"meter": "street-ben", "interval_start": "2026-09-01T10:00:00Z",'
        ' "import_wh": 1, "export_wh": 0}]}'
    )
    headers = {
        "Authorization": f"Bearer {street.ben_key}",
        "Content-Encoding": "gzip",
        "Content-Type": "application/json",
    }

    answer = httpx.post(
        f"{backend.url}/api/v1/readings", content=gzip.compress(reading.encode()), headers=headers
    )

    assert answer.json()["stored"] == 1
