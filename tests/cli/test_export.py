"""`peergrid export`, as an operator types it."""

from pathlib import Path

import pyarrow.parquet as pq

from peergrid.database.pool import Database
from tests.cli.test_commands import peergrid, refused
from tests.community import FIRST, Street, report_both


def test_a_table_is_written_to_a_new_file(
    url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    report_both(database, street, FIRST)
    asked = ["export", "readings", "--community", "street", "--start", "2026-09-01"]
    asked += ["--to", str(tmp_path), "--as", "parquet"]

    done = peergrid(*asked, url=url)
    again = peergrid(*asked, url=url)
    nowhere = peergrid("export", "meters", "--community", "lane", url=url)

    file = tmp_path / "peergrid-street-2026-09-readings.parquet"
    assert done.stdout == f"{file}\n"
    assert pq.read_table(file)["export_wh"].to_pylist() == [1_000, 0]
    assert refused(again, 1, "nothing is overwritten")
    assert refused(nowhere, 2, "No community is called 'lane'")
    assert list(tmp_path.iterdir()) == [file]
