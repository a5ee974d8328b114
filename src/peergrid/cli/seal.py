"""Pack settled days away."""

from typing import Annotated

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.meters.seal import seal as seal_days

KeepOpen = Annotated[
    int, typer.Option(min=1, max=3_660, help="The newest days stay as they are, for late readings.")
]


def seal(keep_open_days: KeepOpen = 14, data_dir: DataDir = None) -> None:
    """Pack settled days: a row a meter and day, a sixth of the space."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        count = seal_days(database, keep_open_days)
        out.print(f"{count} days of meters sealed")
