"""A real backend tells how it does: routes, durations, statements, readings; and nobody's data."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from peergrid.database.pool import Database
from peergrid.telemetry.shown import SHOWN
from tests.cli.test_serve import wait_for
from tests.community import PASSWORD, Street, found_street
from tests.conftest import PEERGRID, SECRET, free_port, new_database
from tests.telemetry.receiver import Receiver, receiving

TOKEN = "what-prometheus-shows-to-read-measures"  # noqa: S105
FIRST_ID = 918_273_645  # of members and meters: an id that is nowhere else
LABELS = {"le", "quantile"} | {name.replace(".", "_") for name in SHOWN}


@dataclass(frozen=True)
class Told:
    """What a backend told while it was driven, and all that must not be in it."""

    spans: list[Any] = field(repr=False)
    messages: str = field(repr=False)
    measures: str = field(repr=False)
    log: str = field(repr=False)
    answers: list[httpx.Response]
    secrets: set[str]

    def value(self, name: str, **labels: str) -> float:
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.measures)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@contextmanager
def telling(url: str, folder: Path, receiver: Receiver) -> Iterator[tuple[str, str, Path]]:
    """A backend with everything on: where it is, where its measures are, and its log."""
    port, measures, log = free_port(), free_port(), folder / "log"
    environment = os.environ | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
        "PEERGRID_DATABASE_URL": url,
        "PEERGRID_DATA_DIR": str(folder),
        "PEERGRID_JSON_LOG": "1",
        "PEERGRID_METRICS": f"127.0.0.1:{measures}",
        "PEERGRID_METRICS_TOKEN": TOKEN,
        "PEERGRID_SECRET": SECRET,
        "PEERGRID_SECOND_FACTOR": "0",
    }
    command = [str(PEERGRID), "serve", "--port", str(port)]
    with (
        log.open("w") as outlet,
        subprocess.Popen(command, env=environment, stdout=outlet, stderr=outlet) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}/api/v1", f"http://127.0.0.1:{measures}/metrics", log
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0


def drive(http: httpx.Client, street: Street) -> Iterator[httpx.Response]:
    """Requests that name people, meters and keys, in every place there is; some go wrong."""
    key = {"Authorization": f"Bearer {street.ada_key}"}
    reading: dict[str, str | int] = {
        "meter": street.ada_meter.serial,
        "interval_start": "2026-09-01T10:00:00Z",
    }
    reading |= {"import_wh": 0, "export_wh": 1_000}
    signing_in = {"email": street.ada.email, "password": PASSWORD}
    yield http.post("/sign-in", json=signing_in | {"password": "another"})
    signed_in = http.post("/sign-in", json=signing_in)
    yield signed_in
    yield http.post("/readings", json={"readings": [reading]}, headers=key)
    yield http.post("/readings", json={"readings": [reading | {"import_wh": -1}]}, headers=key)
    http.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
    yield http.get("/me")
    yield http.put("/me/name", json={"name": "Adaeze Okonkwo"})
    yield http.get("/energy/sums", params={"by": street.ada.email})
    chipo = http.post("/sign-in", json=signing_in | {"email": street.chipo.email})
    http.headers["Authorization"] = f"Bearer {chipo.json()['access_token']}"
    yield http.put(
        f"/operator/members/{street.ben.member_id}",
        json={"name": "Ben", "email": street.ada.email},
    )
    yield http.get("/operator/members/page", params={"search": street.ben.name})
    yield http.get(f"/nowhere/{street.ada_meter.serial}")
    yield http.request("PURGE", "/me", headers={"Host": "ada.example", "User-Agent": "Adas"})


@pytest.fixture(scope="module")
def told(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Told:
    url = new_street_url(server)
    database = Database(url)
    database.open()
    with database.transaction() as connection:
        street = found_street(connection, "mutoko")
    database.close()
    folder = tmp_path_factory.mktemp("told")
    with receiving() as receiver:
        with telling(url, folder, receiver) as (address, measures, log):
            stranger = {"traceparent": f"00-{'ada5' * 8}-{'be17' * 4}-01", "baggage": "who=Ada"}
            with httpx.Client(base_url=address, headers=stranger, timeout=30) as http:
                answers = list(drive(http, street))
                break_something(url)
                answers.append(http.get("/me"))
            assert httpx.get(measures).status_code == 401
            assert httpx.get(measures, headers={"Authorization": "Bearer no"}).status_code == 401
            shown = httpx.get(measures, headers={"Authorization": f"Bearer {TOKEN}"})
        return Told(
            receiver.spans,
            "\n".join(map(str, receiver.sent)),
            shown.text,
            log.read_text().replace("127.0.0.1", "", 1),  # where it serves, in its first line
            answers,
            secrets_of(street, answers),
        )


def new_street_url(server: Any) -> str:
    url = new_database(server)
    with psycopg.connect(url) as connection:
        for table in ("member", "meter"):
            connection.execute(
                f"alter table {table} alter {table}_id restart with {FIRST_ID}".encode()
            )
    return url


def break_something(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("alter table member rename to gone")


def secrets_of(street: Street, answers: list[httpx.Response]) -> set[str]:
    return {
        *(SECRET, TOKEN, PASSWORD, "another", "Adaeze", "Okonkwo", "ada5ada5", "PURGE", "Adas"),
        *(street.ada_key, street.ben_key, street.ada_meter.serial, "mutoko-ben", "ada.example"),
        *(str(FIRST_ID)[:6], "@mutoko", "127.0.0.1"),
        *(answers[1].json()["access_token"], answers[1].json()["refresh_token"]),
    }


def test_what_was_driven_is_what_the_tests_mean(told: Told) -> None:
    assert [answer.status_code for answer in told.answers] == [
        *(401, 200, 200, 422, 200, 204, 422, 409, 200, 404, 405, 500)
    ]


@pytest.mark.parametrize("part", ["messages", "measures", "log"])
def test_nobody_and_nothing_of_theirs_is_told(told: Told, part: str) -> None:
    said = getattr(told, part)

    assert len(said) > 100
    assert {secret for secret in told.secrets if secret.lower() in said.lower()} == set()


def test_spans_and_measures_have_the_attributes_that_are_allowed_and_no_other(told: Told) -> None:
    named = {one.key for span in told.spans for one in span.attributes}
    labels = {
        label
        for family in text_string_to_metric_families(told.measures)
        if not family.name.startswith("target")
        for sample in family.samples
        for label in sample.labels
    }

    assert named <= SHOWN
    assert labels <= LABELS
    assert not any(span.events or span.links or span.trace_state for span in told.spans)
    assert not any(span.status.message for span in told.spans)


def test_a_request_leads_to_its_statements_without_their_values(told: Told) -> None:
    (request,) = [span for span in told.spans if span.name == "PUT /api/v1/me/name"]
    within = [
        {one.key: one.value.string_value for one in span.attributes}
        for span in told.spans
        if span.trace_id == request.trace_id and span.span_id != request.span_id
    ]
    texts = [said["db.query.text"] for said in within]

    assert any(text.startswith("update member set name = %s") for text in texts), texts
    assert any("set local peergrid.member = …" in text for text in texts), texts
    assert {said["db.system.name"] for said in within} == {"postgresql"}


def test_readings_are_traced_to_where_they_are_stored(told: Told) -> None:
    (request, _) = [span for span in told.spans if span.name == "POST /api/v1/readings"]
    names = {span.name for span in told.spans if span.trace_id == request.trace_id}

    assert {"select", "copy"} & names


def test_requests_are_counted_by_route_and_status_with_their_durations(told: Told) -> None:
    counted = "http_server_request_duration_seconds_count"

    assert told.value(counted, http_route="/api/v1/sign-in") == 3
    assert told.value(counted, http_route="/api/v1/sign-in", http_response_status_code="401") == 1
    assert told.value(counted, http_response_status_code="500") == 1
    assert told.value("http_server_request_duration_seconds_sum") > 0
    assert told.value(counted, http_request_method="_OTHER") == 1


def test_readings_and_connections_are_counted(told: Told) -> None:
    assert told.value("peergrid_readings_total", kind="new") == 1
    assert told.value("db_client_connection_max") == 10
    assert told.value("db_client_connection_count") >= 1
    assert told.value("db_client_connection_pending_requests") == 0


def test_each_line_of_the_log_is_an_object_and_an_error_names_its_trace(told: Told) -> None:
    lines = [json.loads(line) for line in told.log.splitlines()]
    failed = [line for line in lines if "error" in line]

    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert {line["error"] for line in failed} == {"psycopg.errors.UndefinedTable"}
    assert all(place.count(":") == 1 for line in failed for place in line["passed"])
