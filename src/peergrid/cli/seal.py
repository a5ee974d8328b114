"""Pack settled days away."""

import time
from typing import Annotated

import typer

from peergrid.cli.books import Every
from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Database
from peergrid.meters.seal import seal as seal_days

KeepOpen = Annotated[
    int, typer.Option(min=1, max=3_660, help="The newest days stay as they are, for late readings.")
]


def seal(keep_open_days: KeepOpen = 14, every: Every = None, data_dir: DataDir = None) -> None:
    """Pack settled days: a row a meter and day, a sixth of the space."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        try:
            _seal(database, keep_open_days)
            while every is not None:
                time.sleep(every)
                _seal(database, keep_open_days)
        except KeyboardInterrupt:
            out.print("stopped")


def _seal(database: Database, keep_open_days: int) -> None:
    out.print(f"{seal_days(database, keep_open_days)} days of meters sealed")
