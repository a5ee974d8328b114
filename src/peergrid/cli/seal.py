"""Pack settled days away."""

from functools import partial
from typing import Annotated

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.repeating import Every, repeated
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Database
from peergrid.meters.seal import seal as seal_days
from peergrid.settings import MOST_KEPT

KEPT_OPEN = "The newest days stay as they are, for late readings; PEERGRID_KEEP_OPEN_DAYS else."
KeepOpen = Annotated[int | None, typer.Option(min=1, max=MOST_KEPT, help=KEPT_OPEN)]


def seal(keep_open_days: KeepOpen = None, every: Every = None, data_dir: DataDir = None) -> None:
    """Pack settled days: a row a meter and day, a sixth of the space."""
    settings = settings_for(data_dir)
    keep = keep_open_days or settings.keep_open_days
    with told(), migrated(settings) as url, opened(url) as database:
        repeated(settings, "seal", partial(_seal, database, keep), every)


def _seal(database: Database, keep_open_days: int) -> None:
    out.print(f"{seal_days(database, keep_open_days)} days of meters sealed")
