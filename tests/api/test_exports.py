"""Everybody takes along what is theirs, as a file that opens; nobody gets anybody else's."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import httpx
import pyarrow.parquet as pq
import pytest

from peergrid.api.exports import AT_ONCE, BUSY
from peergrid.api.turns import Turns
from peergrid.client import Client
from peergrid.errors import Refused, Unavailable
from peergrid.ledger.book import balances_of
from peergrid.meters.registry import issue_key
from peergrid.meters.senders import meter_with_key
from peergrid.money import Unit
from peergrid.settlement.connections import hand_over
from peergrid.settlement.settle import settle
from peergrid.wire import CommunityTable, Ending, OwnTable
from tests.community import FIRST, PASSWORD, START, Street, found_street, report, report_both
from tests.conftest import Backend
from tests.files.test_tables import cells_of

DAY, NEXT, LATER = date(2026, 9, 1), date(2026, 9, 2), date(2026, 10, 1)
VALUE = "{http://naesb.org/espi}value"

type Take = Callable[[Client], AsyncGenerator[bytes]]


@pytest.fixture
def settled(backend: Backend, street: Street) -> Backend:
    """Three half hours, the first of them corrected after it was settled."""
    for number in range(3):
        report_both(backend.database, street, FIRST.later(number))
    settle(backend.database, street.community_id)
    report(backend.database, street.ben_meter, FIRST, 500, 0, revision=1)
    settle(backend.database, street.community_id)
    return backend


def taken(backend: Backend, name: str, take: Take) -> bytes:
    """What a member of the street gets."""

    async def ask() -> bytes:
        async with Client(backend.url) as client:
            await client.sign_in(f"{name}@street.example", PASSWORD)
            return b"".join([part async for part in take(client)])

    return asyncio.run(ask())


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_members_readings_are_those_that_were_sent(settled: Backend, street: Street) -> None:
    content = taken(settled, "ben", lambda ben: ben.export(OwnTable.READINGS, Ending.CSV))

    rows = rows_of(content)
    assert {row["meter"] for row in rows} == {street.ben_meter.serial}
    assert [(row["interval_start_utc"], row["import_wh"], row["revision"]) for row in rows] == [
        ("2026-08-31T22:00:00Z", "500", "1"),
        ("2026-08-31T22:30:00Z", "400", "0"),
        ("2026-08-31T23:00:00Z", "400", "0"),
    ]
    assert {row["quality"] for row in rows} == {"measured"}


def test_a_table_is_the_same_in_every_kind_of_file(settled: Backend) -> None:
    def shares(ending: Ending) -> Take:
        return lambda chipo: chipo.export_community(CommunityTable.SHARES, ending, DAY, NEXT)

    as_csv = rows_of(taken(settled, "chipo", shares(Ending.CSV)))
    parquet = pq.read_table(io.BytesIO(taken(settled, "chipo", shares(Ending.PARQUET))))
    sheet = cells_of(taken(settled, "chipo", shares(Ending.XLSX)))

    assert len(as_csv) == parquet.num_rows == len(sheet) - 1 == 2 * (3 + 3)
    for name in ("import_wh", "bought_wh", "paid_micros", "retail_micros"):
        place = list(as_csv[0]).index(name)
        total = sum(int(row[name]) for row in as_csv)
        assert total == sum(parquet[name].to_pylist())
        assert total == sum(int(row[place][1]) for row in sheet[1:])
    standing = [row for row in as_csv if row["stands"] == "true"]
    assert sum(int(row["import_wh"]) for row in standing) == 1_300
    assert parquet.schema.metadata[b"community"] == b"Street"
    assert b"watt-hours" in parquet.schema.metadata[b"units"]


def test_the_statement_sums_to_the_balance(settled: Backend, street: Street) -> None:
    content = taken(settled, "ada", lambda ada: ada.export(OwnTable.STATEMENT, Ending.CSV))

    with settled.database.transaction() as connection:
        balance = balances_of(connection, [street.ada.member_id])[street.ada.member_id]
    amounts = [int(row["amount_micros_usd"] or 0) for row in rows_of(content)]
    assert sum(amounts) == balance[Unit.USD] > 0
    assert {row["is_reversal"] for row in rows_of(content)} == {"true", "false"}


def test_an_operators_tables_are_of_their_community(settled: Backend) -> None:
    with settled.database.transaction() as connection:
        found_street(connection, "elsewhere")
        transfers = connection.execute("select count(*) from transfer").fetchone()
    assert transfers is not None

    async def ask() -> dict[str, int]:
        async with Client(settled.url) as chipo:
            await chipo.sign_in("chipo@street.example", PASSWORD)
            found = {}
            for table in CommunityTable:
                parts = chipo.export_community(table, Ending.CSV, DAY, LATER)
                found[table.value] = len(rows_of(b"".join([part async for part in parts])))
            return found

    wanted = {"members": 3, "meters": 2, "readings": 6, "settlements": 9, "shares": 12}
    assert asyncio.run(ask()) == wanted | {"transfers": transfers[0], "payouts": 0}


def test_green_button_holds_what_was_drawn_and_fed_in(settled: Backend) -> None:
    feed = ET.fromstring(taken(settled, "ada", lambda ada: ada.green_button()))  # noqa: S314

    assert [int(one.text or "") for one in feed.iter(VALUE)] == [0, 0, 0, 1_000, 1_000, 1_000]


def test_former_owners_take_their_own_time_along_and_no_more(
    backend: Backend, street: Street
) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    with backend.database.transaction() as connection:
        hand_over(
            connection,
            street.community_id,
            street.ada_meter.meter_id,
            street.ben.member_id,
            FIRST.later(1).start,
        )
        key = issue_key(connection, street.ada_meter.meter_id, START)
        meter = meter_with_key(connection, key)
    report(backend.database, meter, FIRST.later(1), 0, 2_000, 2_000)
    report(backend.database, street.ben_meter, FIRST.later(1), 400, 0)
    settle(backend.database, street.community_id)

    for table, value in ((OwnTable.READINGS, "export_wh"), (OwnTable.SHARES, "export_wh")):
        seen = {}
        for name in ("ada", "ben"):
            content = taken(backend, name, lambda who, t=table: who.export(t, Ending.CSV))  # type: ignore[misc]
            rows = rows_of(content)
            seen[name] = {(row["meter"], row[value]) for row in rows if row[value] != "0"}
        assert seen["ada"] == {(meter.serial, "1000")}
        assert seen["ben"] == {(meter.serial, "2000")}
    whole = taken(backend, "ada", lambda ada: ada.everything())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert not [name for name in archive.namelist() if b"2000,2000" in archive.read(name)]


def test_a_members_whole_file_holds_every_table_about_them(
    settled: Backend, street: Street
) -> None:
    whole = taken(settled, "ben", lambda ben: ben.everything())
    by_operator = taken(settled, "chipo", lambda chipo: chipo.everything(street.ben.member_id))

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.keys() == {
        *("about.txt", "readings.xml", "member.csv", "meters.csv", "readings.csv", "shares.csv"),
        *("statement.csv", "payouts.csv", "limit_prices.csv", "agreements.csv", "sessions.csv"),
        *("replaced_readings.csv", "known_devices.csv", "consents.csv", "top_ups.csv"),
    }
    assert rows_of(files["member.csv"])[0]["email"] == "ben@street.example"
    assert [row["import_wh"] for row in rows_of(files["replaced_readings.csv"])] == ["400"]
    assert len(rows_of(files["sessions.csv"])) == 1
    assert b"street-ada" not in b"".join(files.values())
    with zipfile.ZipFile(io.BytesIO(by_operator)) as archive:
        assert archive.read("readings.csv") == files["readings.csv"]


def test_a_name_that_is_a_formula_is_none_in_a_spreadsheet(
    settled: Backend, street: Street
) -> None:
    evil = '=HYPERLINK("http://evil.example","open")'
    with settled.database.transaction() as connection:
        connection.execute(
            "update member set name = %s where member_id = %s", (evil, street.ada.member_id)
        )

    def members(ending: Ending) -> Take:
        return lambda chipo: chipo.export_community(CommunityTable.MEMBERS, ending)

    rows = rows_of(taken(settled, "chipo", members(Ending.CSV)))
    sheet = cells_of(taken(settled, "chipo", members(Ending.XLSX)))

    assert rows[0]["name"] == f"'{evil}" == sheet[1][1][1]


def test_a_household_has_no_operators_tables(settled: Backend) -> None:
    with pytest.raises(Refused):
        taken(settled, "ada", lambda a: a.export_community(CommunityTable.MEMBERS, Ending.CSV))


@pytest.fixture
def ada(settled: Backend) -> Iterator[httpx.Client]:
    body = {"email": "ada@street.example", "password": PASSWORD}
    url = f"{settled.url}/api/v1"
    token = httpx.post(f"{url}/sign-in", json=body).json()["access_token"]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("readings.pdf", {}, "ending"),
    ("passwords.csv", {}, "table"),
    ("readings.csv", {"start": "2026-09-02", "end": "2026-09-02"}, "is not after"),
    ("readings.csv", {"start": "2026-09-02", "end": "2026-09-01"}, "is not after"),
    ("readings.xml", {"start": "tomorrow"}, "start"),
]


def test_what_makes_no_sense_is_a_problem_answer(ada: httpx.Client) -> None:
    for path, query, sentence in WRONG:
        told = ada.get(f"/export/{path}", params=query)

        assert told.status_code == 422, path
        assert sentence in told.json()["detail"]


def test_a_file_has_a_name_that_says_what_it_is(ada: httpx.Client) -> None:
    month = ada.get("/export/readings.csv").headers
    days = ada.get("/export/readings.xml", params={"start": "2026-09-01", "end": "2026-09-03"})
    whole = ada.get("/export/everything.zip").headers

    name = "peergrid-street-2026-09-readings.csv"
    assert month["content-disposition"] == f'attachment; filename="{name}"'
    assert month["cache-control"] == "no-store"
    assert "2026-09-01-until-2026-09-03-readings.xml" in days.headers["content-disposition"]
    today = datetime.now(UTC).date()
    assert f"peergrid-street-{today}-everything.zip" in whole["content-disposition"]


def test_only_so_many_exports_go_on_at_once() -> None:
    turns = Turns(1, BUSY)

    with turns.one(), pytest.raises(Unavailable, match="ask again"), turns.one():
        pytest.fail("there is no second turn")
    with turns.one():
        assert AT_ONCE >= 1
