"""A collector's request: all of it or nothing, once, and each bad one has one clear answer."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.meters.arrow_size import decompressed_bytes
from peergrid.meters.collectors import issue_collector_key
from tests.bulk import Columns, as_arrow, reading_rows
from tests.community import FIRST, PASSWORD, START, Street, found_street
from tests.conftest import Backend

type Send = Callable[..., httpx.Response]


@pytest.fixture
def send(backend: Backend, street: Street) -> Iterator[Send]:
    """Sends a body as the street's collector."""
    with backend.database.transaction() as connection:
        _, key = issue_collector_key(connection, street.community_id, "head-end", START)
    url = f"{backend.url}/api/v1/readings/bulk"
    with httpx.Client(timeout=20) as http:

        def sent(body: bytes, once: str | None = "1", **headers: str) -> httpx.Response:
            given = {"Authorization": f"Bearer {key}", "Content-Type": ARROW_STREAM}
            given |= {"Idempotency-Key": once} if once is not None else {}
            return http.post(url, content=body, headers=given | headers)

        yield sent


def rows(backend: Backend) -> list[tuple[Any, ...]]:
    with backend.database.transaction() as connection:
        return connection.execute(
            "select meter_id, import_wh, quality, revision from every_reading order by 1, 2"
        ).fetchall()


def of_street(street: Street) -> Columns:
    """A day of both meters."""
    ada = reading_rows(street.ada_meter.meter_id, FIRST.number, 48)
    ben = reading_rows(street.ben_meter.meter_id, FIRST.number, 48)
    return {name: np.concatenate([ada[name], ben[name]]) for name in ada}


def test_what_was_acknowledged_is_stored_and_the_same_request_again_is_answered_alike(
    backend: Backend, street: Street, send: Send
) -> None:
    body = as_arrow(of_street(street))

    first, again = send(body), send(body)

    assert first.json() == {
        "received": 96,
        "stored": 96,
        "corrected": 0,
        "unchanged": 0,
        "refused_count": 0,
        "refused": [],
        "is_replay": False,
    }
    assert again.json() == first.json() | {"is_replay": True}
    assert len(rows(backend)) == 96


def test_whole_days_are_lists_of_48(backend: Backend, street: Street, send: Send) -> None:
    def lists(value: int) -> pa.Array:
        flat = pa.array(np.full(96, value, np.int32))
        return pa.FixedSizeListArray.from_arrays(flat, 48)

    ids = [street.ada_meter.meter_id, street.ben_meter.meter_id]
    columns = {
        "meter_id": pa.array(ids, pa.int32()),
        "day": pa.array([date(2026, 9, 1)] * 2),
        **{name: lists(5) for name in ("import_wh", "export_wh", "generation_wh")},
    }

    first = send(as_arrow(columns), "days")
    again = send(as_arrow(columns), "the same days under another key")

    assert (first.json()["stored"], again.json()["unchanged"]) == (96, 96)
    assert len(rows(backend)) == 96
    short = columns | {"import_wh": pa.array([[1], [2]], pa.list_(pa.int32(), 1))}
    refused = send(as_arrow(short), "short")
    assert "import_wh must be" in refused.json()["detail"]


def test_a_key_is_good_for_one_body(street: Street, send: Send) -> None:
    send(as_arrow(reading_rows(street.ada_meter.meter_id, FIRST.number, 1)))

    answer = send(as_arrow(reading_rows(street.ada_meter.meter_id, FIRST.number, 2)))

    assert answer.status_code == 409
    assert "was used for another body" in answer.json()["detail"]


def test_serials_in_a_dictionary_name_meters_as_well_as_ids(
    backend: Backend, street: Street, send: Send
) -> None:
    columns = of_street(street)
    serials = [street.ada_meter.serial] * 48 + [street.ben_meter.serial] * 48
    del columns["meter_id"]
    columns["serial"] = pa.array(serials).dictionary_encode()

    assert send(as_arrow(columns)).json()["stored"] == 96
    assert {row[0] for row in rows(backend)} == {
        street.ada_meter.meter_id,
        street.ben_meter.meter_id,
    }


def changed(columns: Columns, name: str, place: int, value: int) -> Columns:
    values = columns[name].copy()
    values[place] = value
    return columns | {name: values}


def faulty(street: Street) -> dict[str, tuple[bytes, str]]:
    good = of_street(street)
    half_past = pa.array([0, 900_000_001], pa.timestamp("us", "UTC"))
    two = {name: values[:2] for name, values in good.items()}
    local = pa.array(good["interval_start"] * 1_800_000_000, pa.timestamp("us"))
    nothing = pa.array([None, *[0] * 95], pa.int32())
    serial = pa.array(["nobody's", *[street.ada_meter.serial] * 95])
    by_serial = {name: values for name, values in good.items() if name != "meter_id"}
    return {
        "too much for its connection": (
            as_arrow(changed(good, "import_wh", 50, 6_901)),
            "Reading 51 (2026-08-31T23:00Z): import_wh 6901 is above the 6900 Wh",
        ),
        "a stranger's meter": (
            as_arrow(changed(good, "meter_id", 2, 99)),
            "Reading 3 (2026-08-31T23:00Z): its meter is not one of this community.",
        ),
        "a stranger's serial": (as_arrow(by_serial | {"serial": serial}), "Reading 1 (2026-08-31"),
        "twice": (
            as_arrow(changed(good, "interval_start", 3, FIRST.number)),
            "Reading 4 (2026-08-31T22:00Z): this half hour is twice",
        ),
        "below zero": (
            as_arrow(changed(good, "export_wh", 4, -1)),
            "Reading 5 (2026-09-01T00:00Z)",
        ),
        "off the half hour": (
            as_arrow(two | {"interval_start": half_past}),
            "Reading 1 (1970-01-01",
        ),
        "1970": (as_arrow(changed(good, "interval_start", 0, 0)), "Reading 1: interval_start must"),
        "local time": (as_arrow(good | {"interval_start": local}), "with the time zone UTC"),
        "nothing": (as_arrow(good | {"import_wh": nothing}), "Reading 1 (2026-08-31T22:00Z)"),
        "not a number": (
            as_arrow(good | {"import_wh": np.full(96, np.nan)}),
            "import_wh must be whole numbers",
        ),
        "no such column": (as_arrow(good | {"password": np.zeros(96)}), "No column is called"),
        "truncated": (as_arrow(good)[:-200], "no whole Arrow IPC stream"),
        "no stream": (b"select 1", "no whole Arrow IPC stream"),
    }


def test_bad_bodies_have_one_clear_answer_each_and_store_nothing(
    backend: Backend, street: Street, send: Send
) -> None:
    for name, (body, sentence) in faulty(street).items():
        if name == "off the half hour":
            sentence = "interval_start must be on a half hour"  # noqa: PLW2901 - of either row
        answer = send(body, once=name)
        assert answer.status_code == 422, name
        assert sentence in answer.json()["detail"], (name, answer.json()["detail"])

    assert rows(backend) == []
    with backend.database.transaction() as connection:
        assert connection.execute("select count(*) from ingest_batch").fetchone() == (0,)


def test_a_request_without_a_key_or_of_another_kind_or_size_is_refused(send: Send) -> None:
    assert send(b"", once=None).status_code == 422
    assert send(b"", **{"Content-Type": "text/plain"}).status_code == 415
    assert send(bytes(32_000_001)).status_code == 413


def compressed(table: pa.Table) -> bytes:
    """A stream whose buffers are compressed each for itself."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_arrows_own_compression_is_read_and_a_bomb_in_it_is_refused_unread(
    backend: Backend, street: Street, send: Send
) -> None:
    columns = of_street(street)
    micros = pa.array(columns["interval_start"] * 1_800_000_000, pa.timestamp("us", "UTC"))
    good = compressed(pa.table(columns | {"interval_start": micros}))
    bomb = compressed(pa.table({"import_wh": np.zeros(30_000_000, np.int32)}))
    coded = compressed(pa.table({"serial": pa.array(["x" * 40_000_000]).dictionary_encode()}))
    said = (120_000_000).to_bytes(8, "little")
    liar = bomb.replace(said, (1_000).to_bytes(8, "little"))

    assert send(good, "good").json()["stored"] == 96
    assert max(len(bomb), len(coded)) < 100_000
    assert send(bomb, "bomb").status_code == send(coded, "coded").status_code == 413
    assert said in bomb
    assert send(liar, "liar").status_code == 422
    assert len(rows(backend)) == 96


@given(places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_however_a_stream_is_damaged_its_size_is_told_or_it_is_refused(
    places: list[tuple[int, int]],
) -> None:
    body = bytearray(compressed(pa.table({"serial": pa.array(["a", "b"]).dictionary_encode()})))
    for place, value in places:
        body[place % len(body)] = value

    with suppress(Invalid):
        assert decompressed_bytes(bytes(body)) >= 0


def test_a_collector_sends_for_its_own_community_alone(
    backend: Backend, street: Street, send: Send
) -> None:
    with backend.database.transaction() as connection:
        there = found_street(connection, "elsewhere")

    answer = send(as_arrow(reading_rows(there.ada_meter.meter_id, FIRST.number, 1)))

    assert answer.status_code == 422
    assert "not one of this community." in answer.json()["detail"]


def test_a_revoked_key_ends_at_once(backend: Backend, street: Street) -> None:
    sign_in = {"email": "chipo@street.example", "password": PASSWORD}
    with httpx.Client(base_url=f"{backend.url}/api/v1", timeout=20) as http:
        token = http.post("/sign-in", json=sign_in).json()["access_token"]
        as_operator = {"Authorization": f"Bearer {token}"}
        named = {"name": "head-end"}
        key = http.post("/operator/collectors", json=named, headers=as_operator).json()["key"]
        sending: dict[str, Any] = {
            "headers": {
                "Authorization": f"Bearer {key}",
                "Content-Type": ARROW_STREAM,
                "Idempotency-Key": "1",
            },
            "content": as_arrow(reading_rows(street.ada_meter.meter_id, FIRST.number, 1)),
        }
        assert http.post("/readings/bulk", **sending).status_code == 200

        http.delete("/operator/collectors/head-end", headers=as_operator)

        assert http.post("/readings/bulk", **sending).status_code == 401
