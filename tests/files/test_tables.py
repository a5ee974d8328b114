"""A table is the same in every kind of file, and runs in none."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.files.csv_file import csv_parts
from peergrid.files.parquet_file import GROUP_ROWS, parquet_parts
from peergrid.files.table import STARTS_A_FORMULA, Kind, Table, calm
from peergrid.files.xlsx_file import MOST_ROWS, xlsx_parts
from peergrid.files.zip_file import zip_parts

COLUMNS = {
    "name": Kind.TEXT,
    "amount_micros": Kind.WHOLE,
    "at_utc": Kind.INSTANT,
    "day": Kind.DAY,
    "stands": Kind.FLAG,
}
NOON = datetime(2026, 9, 1, 10, tzinfo=UTC)
ROWS = [("Ada", -5, NOON, date(2026, 9, 1), True), ("=1+1", None, None, None, None)]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(*blocks: Sequence[Sequence[Any]]) -> Table:
    return Table("some", COLUMNS, iter(blocks), {"units": "micros"})


def cells_of(workbook: bytes) -> list[list[tuple[str, str]]]:
    """Each cell of the first sheet: its type and its text."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    assert not list(sheet.iter(f"{SHEET}f")), "no cell is a formula"
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row]
        for row in sheet.iter(f"{SHEET}row")
    ]


def test_csv_has_units_in_its_header_and_no_formula() -> None:
    text = b"".join(csv_parts(table(ROWS))).decode()

    assert text.splitlines() == [
        "name,amount_micros,at_utc,day,stands",
        "Ada,-5,2026-09-01T10:00:00Z,2026-09-01,true",
        "'=1+1,,,,",
    ]


def test_parquet_keeps_types_and_where_it_comes_from() -> None:
    file = io.BytesIO(b"".join(parquet_parts(table(ROWS[:1], ROWS[1:]))))

    read = pq.read_table(file)

    assert read.to_pylist() == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    assert read.schema.metadata[b"units"] == b"micros"
    assert pq.read_metadata(file).num_row_groups == 1


def test_parquet_comes_a_row_group_at_a_time() -> None:
    blocks = ([ROWS[0]] * GROUP_ROWS for _ in range(3))
    parts = list(parquet_parts(Table("many", COLUMNS, blocks)))

    assert len(parts) == 4
    assert pq.read_metadata(io.BytesIO(b"".join(parts))).num_rows == 3 * GROUP_ROWS


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts() -> None:
    header, ada, formula = cells_of(b"".join(xlsx_parts(table(ROWS))))

    assert [text for _, text in header] == list(COLUMNS)
    assert ada == [
        ("inlineStr", "Ada"),
        ("n", "-5"),
        ("n", "46266.41666666666"),
        ("n", "46266"),
        ("b", "1"),
    ]
    assert formula == [("inlineStr", "'=1+1")]


def test_a_workbook_is_sent_when_all_rows_are_read() -> None:
    told: list[str] = []

    parts = xlsx_parts(table(ROWS).then(lambda: told.append("read")))
    next(parts)

    assert told == ["read"]
    parts.close()


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    with pytest.raises(Invalid, match="1,048,576 rows"):
        list(xlsx_parts(table([ROWS[1]] * MOST_ROWS)))


@given(st.text())
def test_no_text_begins_a_formula_and_a_calm_one_stays_as_it_is(text: str) -> None:
    written = calm(text)

    assert not written.startswith(STARTS_A_FORMULA)
    assert written == (f"'{text}" if text.startswith(STARTS_A_FORMULA) else text)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_what_csv_says_is_read_back(texts: list[str]) -> None:
    parts = csv_parts(Table("texts", {"text": Kind.TEXT, "n": Kind.WHOLE}, blocks_of(texts)))
    read = csv.reader(io.StringIO(b"".join(parts).decode(), newline=""))

    assert list(read) == [["text", "n"], *([calm(text), "1"] for text in texts)]


def blocks_of(texts: Iterable[str]) -> Any:
    return ([(text, 1)] for text in texts)


def test_an_archive_is_written_as_its_files_come() -> None:
    parts = list(zip_parts([("a.txt", [b"a"] * 3), ("b/c.txt", [])]))

    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.txt", "b/c.txt"]
        assert archive.read("a.txt") == b"aaa"
    assert len(parts) > 1
