"""The command that takes a community's tables along."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.energy import month_start, next_month
from peergrid.files.csv_file import csv_parts
from peergrid.files.new_file import new_file
from peergrid.files.parquet_file import parquet_parts
from peergrid.files.xlsx_file import xlsx_parts
from peergrid.members.membership import community_named
from peergrid.settlement.export.tables import Asked, table_of
from peergrid.wire import CommunityTable, Ending

WRITERS = {Ending.CSV: csv_parts, Ending.PARQUET: parquet_parts, Ending.XLSX: xlsx_parts}
DAY = ["%Y-%m-%d"]

Name = Annotated[CommunityTable, typer.Argument(metavar="TABLE", help=", ".join(CommunityTable))]
Community = Annotated[str, typer.Option(help="Its name, such as harare_street.")]
To = Annotated[Path, typer.Option(help="A new file, or a folder that is there.")]
Start = Annotated[
    datetime | None, typer.Option(formats=DAY, help="The first local day; default: this month's.")
]
End = Annotated[
    datetime | None, typer.Option(formats=DAY, help="The day after the last; default: a month on.")
]
As = Annotated[Ending, typer.Option("--as", help="The kind of file.")]


def export(
    table: Name,
    community: Community,
    to: To = Path(),
    start: Start = None,
    end: End = None,
    ending: As = Ending.CSV,
    data_dir: DataDir = None,
) -> None:
    """Write a table of a community to a new file: CSV, Parquet or XLSX."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        first = start.date() if start else month_start((end or datetime.now(UTC)).date())
        with ExitStack() as held:
            connection = held.enter_context(database.snapshot())
            whose = community_named(connection, community)
            asked = Asked(whose, first, end.date() if end else next_month(first))
            name = f"peergrid-{whose.name}-{asked.days}-{table}.{ending}"
            file = to / name if to.is_dir() else to
            rows = table_of(connection, table, asked).then(held.close)
            with new_file(file) as output:
                for part in WRITERS[ending](rows):
                    output.write(part)
        out.print(str(file), markup=False)
