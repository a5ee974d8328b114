"""A table as a workbook for Excel and LibreOffice."""

import tempfile
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any

from peergrid.errors import Invalid
from peergrid.files.table import Kind, Table, calm

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576  # of a sheet, its header included: Microsoft, Excel specifications and limits
CHUNK_BYTES = 1 << 18
OPTIONS = {
    "constant_memory": True,  # each row is on disk once the next begins
    "remove_timezone": True,  # a sheet knows none: the column's name says UTC
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {Kind.INSTANT: "yyyy-mm-dd hh:mm", Kind.DAY: "yyyy-mm-dd"}


def xlsx_parts(table: Table) -> Generator[bytes]:
    """The workbook, written to disk first: its parts are known only when all rows are.

    Raises Invalid if there are more rows than a sheet can have.
    """
    with tempfile.TemporaryDirectory(prefix="peergrid-") as folder:
        path = Path(folder) / "table.xlsx"
        _write(table, path, folder)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _write(table: Table, path: Path, folder: str) -> None:
    xlsxwriter = import_module("xlsxwriter")
    with xlsxwriter.Workbook(str(path), OPTIONS | {"tmpdir": folder}) as book:
        book.set_properties({"title": table.name, "comments": about(table)})
        sheet = book.add_worksheet(table.name[:31])
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for place, name in enumerate(table.columns):
            sheet.set_column(place, place, max(len(name) + 2, 12))
            sheet.write_string(0, place, name, bold)
        formats = {kind: book.add_format({"num_format": how}) for kind, how in FORMATS.items()}
        write: dict[Kind, Callable[[int, int, Any], object]] = {
            Kind.TEXT: lambda row, place, one: sheet.write_string(row, place, calm(one)),
            Kind.WHOLE: sheet.write_number,
            Kind.FLAG: sheet.write_boolean,
            Kind.INSTANT: lambda *cell: sheet.write_datetime(*cell, formats[Kind.INSTANT]),
            Kind.DAY: lambda *cell: sheet.write_datetime(*cell, formats[Kind.DAY]),
        }
        writers = [write[kind] for kind in table.columns.values()]
        above = 1  # rows; the first is the header
        for block in table.blocks:
            if above + len(block) > MOST_ROWS:
                raise Invalid(
                    f"A sheet has room for {MOST_ROWS:,} rows, and there are more:"
                    " ask for fewer days, or for CSV or Parquet."
                )
            for row, values in enumerate(block, above):
                for place, value in enumerate(values):
                    if value is not None:
                        writers[place](row, place, value)
            above += len(block)


def about(table: Table) -> str:
    """Where a table comes from, a line each."""
    return "\n".join(f"{name}: {said}" for name, said in table.about.items())
